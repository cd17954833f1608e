"""Returning to an archive: loaded beside, brought up to date, then swapped in.

At every moment the name belongs to a whole database, and its file store holds what
that database names: files are added before the swap, superfluous ones go after it.
"""

from datetime import UTC, datetime

from . import archive, backing, database, folder, keys, loading, product, store
from .errors import BackupError


def restore(path, name=None, *, force=False, neutralize=False):
    """Restore an archive as the database `name` (the one it was made of).

    :return: (name, name that the database before has now or None, lines to tell)
    :raise BackupError: nothing was changed
    """
    found = keys.load()
    archive.check(path, found)
    backing.clear_up()
    name = name or backing.describe(path)["database"]
    before = database.exists(name)
    if before and not force:
        raise BackupError(
            f"The database {name} exists. Name another with -d, or say --force: then "
            "it is kept under another name."
        )
    if before and database.users_of(name):
        raise BackupError(f"The database {name} is in use: stop the server first.")
    with loading.loaded(path, found) as work:
        told = _bring_up(path, work, neutralize)
        now = datetime.now(UTC)
        replaced = f"{name[:38]}_replaced_{now:%Y%m%d%H%M%S}" if before else None
        _swap(work, name, replaced)
    return name, replaced, told


def _bring_up(path, work, neutralize):
    if not work.manifest["modules"]:
        return []
    now = datetime.now(UTC)
    values = {
        "name": path.name,
        "kind": "restore",
        "place": str(path.parent),
        "started_at": now.strftime("%Y-%m-%d %H:%M:%S"),
        "finished_at": now.strftime("%Y-%m-%d %H:%M:%S"),
        "sha256": folder.read_proof(path).get("sha256"),
        "size": path.stat().st_size,
        **backing.contents(work.manifest),
    }
    # a copy gets an identity of its own; a return keeps what customers' links carry
    told = product.prepare_return(work.name, values, copy=neutralize)
    if neutralize:
        product.neutralize(work.name)
    return told


def _swap(work, name, replaced):
    target = store.of(name)
    kept = store.of(replaced) if replaced else None
    there = set(store.files(target))
    if kept:
        store.link_copy(target, kept)
    store.add(work.folder, target)
    try:
        database.take_name(work.name, name, replaced)
    except BaseException:
        store.keep_only(target, there)
        if kept:
            store.remove(kept)
        raise
    store.keep_only(target, work.files.keys())
