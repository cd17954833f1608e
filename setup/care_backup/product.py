"""What is asked of the product itself, through Odoo's shell."""

import json
import os
import re
import shlex
import subprocess
import sys

from .errors import BackupError

# Run in Odoo's shell, where `env` is.
_CHECK = """
for name in ("res.users", "ir.attachment", "ir.module.module"):
    env[name].search_count([])
env.user.read(["login"])
print("care_backup:", len(env.registry))
"""
_RECORD = """
import json, os
from odoo.service.model import retrying
said = json.loads(os.environ["CARE_BACKUP_SAID"])
def record():
    if "care.backup" in env:
        if said.get("record"):
            env["care.backup"]._record(said["record"])
        if said.get("removed"):
            env["care.backup"]._note_removed(said["removed"])
        print("care_backup: recorded")
    env.cr.commit()
retrying(record, env)
"""
_RETURN = """
import json, os
said = json.loads(os.environ["CARE_BACKUP_SAID"])
if "care.data.key" in env:
    from odoo.addons.customer_care.tools import keyring
    if not keyring.destroyed_path().exists():
        print("care_backup: unlisted", keyring.destroyed_path())
    entries = keyring.read_destroyed()
    count = env["care.data.key"]._replay_destroyed(entries) if entries else 0
    print("care_backup: destroyed", count)
if said["copy"]:
    env["ir.config_parameter"].init(force=True)
if "care.backup" in env:
    env["care.backup"]._record(said["record"])
env.cr.commit()
print("care_backup: returned")
"""


def _command():
    return shlex.split(os.environ.get("CARE_ODOO_COMMAND") or "odoo")


def _shell(name, script, said=None):
    """Run a script in Odoo's shell and return what it printed for us."""
    environ = {**os.environ, "CARE_BACKUP_SAID": json.dumps(said or {})}
    environ.pop("PGDATABASE", None)
    done = subprocess.run(
        [*_command(), "shell", "-d", name, "--no-http", "--log-level=error"],
        input=script,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    mark = "care_backup: "
    lines = [line.removeprefix(mark) for line in lines if line.startswith(mark)]
    if done.returncode or not lines:
        raise BackupError(f"Odoo does not work on {name}: {_reason(done.stderr)}")
    return lines


def _reason(text):
    """Return the line of a traceback that names the error."""
    named = [line for line in text.splitlines() if re.match(r"[\w.]+: ", line)]
    return (named or text.splitlines() or ["it said nothing"])[-1]


def check(name):
    """See Odoo load a database: its registry is whole."""
    _shell(name, _CHECK)


def record(name, values=None, removed=()):
    """Write a run down in the product; a failure to do so is told, not raised."""
    try:
        _shell(name, _RECORD, {"record": values, "removed": sorted(removed)})
    except BackupError as error:
        print(f"Notice: it was not recorded in {name}: {error}", file=sys.stderr)


def prepare_return(name, values, copy):
    """Bring a loaded database up to today: keys destroyed since are destroyed again."""
    return _shell(name, _RETURN, {"record": values, "copy": copy})


def neutralize(name):
    """Switch off mail servers, scheduled jobs and what else reaches outside."""
    done = subprocess.run(
        [*_command(), "neutralize", "-d", name, "--log-level=error"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{name} could not be neutralised: {done.stderr[-300:]}")
