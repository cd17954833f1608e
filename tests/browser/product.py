"""Start the product on a database of its own and drive it like a person would.

The server is the real command (`setup/odoo`), the database a copy of the one
`setup/test` installed, the clicks go through Chromium's own input pipeline.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
ODOO = str(ROOT / "setup" / "odoo")
DESK = {"width": 1366, "height": 850}
PHONE = {"width": 390, "height": 844}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    """Return a TCP port of this machine that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def chromium() -> str:
    """Return the path of the browser; setup/test installs it."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise FileNotFoundError("No Chromium found: run setup/test, which installs it.")


class Product:
    """One running server on one database."""

    def __init__(self, database: str):
        self.database = database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def shell(self, script: str) -> str:
        """Run `script` in Odoo's shell on this database; what it prints comes back.

        :raise AssertionError: the script failed (with the end of its output)
        """
        done = subprocess.run(
            [ODOO, "shell", "-d", self.database, "--no-http", "--log-level=error"],
            input=script,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        out = done.stdout + done.stderr
        assert done.returncode == 0 and "Traceback" not in out, out[-4000:]
        return done.stdout

    def __enter__(self):
        self.log = pathlib.Path(f"{ROOT}/tests/browser/.server-{self.port}.log")
        command = [ODOO, "-d", self.database, "--http-port", str(self.port)]
        command += ["--max-cron-threads=0", "--workers=0", "--log-level=warn"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                start_new_session=True,
            )
        self._wait_until_up()
        return self

    def _wait_until_up(self):
        for _ in range(240):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/web/health", timeout=2)
                return
            time.sleep(0.25)
        raise AssertionError(
            f"The server did not start: {self.log.read_text()[-2000:]}"
        )

    def __exit__(self, *exc_info):
        with contextlib.suppress(ProcessLookupError):  # it may have died by itself
            os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        if exc_info[0] is None:
            self.log.unlink(missing_ok=True)

    def rpc(self, login: str, password: str, model: str, method: str, *args, **kw):
        """Call a public method as a user, through Odoo's JSON-RPC door.

        :raise RuntimeError: what the server answered when it refused
        """
        uid = self._json("common", "login", self.database, login, password)
        return self._json(
            "object",
            "execute_kw",
            self.database,
            uid,
            password,
            model,
            method,
            list(args),
            kw,
        )

    def _json(self, service, method, *args):
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": {"service": service, "method": method, "args": list(args)},
        }
        request = urllib.request.Request(
            f"{self.url}/jsonrpc",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            result = json.load(answer)
        if "error" in result:
            raise RuntimeError(result["error"]["data"]["message"])
        return result["result"]


class Person:
    """Somebody at a browser: a user, a screen size, a language.

    :ivar page: the Playwright page, for what has no word here
    """

    def __init__(self, browser, product, login, password, size, lang="zh-CN"):
        self.product = product
        self.phone = size is PHONE
        self.context = browser.new_context(
            viewport=size,
            locale=lang,
            has_touch=size is PHONE,
            is_mobile=size is PHONE,
            timezone_id="Asia/Shanghai",
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(20000)
        self.errors = []
        self.calls = set()  # of the server, not answered yet
        self.page.on("request", self._called)
        for end in ("requestfinished", "requestfailed"):
            self.page.on(end, self._answered)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{product.url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_web_client")

    def open(self, path: str):
        """Open a screen by its path below /odoo and wait until it is drawn."""
        self.page.goto(f"{self.product.url}/odoo/{path}")
        self.page.wait_for_selector(
            ".o_action_manager .o_view_controller, .o_form_view"
        )
        self.settle()

    def _called(self, request):
        if "/web/dataset/call" in request.url:
            self.calls.add(request)

    def _answered(self, request):
        self.calls.discard(request)

    def settle(self):
        """Wait until the client neither calls nor blocks (its bus never idles)."""
        self.page.wait_for_load_state("load")
        for _ in range(2):
            self.page.wait_for_timeout(250)
            for _ in range(600):
                if not self.calls:
                    break
                self.page.wait_for_timeout(50)
            self.page.wait_for_function(
                "!document.querySelector('.o_blockUI, .o_loading_indicator')"
            )

    def press(self, name: str):
        """Click the object button with this method name; a phone keeps all but the
        first of a form behind "More"."""
        button = self.page.locator(f"button[name='{name}']:visible").first
        if self.phone and not button.count():
            self.page.locator(".o_statusbar_buttons .oi-ellipsis-v").click()
        button.click()
        self.settle()

    def card(self, text: str):
        """Return the cards of a board that show `text`."""
        return self.page.locator(".o_kanban_record:visible", has_text=text)

    def sign(self, name: str):
        """Draw a signature, on a phone with a finger."""
        self.field(name).locator(".o_signature").click()
        self.page.locator(".modal .o_web_sign_draw_button").last.click()
        box = self.page.locator(".modal canvas").last.bounding_box()
        stroke = [
            (box["x"] + box["width"] * x / 20, box["y"] + box["height"] * y / 10)
            for x, y in enumerate([6, 3] * 6, 4)
        ]
        (self._finger if self.phone else self._mouse)(stroke)
        window = self.page.locator(".modal").last
        open_ = self.page.locator(".modal").count()
        window.locator(".modal-footer .btn-primary:visible").first.click()
        self.page.wait_for_function(
            "n => document.querySelectorAll('.modal').length < n", arg=open_
        )
        self.settle()

    def _mouse(self, stroke):
        self.page.mouse.move(*stroke[0])
        self.page.mouse.down()
        for place in stroke[1:]:
            self.page.mouse.move(*place)
        self.page.mouse.up()

    def _finger(self, stroke):
        finger = self.context.new_cdp_session(self.page)
        for index, (x, y) in enumerate(stroke):
            finger.send(
                "Input.dispatchTouchEvent",
                {
                    "type": "touchMove" if index else "touchStart",
                    "touchPoints": [{"x": x, "y": y}],
                },
            )
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def path(self, name: str, *fields: str):
        """Choose a field, or a field of a relation, in a field selector."""
        self._walk(self.field(name).locator(".o_model_field_selector"), *fields)

    def rule(self, name: str, field: str, value: str):
        """Add one rule to a domain: a field, and the words of its value."""
        box = self.field(name)
        box.locator(".o_tree_editor_row a[role=button]").last.click()
        condition = box.locator(".o_tree_editor_condition").last
        self._walk(condition.locator(".o_model_field_selector"), field)
        self.settle()
        entry = condition.locator(".o_tree_editor_editor").last
        if entry.locator("select").count():
            entry.locator("select").select_option(label=value)
        else:
            entry.locator("input").first.click()
            entry.locator("input").first.fill(value)
            self.page.locator(
                ".o-autocomplete--dropdown-item", has_text=value
            ).first.click()
        self.settle()

    def _walk(self, selector, *fields):
        selector.click()
        page = self.page.locator(".o_model_field_selector_popover")
        for field in fields[:-1]:
            page.locator(
                f"[data-name='{field}'] .o_model_field_selector_popover_item_relation"
            ).click()
        page.locator(
            f"[data-name='{fields[-1]}'] .o_model_field_selector_popover_item_name"
        ).click()
        if page.count():
            self.page.keyboard.press("Escape")

    def field(self, name: str):
        """Return the widget of a field on the form in front."""
        return self.page.locator(f".o_field_widget[name='{name}']:visible").last

    def fill(self, name: str, text: str):
        """Type into a text field."""
        box = self.field(name).locator("input, textarea").first
        box.click()
        box.fill(text)

    def choose(self, name: str, label: str):
        """Choose an entry of a selection by its words."""
        self.field(name).locator("input").click()
        self.page.locator(".o_select_menu_item", has_text=label).first.click()

    def pick(self, name: str, text: str):
        """Pick the record whose name contains `text` in a many2one field."""
        self.field(name).locator("input").click()
        self.field(name).locator("input").fill(text)
        self.page.locator(
            ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)", has_text=text
        ).first.click()

    def switch(self, view: str):
        """Show the screen as another kind of view; a phone lists them in a menu."""
        if self.phone:
            icon = {"pivot": "oi-view-pivot", "graph": "fa-area-chart"}[view]
            self.page.locator(".o_cp_switch_buttons button:visible").first.click()
            self.settle()  # the sheet slides in
            self.page.locator(f".o_cp_switch_buttons .{icon}:visible").last.tap()
        else:
            self.page.locator(f".o_switch_view.o_{view}:visible").click()
        self.settle()

    def menu(self, *names: str):
        """Go through the app's menus by their XML ids."""
        for name in names:
            self.page.locator(f"[data-menu-xmlid='{name}']:visible").click()
        self.settle()

    def tab(self, name: str):
        """Turn to a page of the notebook."""
        self.page.locator(f".nav-link[name='{name}']").click()

    def shot(self, path):
        """Save what the person sees as a PNG."""
        self.settle()
        self.page.screenshot(path=str(path))

    def close(self):
        """Leave; a script error on any page seen is a failure."""
        self.context.close()
        assert not self.errors, self.errors
