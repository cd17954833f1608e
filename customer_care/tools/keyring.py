"""Master keys, which are kept outside the database and its backups.

They come from the first of these that is set, in the environment or, in lower case, in
Odoo's configuration file:

    CARE_MASTER_KEY_FILE      a file that others cannot read
    CARE_MASTER_KEY           the lines of such a file
    CARE_MASTER_KEY_COMMAND   a command that prints them

Each line, or part between commas, is `id:key` (32 bytes in base64). The first is the
current one, the others only open what was sealed under them. Keys are never logged,
and no text of an error shows one.

Destroyed data keys are listed in a file beside the key (CARE_DESTROYED_FILE), so that
a restored backup forgets them again: once as planned, and once as done when the
database has it for good. Each line carries a code over itself and the line before it.
"""

import fcntl
import hashlib
import hmac
import os
import re
import shlex
import stat
import subprocess
from functools import partial
from pathlib import Path
from typing import NamedTuple

from odoo.tools import config

from ..logic import sealing

SOURCES = ("CARE_MASTER_KEY_FILE", "CARE_MASTER_KEY", "CARE_MASTER_KEY_COMMAND")
_ID = re.compile(r"^[A-Za-z0-9_.-]{1,64}$")
_COMMAND_SECONDS = 20
PLANNED, DONE = "planned", "done"
_held = {}  # {what the source says of itself: Keyring}; one entry


class KeyringError(Exception):
    """No master key, or one that cannot be used. `reason` is a word for callers:
    missing, unreadable, open (others can read it), broken, unknown (no such id)."""

    def __init__(self, reason, detail=""):
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


class Destroyed(NamedTuple):
    """One line of the list of destroyed keys."""

    uid: str
    res_model: str
    res_id: int
    moment: str


class Keyring:
    """The master keys by their ids, the current one first."""

    __slots__ = ("_keys", "current")

    def __init__(self, keys):
        self._keys = dict(keys)
        self.current = next(iter(self._keys))

    def __repr__(self):
        return f"<Keyring of {len(self._keys)}>"

    def __contains__(self, key_id):
        return key_id in self._keys

    @property
    def ids(self):
        return tuple(self._keys)

    def key(self, key_id):
        """Return the key of that id."""
        try:
            return self._keys[key_id]
        except KeyError:
            raise KeyringError("unknown", key_id) from None


def _setting(name):
    return os.environ.get(name) or config.get(name.lower()) or ""


def _parse(text):
    keys = {}
    for number, line in enumerate(re.split(r"[\n,]", text), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        key_id, _colon, key = line.partition(":")
        try:
            if not _ID.match(key_id) or key_id in keys:
                raise ValueError
            keys[key_id] = sealing.decode_key(key)
        except ValueError:  # its text could show the key
            raise KeyringError("broken", f"line {number}") from None
    if not keys:
        raise KeyringError("missing")
    return Keyring(keys)


def _read_file(path):
    try:
        with open(path, encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if status.st_mode & (stat.S_IRWXO | stat.S_IWGRP):
                raise KeyringError("open", path)
            return file.read()
    except FileNotFoundError:
        raise KeyringError("missing", path) from None
    except (OSError, UnicodeDecodeError):
        raise KeyringError("unreadable", path) from None


def _run_command(command):
    try:
        done = subprocess.run(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_SECONDS,
            check=True,
        )
        return done.stdout.decode()
    except (OSError, ValueError, subprocess.SubprocessError):
        raise KeyringError("unreadable", "CARE_MASTER_KEY_COMMAND") from None


def _source():
    """Return (mark, function) of the setting that is used; the mark changes when what
    it leads to does."""
    for name in SOURCES:
        value = _setting(name)
        if not value:
            continue
        if name == "CARE_MASTER_KEY_FILE":
            try:
                status = os.stat(value)
            except OSError:
                raise KeyringError("missing", value) from None
            mark = (name, value, status.st_mtime_ns, status.st_size, status.st_mode)
            return mark, partial(_read_file, value)
        if name == "CARE_MASTER_KEY":
            digest = hashlib.sha256(value.encode()).digest()
            return (name, digest), partial(str, value)
        return (name, value), partial(_run_command, value)
    raise KeyringError("missing")


def load(wanted=None):
    """Return the master keys. A key that is `wanted` and not among those held makes
    the command run again: it may have got a new one."""
    mark, read = _source()
    ring = _held.get(mark)
    if ring is None or (wanted and wanted not in ring):
        ring = _parse(read())
        _held.clear()
        _held[mark] = ring
    return ring


def forget():
    """Ask the source anew the next time."""
    _held.clear()


# -- the list of destroyed keys ---------------------------------------------------


def destroyed_path():
    """Return where destroyed keys are listed: beside the key file, or in Odoo's data
    folder where there is none."""
    if path := _setting("CARE_DESTROYED_FILE"):
        return Path(path)
    if path := _setting("CARE_MASTER_KEY_FILE"):
        return Path(f"{path}.destroyed")
    return Path(config["data_dir"], "care_destroyed")


def _code(ring, key_id, before, text):
    key = sealing.derive(ring.key(key_id), "destroyed")
    return hmac.new(key, sealing.bind(before, text), hashlib.sha256).hexdigest()


def note_destroyed(entries, word=DONE):
    """Append `entries` (Destroyed) to the list, on disk before it returns."""
    path, ring = destroyed_path(), load()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        lines = file.read().splitlines()
        before = lines[-1].rpartition(" ")[2] if lines else ""
        for entry in entries:
            text = " ".join(map(str, (ring.current, word, *entry)))
            before = _code(ring, ring.current, before, text)
            file.write(f"{text} {before}\n")
        file.flush()
        os.fsync(file.fileno())


def read_destroyed(path=None, word=DONE):
    """Return the entries of the list that were done. With `word` PLANNED those that
    were planned and, as far as the list knows, not done.

    :raise KeyringError: `broken` where a line was changed or taken out
    """
    found = {DONE: {}, PLANNED: {}}
    for said, entry in _read_lines(Path(path or destroyed_path())):
        found[said][entry.uid] = entry
    others = found[DONE] if word == PLANNED else {}
    return [entry for uid, entry in found[word].items() if uid not in others]


def _read_lines(path):
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return
    ring, before = lines and load(), ""
    for number, line in enumerate(lines, 1):
        text, _space, code = line.rpartition(" ")
        key_id, *values = text.split(" ")
        right = len(values) == 5 and hmac.compare_digest(
            _code(ring, key_id, before, text), code
        )
        if not right:
            raise KeyringError("broken", f"{path} line {number}")
        word, uid, res_model, res_id, moment = values
        yield word, Destroyed(uid, res_model, int(res_id), moment)
        before = code
