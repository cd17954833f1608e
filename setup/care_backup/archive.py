"""The archive: a tar stream, sealed block by block. Nothing of it is held in memory
longer than one block, and no part of it lies on a disk in clear.

    start.json       database, versions, locale: what a restore needs first
    database/000001  the custom format of pg_dump in pieces
    files/ab/abcd    the files that the database names, sorted
    files.sha256     a line for each of them: sha256, size, name
    manifest.json    counts and sums; without it the archive is cut off
"""

import hashlib
import json
import tarfile
from contextlib import contextmanager

from .errors import BackupError
from .sealing import (
    SealError,
    bind,
    read_blocks,
    read_header,
    seal_stream,
    unseal_stream,
)

BOUND = bind("care.backup", 1)
_BLOCK = tarfile.BLOCKSIZE
_PIECE = 1024 * 1024
START, FILES, MANIFEST = "start.json", "files.sha256", "manifest.json"
DATABASE, STORE = "database/", "files/"


# ---- writing


def member(name, size, pieces):
    """Yield one member of a tar stream.

    :raise BackupError: the pieces are not `size` bytes
    """
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    yield info.tobuf(tarfile.PAX_FORMAT)
    left = size
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            break
        yield piece
    if left:
        raise BackupError(f"{name} changed while it was read.")
    yield bytes(-size % _BLOCK)


def whole(name, data):
    """Yield one member that is in memory."""
    return member(name, len(data), [data])


def as_json(value):
    """Return a dict as the bytes of a member."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def write(file, members, name, key):
    """Seal the `members` (pieces of a tar stream) into an open file.

    :return: (bytes written, sha256 of the file)
    """

    def stream():
        yield from members
        yield bytes(2 * _BLOCK)

    digest, size = hashlib.sha256(), 0
    for piece in seal_stream(key, name, stream(), BOUND):
        file.write(piece)
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


# ---- reading


class Plain:
    """The opened stream as a file that can be read forward once."""

    def __init__(self, pieces):
        self.pieces, self.held = iter(pieces), b""

    def read(self, size):
        parts, left = [], size
        while left:
            if not self.held:
                self.held = next(self.pieces, b"")
                if not self.held:
                    break
            part, self.held = self.held[:left], self.held[left:]
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def drain(self):
        """Read to the end: only the last block shows that nothing was cut off."""
        for _piece in self.pieces:
            pass


def key_name(path):
    """Return the name of the key that sealed an archive.

    :raise BackupError: the file is no archive
    """
    try:
        with open(path, "rb") as file:
            return read_header(file.read(512)).key_id
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    except SealError as error:
        raise BackupError(f"{path} is no archive of setup/backup: {error}.") from error


@contextmanager
def opened(path, keys):
    """Give out an iterator of (name, size, pieces) of an archive.

    :raise BackupError: another key, cut off, or changed; what was read before is void
    """
    name = key_name(path)
    if name not in keys:
        raise BackupError(
            f"{path} was sealed with the key {name}, which is not among the backup "
            f"keys here ({', '.join(keys)})."
        )
    try:
        with open(path, "rb") as file:
            plain = Plain(unseal_stream(keys[name], read_blocks(file, _PIECE), BOUND))
            with tarfile.open(fileobj=plain, mode="r|", bufsize=_PIECE) as tar:
                yield _members(tar)
            plain.drain()
    except (SealError, tarfile.TarError, EOFError) as error:
        raise BackupError(
            f"{path} is damaged, cut off or changed, or {name} is another key than it "
            f"was sealed with ({error})."
        ) from error


def check(path, keys):
    """Read an archive to its end, which shows that nothing was changed or cut off.

    :raise BackupError: it is not as it was written
    """
    with opened(path, keys) as members:
        for _name, _size, pieces in members:
            for _piece in pieces:
                pass


def _members(tar):
    while info := tar.next():
        tar.members = []  # else each of a million files stays in memory
        if not info.isreg():
            raise BackupError(f"{info.name} has no place in an archive.")
        yield info.name, info.size, read_blocks(tar.extractfile(info), _PIECE)
