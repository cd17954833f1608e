"""Making an archive: database and file store of one moment."""

import hashlib
import os
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime

from . import archive, database, store

_DUMP_PIECE = 8 * 1024 * 1024
_MISSING_NAMED = 100


class Making:
    """One archive while it is written; its manifest afterwards."""

    def __init__(self, name):
        self.name = name
        self.started = datetime.now(UTC)
        self.start = {}
        self.manifest = {}

    @property
    def file_name(self):
        return f"{self.name}-{self.started:%Y%m%dT%H%M%SZ}.backup"

    def write(self, folder, keys):
        """Write the archive into `folder` under its name, whole or not at all.

        :return: (path, bytes, sha256 of the archive)
        """
        key_name, key = next(iter(keys.items()))
        path = folder / self.file_name
        with _atomic(path) as file, database.snapshot(self.name) as (cn, moment):
            members = self._members(cn, moment)
            size, sha256 = archive.write(file, members, key_name, key)
        return path, size, sha256

    def _members(self, connection, moment):
        self.start = {
            **database.describe(connection, self.name),
            "format": 1,
            "started": self.started.isoformat(timespec="seconds"),
        }
        yield from archive.whole(archive.START, archive.as_json(self.start))
        tables = database.count_rows(connection)
        dump = hashlib.sha256()
        yield from self._database(moment, dump)
        with tempfile.TemporaryFile() as listed:
            missing = []
            yield from self._files(connection, listed, missing)
            size = listed.tell()
            listed.seek(0)
            sums = hashlib.file_digest if hasattr(hashlib, "file_digest") else _digest
            list_sha256 = sums(listed, "sha256").hexdigest()
            listed.seek(0)
            pieces = iter(lambda: listed.read(_DUMP_PIECE), b"")
            yield from archive.member(archive.FILES, size, pieces)
        self.manifest = {
            **self.start,
            "tables": tables,
            "dump_sha256": dump.hexdigest(),
            "files": self._count,
            "files_sha256": list_sha256,
            "missing_files": len(missing),
            "missing": missing[:_MISSING_NAMED],
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        yield from archive.whole(archive.MANIFEST, archive.as_json(self.manifest))

    def _database(self, moment, digest):
        with database.dump(self.name, moment) as process:
            number = 0
            while piece := process.read(_DUMP_PIECE):
                number += 1
                digest.update(piece)
                yield from archive.whole(f"{archive.DATABASE}{number:06}", piece)

    def _files(self, connection, listed, missing):
        folder = store.of(self.name)
        self._count = 0
        for name in database.stored_files(connection):
            reader = store.HashedReader(store.path_in(folder, name))
            try:
                size = os.path.getsize(reader.path)
            except FileNotFoundError:
                missing.append(name)
                continue
            member = f"{archive.STORE}{name}"
            yield from archive.member(member, size, reader)
            listed.write(store.line(reader.sha256, size, name))
            self._count += 1


def _digest(file, kind):
    digest = hashlib.new(kind)
    while piece := file.read(_DUMP_PIECE):
        digest.update(piece)
    return digest


@contextmanager
def _atomic(path):
    """Give out a new file that gets its name once it is whole and on the disk."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with open(partial, "xb", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.rename(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
