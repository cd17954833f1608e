"""The backup keys: from a file, the environment or a command, never from the
database. They are written as the master keys are: `name:key` with 32 bytes in base64,
one a line or between commas; the name may be left out. The first seals, all of them
open: a new key is put on top, and old archives stay readable while their line is there.
"""

import hashlib
import os
import re
import shlex
import stat
import subprocess
from configparser import ConfigParser, Error
from pathlib import Path

from .errors import BackupError
from .sealing import decode_key

_NAME = "CARE_BACKUP_KEY"
_MASTER = "CARE_MASTER_KEY"


def _setting(name, environ):
    """Return a setting of the environment, else of Odoo's configuration file."""
    if environ.get(name):
        return environ[name]
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(environ.get("ODOO_RC") or [])
    except (Error, OSError):
        return None
    return parser.get("options", name.lower(), fallback=None)


def _read(name, environ):
    """Return the text with the keys of one kind, None when none is set up."""
    if path := _setting(f"{name}_FILE", environ):
        return _read_file(Path(path))
    if text := _setting(name, environ):
        return text
    if command := _setting(f"{name}_COMMAND", environ):
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BackupError(f"The command of {name}_COMMAND failed; try it by hand.")
        return done.stdout
    return None


def _read_file(path):
    try:
        if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
            raise BackupError(
                f"The key file {path} can be read by others: chmod 600 {path}."
            )
        return path.read_text("utf-8")
    except OSError as error:
        raise BackupError(
            f"The key file {path} cannot be read: {error.strerror}."
        ) from error


def parse(text):
    """Return {name: key} in the order written.

    :raise ValueError: a line is no key
    """
    keys = {}
    for line in re.split(r"[\n,]", text):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, colon, encoded = line.rpartition(":")
        key = decode_key(encoded)
        keys[name if colon else name_of(key)] = key
    return keys


def name_of(key):
    """Return the name of a key that has none: it tells nothing of the key."""
    return hashlib.sha256(b"care backup key" + key).hexdigest()[:12]


def load(environ=os.environ):
    """Return {name: key}; the first seals.

    :raise BackupError: no key, no valid one, or the master key of the product
    """
    text = _read(_NAME, environ)
    try:
        keys = parse(text or "")
    except ValueError:  # its text could show the key
        raise BackupError(
            "A line of the backup key is not 32 bytes in base64."
        ) from None
    if not keys:
        raise BackupError(
            f"There is no backup key: name its file in {_NAME}_FILE (make one with: "
            "head -c 32 /dev/urandom | base64)."
        )
    if _is_among(keys, _read(_MASTER, environ) or ""):
        raise BackupError(
            "The backup key is the master key of the product: whoever has an archive "
            "and its key could read every secret. Make another."
        )
    return keys


def _is_among(keys, master_text):
    try:
        masters = parse(master_text).values()
    except ValueError:
        return False  # the product itself says what is wrong with them
    return any(key in masters for key in keys.values())
