"""Print HTML to PDF by Chromium, driven over a pipe (DevTools protocol, no port).

The page has the address of the server, so its session and images work, but scripts do
not run and nothing is fetched from anywhere else, nor from local files.
"""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TIMEOUT_SECONDS = 90
# Chromium reserves more address space than Odoo's limit allows a worker, and wants
# its pipe as descriptors 3 and 4. A fresh Python sees to both before it becomes it.
_LAUNCH = """
import fcntl, os, resource, sys
source, target = (fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3])
hard = resource.getrlimit(resource.RLIMIT_AS)[1]
resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
os.dup2(source, 3)
os.dup2(target, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
    "--hide-scrollbars",
)


class ChromiumError(Exception):
    """Chromium did not print; the message is its own."""


def find():
    """Return the path of a Chromium on this machine, None without one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """One run of Chromium that prints a few documents.

    :param base_url: address of the server, which documents are read under
    :param hosts: further addresses that images may come from
    :param cookies: {name: value} sent to `base_url`
    """

    def __init__(self, base_url, hosts=(), cookies=None):
        self.base_url = base_url.rstrip("/")
        self.hosts = tuple(f"{host.rstrip('/')}/" for host in (base_url, *hosts))
        self.cookies = cookies or {}

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        self._deadline = time.monotonic() + TIMEOUT_SECONDS
        self._number, self._buffer, self._session, self._idle = 0, b"", None, False
        self._html = {}
        try:
            self._start()
            self._open_page()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *exc_info):
        self._stack.close()

    def _start(self):
        folder = self._stack.enter_context(
            tempfile.TemporaryDirectory(
                prefix="care-print-", ignore_cleanup_errors=True
            )
        )
        read_theirs, self._write = os.pipe()
        self._read, write_theirs = os.pipe()
        log = self._stack.enter_context(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115
        flags = [*_FLAGS, f"--user-data-dir={folder}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        theirs = (read_theirs, write_theirs)
        process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, *map(str, theirs), find(), *flags],
            pass_fds=theirs,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env={**os.environ, "HOME": folder},
            start_new_session=True,
        )
        self._stack.callback(self._stop, process)
        for descriptor in theirs:
            os.close(descriptor)
        for descriptor in (self._read, self._write):
            self._stack.callback(os.close, descriptor)
        self._process, self._log = process, log

    def _stop(self, process):
        try:
            process.wait(2)  # its pipe is closed: it leaves by itself
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.wait()

    def _open_page(self):
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")
        self._call("Page.setLifecycleEventsEnabled", enabled=True)
        self._call("Network.enable")
        self._call("Emulation.setScriptExecutionDisabled", value=True)
        self._call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        for name, value in self.cookies.items():
            self._call("Network.setCookie", name=name, value=value, url=self.base_url)

    def pdf(self, html, sheet):
        """Return `html` printed on `sheet` (logic.print_pages.Sheet) as bytes."""
        url = f"{self.base_url}/customer_care/print/{len(self._html)}"
        self._html[url] = html
        self._idle = False
        self._call("Page.navigate", url=url)
        while not self._idle:
            self._receive()
        printed = self._call(
            "Page.printToPDF",
            printBackground=True,
            preferCSSPageSize=False,
            **sheet.print_options(),
        )
        return base64.b64decode(printed["data"])

    # -- the pipe --------------------------------------------------------------

    def _send(self, method, **params):
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        left = memoryview(json.dumps(message).encode() + b"\0")
        try:
            while left:
                left = left[os.write(self._write, left) :]
        except BrokenPipeError as error:
            raise ChromiumError(self._last_words()) from error
        return self._number

    def _call(self, method, **params):
        number = self._send(method, **params)
        while True:
            message = self._receive()
            if message.get("id") == number:
                if "error" in message:
                    raise ChromiumError(f"{method}: {message['error']['message']}")
                return message["result"]

    def _receive(self):
        """Return the next message, after seeing to requests and the page's state."""
        while b"\0" not in self._buffer:
            left = self._deadline - time.monotonic()
            if left <= 0 or not select.select([self._read], [], [], left)[0]:
                raise ChromiumError(f"no answer within {TIMEOUT_SECONDS} seconds")
            chunk = os.read(self._read, 1 << 20)
            if not chunk:
                raise ChromiumError(self._last_words())
            self._buffer += chunk
        text, self._buffer = self._buffer.split(b"\0", 1)
        message = json.loads(text)
        params = message.get("params", {})
        if message.get("method") == "Fetch.requestPaused":
            self._answer_request(params)
        elif message.get("method") == "Page.lifecycleEvent":
            self._idle = self._idle or params["name"] == "networkIdle"
        return message

    def _answer_request(self, params):
        """Give our own document, let our server's files pass, stop all else."""
        url, request = params["request"]["url"], params["requestId"]
        if url in self._html:
            self._idle = False
            self._send(
                "Fetch.fulfillRequest",
                requestId=request,
                responseCode=200,
                responseHeaders=[
                    {"name": "Content-Type", "value": "text/html; charset=utf-8"}
                ],
                body=base64.b64encode(self._html[url].encode()).decode(),
            )
        elif url.startswith((*self.hosts, "data:")):
            self._send("Fetch.continueRequest", requestId=request)
        else:
            self._send(
                "Fetch.failRequest", requestId=request, errorReason="BlockedByClient"
            )

    def _last_words(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-500:] or "it ended"
