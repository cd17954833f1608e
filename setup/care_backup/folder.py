"""The folder of archives: beside each verified one lies NAME.json, which tells so."""

import fcntl
import json
import os
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from .errors import BackupError
from .retention import Archive, to_remove

_NAME = re.compile(r"^(?P<database>.+)-(?P<moment>\d{8}T\d{6}Z)\.backup$")
_MOMENT = "%Y%m%dT%H%M%SZ"


def prepare(path):
    """Return the folder, made for this user alone where it was not there."""
    folder = Path(path)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"{folder} cannot be made: {error.strerror}.") from error
    return folder.resolve()


@contextmanager
def used(folder):
    """One backup at a time writes into a folder; what a killed one left goes."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"Another backup is writing into {folder}.") from error
        for left in folder.glob(".*.partial"):
            left.unlink()
        yield
    finally:
        os.close(descriptor)


def archives(folder, database):
    """Return the archives of a database (Archive), oldest first."""
    found = []
    for path in folder.iterdir():
        match = _NAME.match(path.name)
        if match and match["database"] == database:
            moment = datetime.strptime(match["moment"], _MOMENT).replace(tzinfo=UTC)
            verified = bool(read_proof(path).get("verified_at"))
            found.append(Archive(path.name, moment, verified))
    return sorted(found, key=lambda one: one.started)


def _proof_path(path):
    return path.with_name(f"{path.name}.json")


def read_proof(path):
    """Return what is known of an archive without its key."""
    try:
        return json.loads(_proof_path(path).read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def write_proof(path, values):
    """Keep what is known of an archive, whole or not at all."""
    proof = _proof_path(path)
    partial = proof.with_name(f".{proof.name}.partial")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(values, indent=1, sort_keys=True), "utf-8")
    os.rename(partial, proof)


def thin_out(folder, database, keep):
    """Remove what newer verified archives make superfluous; return the names."""
    gone = to_remove(archives(folder, database), keep)
    for name in gone:
        (folder / name).unlink()
        _proof_path(folder / name).unlink(missing_ok=True)
    return gone
