"""Loading an archive into a scratch database, and comparing it with its manifest."""

import hashlib
import json
from contextlib import ExitStack, closing, contextmanager

from . import archive, database, product, store
from .errors import BackupError


class Loaded:
    """An archive that was loaded and found equal: where it is and what it says."""

    def __init__(self, name, start):
        self.name = name
        self.start = start
        self.manifest = {}
        self.files = {}  # {name: line of the list}

    @property
    def folder(self):
        return store.of(self.name)


@contextmanager
def loaded(path, keys):
    """Load an archive into a scratch database with a file store of its own and give
    out what it is (Loaded). Both are gone afterwards, unless they got another name.

    :raise BackupError: the archive is not whole, or what was loaded is not equal
    """
    with ExitStack() as stack:
        with archive.opened(path, keys) as members:
            start = json.loads(_read(members, archive.START))
            name = stack.enter_context(database.scratch(start["database"], start))
            found = Loaded(name, start)
            stack.callback(store.remove, found.folder)
            _load(found, members)
        # Only here the last block has shown that the archive is whole.
        _compare(found)
        yield found


def _read(members, wanted):
    name, _size, pieces = next(members, (None, 0, ()))
    if name != wanted:
        raise BackupError(f"The archive lacks {wanted}.")
    return b"".join(pieces)


def _load(found, members):
    dump, listed, stated = hashlib.sha256(), hashlib.sha256(), b""
    with database.load(found.name) as process:
        for name, _size, pieces in members:
            if name.startswith(archive.DATABASE):
                for piece in pieces:
                    dump.update(piece)
                    process.feed(piece)
                continue
            process.end()
            if name.startswith(archive.STORE):
                file_name = name.removeprefix(archive.STORE)
                line = store.write(found.folder, file_name, pieces)
                found.files[file_name] = line
                listed.update(line)
            elif name == archive.FILES:
                stated = _digest(pieces)
            elif name == archive.MANIFEST:
                found.manifest = json.loads(b"".join(pieces))
            else:
                raise BackupError(f"{name} has no place in an archive.")
    sums = (
        ("dump_sha256", dump.hexdigest()),
        ("files_sha256", listed.hexdigest()),
        ("files_sha256", stated),
        ("files", len(found.files)),
    )
    for key, value in sums:
        if found.manifest.get(key) != value:
            raise BackupError(
                f"The archive does not hold what its manifest says: {key}."
            )


def _digest(pieces):
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


# ---- comparing what was loaded


def _compare(found):
    with closing(database.connect(found.name)) as connection:
        _compare_tables(found, database.count_rows(connection))
        if database.modules(connection) != found.manifest["modules"]:
            raise BackupError("The versions of the add-ons differ after loading.")
        _compare_files(found, connection)
    if found.manifest["modules"]:
        product.check(found.name)


def _compare_tables(found, tables):
    stated = found.manifest["tables"]
    for table in sorted(tables.keys() | stated.keys()):
        if tables.get(table) != stated.get(table):
            raise BackupError(
                f"{table} has {tables.get(table, 'no')} rows after loading, "
                f"{stated.get(table, 'no')} before."
            )


def _compare_files(found, connection):
    """Each file that the loaded database names lies in the loaded store as it was."""
    missing = found.manifest["missing_files"]
    names = set()
    for name in database.stored_files(connection):
        if name in found.files:
            names.add(name)
            path = store.path_in(found.folder, name)
            if store.line_of(path, name) != found.files[name]:
                raise BackupError(f"The file {name} differs after loading.")
        else:
            missing -= 1
    if missing or names != found.files.keys():
        raise BackupError("The files loaded are not those that the database names.")
