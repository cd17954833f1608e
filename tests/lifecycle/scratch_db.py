"""Scratch databases: copies of one base database, and Odoo's command run on them."""

import re
import subprocess
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) \S+ (.*)")


class CommandError(Exception):
    """A command ended with an error; the text holds the end of its output."""


def _run(*command, stdin=None):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-40:])
        raise CommandError(f"{' '.join(map(str, command))}\n{tail}")
    return done.stdout, done.stderr


def _allowed():
    lines = (ROOT / "setup/log-allow.txt").read_text("utf-8").splitlines()
    lines = [line.strip() for line in lines]
    return [re.compile(line) for line in lines if line and not line.startswith("#")]


def psql(database, sql):
    """Return the rows of `sql` as lists of text."""
    command = ["setup/pg", "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-F", "\t"]
    output, _errors = _run(*command, "-d", database, "-f", "-", stdin=sql)
    return [line.split("\t") for line in output.splitlines() if line]


def exists(database):
    sql = f"SELECT 1 FROM pg_database WHERE datname = '{database}'"
    return bool(psql("postgres", sql))


def create_base(database, modules):
    """Create a database with `modules`, none of ours."""
    lacks = "source setup/env.sh; care_prepare run; ! care_lacks_selfie || echo lacks"
    if "lacks" in _run("bash", "-c", lacks)[0]:
        modules = [*modules, "without_selfie_segmentation"]  # browser tests need it
    _run(
        "setup/odoo",
        *("-d", database, "-i", ",".join(modules), "--skip-auto-install"),
        *("--load-language=en_US,zh_CN,zh_TW", "--no-http", "--stop-after-init"),
        "--log-level=warn",
    )


class ScratchDb:
    """A copy of a base database, dropped at the end of the `with` block.

    `complaints` collects what Odoo logged as a warning or worse.
    """

    def __init__(self, base):
        self.base = base
        self.name = f"{base}_{uuid.uuid4().hex[:6]}"
        self.complaints = []

    def __enter__(self):
        _run("setup/odoo", "db", "duplicate", self.base, self.name)
        return self

    def __exit__(self, *_error):
        prepare = "source setup/env.sh; care_prepare run; care_pg_use"
        _run("bash", "-c", f"{prepare}; care_db_drop {self.name}")

    def _odoo(self, *args, stdin=None):
        output, log = _run("setup/odoo", *args, stdin=stdin)
        allowed = _allowed()
        for line in log.splitlines():
            match = _LINE.match(line)
            if match and not any(rule.search(match[2]) for rule in allowed):
                self.complaints.append(f"{match[1]} {match[2]}")
        return output

    def install(self, *addons):
        self._update("-i", addons)

    def upgrade(self, *addons):
        self._update("-u", addons)

    def _update(self, option, addons):
        self._odoo(
            *("-d", self.name, option, ",".join(addons), "--skip-auto-install"),
            *("--no-http", "--stop-after-init"),
        )

    def run_tests(self, tags, log_file, update):
        """Run Odoo's tests, those of the installation of `update` included."""
        _run(
            "setup/odoo",
            *("-d", self.name, "-u", update, "--test-tags", tags),
            *("--skip-auto-install", "--stop-after-init", "--logfile", log_file),
            *("--http-port", str(8100 + int(self.name[-2:], 16))),
        )

    def uninstall(self, *addons):
        self._odoo("module", "uninstall", "-d", self.name, *addons)

    def shell(self, script):
        """Call `main(env)` of a file of this folder in Odoo's shell."""
        code = Path(__file__).with_name(script).read_text("utf-8")
        code += f"\nmain(env)\nprint('{script}: done')\n"
        output = self._odoo("shell", "-d", self.name, "--no-http", stdin=code)
        if f"{script}: done" not in output:
            raise CommandError(f"{script} did not finish:\n{output[-3000:]}")
        return output
