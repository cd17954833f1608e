"""pytest plugin of setup/test: a WARNING or ERROR in Odoo's log is a failure.

It reads the log of the installation (CARE_INSTALL_LOG) and listens to what is
logged while tests run. What a test expects, under `assertLogs` or
`mute_logger`, does not reach the listener. `log-allow.txt` lists what is
Odoo's own.
"""

import logging
import os
import re
from pathlib import Path

import pytest

_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<text>\S+: .*)"
)
_BAD = {"WARNING", "ERROR", "CRITICAL"}


def read_allow_list(path):
    """Return the compiled expressions of an allow-list file."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return [re.compile(line) for line in lines if line and not line.startswith("#")]


ALLOWED = read_allow_list(Path(__file__).with_name("log-allow.txt"))


def is_allowed(text):
    """Say whether a "logger: message" is on the allow-list."""
    return any(expression.search(text) for expression in ALLOWED)


def read_bad_lines(path):
    """Return "LEVEL logger: message" of a log file, without allowed ones."""
    found = []
    for line in Path(path).read_text("utf-8", "replace").splitlines():
        match = _LINE.match(line)
        if match and match["level"] in _BAD and not is_allowed(match["text"]):
            found.append(f"{match['level']} {match['text']}")
    return found


class _Listener(logging.Handler):
    """Keep each record, with the test that was running."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.found = []
        self.test = "outside of a test"

    def emit(self, record):
        text = f"{record.name}: {record.getMessage()}"
        if not is_allowed(text):
            self.found.append(f"{record.levelname} {text} [{self.test}]")


class LogItem(pytest.Item):
    """A test that fails when `read` returns any line."""

    def __init__(self, *, read, **kwargs):
        super().__init__(**kwargs)
        self.read = read

    def runtest(self):
        lines = self.read()
        assert not lines, f"{len(lines)} lines:\n" + "\n".join(lines[:50])

    def repr_failure(self, excinfo, style=None):
        return str(excinfo.value)

    def reportinfo(self):
        return self.path, None, self.name


_listener = _Listener()


def pytest_configure():
    logging.getLogger().addHandler(_listener)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    _listener.test = item.nodeid


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session, items):
    # The browser and the server it talks to live until the end of the session,
    # but Odoo's test classes end all processes they find when they finish.
    items.sort(key=lambda item: "tests/browser/" in item.path.as_posix())
    log = os.environ.get("CARE_INSTALL_LOG")
    if log:
        items.insert(
            0,
            LogItem.from_parent(
                session,
                name="log of the installation",
                read=lambda: read_bad_lines(log),
            ),
        )
    if items:
        items.append(
            LogItem.from_parent(
                session, name="log of the tests", read=lambda: _listener.found
            )
        )
