"""The file store of a database: Odoo's folder of attachments, named by content."""

import hashlib
import os
import re
import shutil
from configparser import ConfigParser
from pathlib import Path

from .errors import BackupError

_PIECE = 1024 * 1024
_NAME = re.compile(r"^(?!/)(?!.*\.\.)[\w./+=-]+$")


def root():
    """Return the folder that holds the file stores."""
    parser = ConfigParser(interpolation=None, strict=False)
    parser.read(os.environ.get("ODOO_RC") or [])
    data = parser.get("options", "data_dir", fallback=None)
    if not data:
        raise BackupError("Odoo's configuration (ODOO_RC) names no data_dir.")
    return Path(data, "filestore")


def of(database):
    """Return the file store of a database."""
    return root() / database


def path_in(store, name):
    """Return where a file of a store lies; a name cannot lead out of it."""
    if not _NAME.match(name):
        raise BackupError(f"{name} is no name of a stored file.")
    return store / name


class HashedReader:
    """A file read in pieces, with what it held: `sha256` after the last."""

    def __init__(self, path):
        self.path, self.sha256 = path, None

    def __iter__(self):
        digest = hashlib.sha256()
        with open(self.path, "rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                yield piece
        self.sha256 = digest.hexdigest()


def line(sha256, size, name):
    """Return the line of a file in the list of an archive."""
    return f"{sha256} {size} {name}\n".encode()


def line_of(path, name):
    """Return the line of a file as it lies there."""
    reader = HashedReader(path)
    size = sum(map(len, reader))
    return line(reader.sha256, size, name)


def write(store, name, pieces):
    """Write one file and return its line; it is only read by this user."""
    path = path_in(store, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with open(path, "wb", opener=_private) as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return line(digest.hexdigest(), size, name)


def _private(path, flags):
    return os.open(path, flags, 0o600)


# ---- swapping: at every moment a store holds what its database names


def files(store):
    """Yield the names of the files of a store."""
    for folder, _folders, names in os.walk(store):
        within = Path(folder).relative_to(store)
        if within.parts[:1] != ("checklist",):
            yield from (str(within / name) for name in names)


def link_copy(store, copy):
    """Make `copy` a second store of the same files, without their space where the
    file system can."""
    for name in files(store):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(store / name, target)
        except OSError:
            shutil.copy2(store / name, target)


def add(work, store):
    """Move the files of `work` into `store`, which keeps its own beside them."""
    for name in files(work):
        target = store / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(work / name, target)


def keep_only(store, wanted):
    """Remove what is not among the `wanted` names."""
    for name in list(files(store)):
        if name not in wanted:
            (store / name).unlink()


def remove(store):
    """Remove a store that no database uses."""
    shutil.rmtree(store, ignore_errors=True)
