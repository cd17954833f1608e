"""One backup from beginning to end: made, tried out, recorded, older ones thinned."""

import json
from datetime import UTC, datetime

from . import archive, database, folder, keys, loading, product, store
from .errors import BackupError
from .making import Making


def _moment(moment):
    """Return a moment as the product keeps it: UTC without its zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _versions(start):
    names = ("odoo", "postgresql")
    lines = [f"{name} {start[name]}" for name in names]
    return "\n".join(lines + [f"{k} {v}" for k, v in sorted(start["modules"].items())])


def contents(manifest):
    """Return what the product keeps of a manifest."""
    return {
        "tables": len(manifest["tables"]),
        "rows": sum(manifest["tables"].values()),
        "files": manifest["files"],
        "missing_files": manifest["missing_files"],
        "versions": _versions(manifest),
    }


def back_up(name, place, keep, *, kind="manual", verify=True):
    """Back a database up into a folder and return the path of the archive.

    :raise BackupError: it failed; the product has a record of that
    """
    found = keys.load()
    with folder.used(place):
        clear_up()
        if not database.exists(name):
            raise BackupError(f"There is no database {name}.")
        making = Making(name)
        values = {
            "name": making.file_name,
            "kind": kind,
            "place": str(place),
            "started_at": _moment(making.started),
            "key_name": next(iter(found)),
        }
        try:
            path, size, sha256 = making.write(place, found)
            values |= {"size": size, "sha256": sha256, **contents(making.manifest)}
            folder.write_proof(path, values)
            if verify:
                values |= {"verified_at": try_out(path, found)}
                folder.write_proof(path, values)
        except (BackupError, OSError) as error:
            values |= {"error": str(error), "finished_at": _moment(datetime.now(UTC))}
            product.record(name, values)
            raise
        values["finished_at"] = _moment(datetime.now(UTC))
        product.record(name, values, folder.thin_out(place, name, keep))
    return path


def verify(path):
    """Try an archive out that lies there already; return when it was found whole."""
    found = keys.load()
    values = folder.read_proof(path)
    name = values.get("name") or path.name
    try:
        moment = try_out(path, found)
    except BackupError as error:
        values |= {"error": str(error)}
        _tell_product(values, name)
        raise
    values |= {"verified_at": moment}
    folder.write_proof(path, values)
    _tell_product(values, name)
    return moment


def _tell_product(values, name):
    source = name.rpartition("-")[0]
    if values.get("started_at") and database.exists(source):
        product.record(source, values)


def try_out(path, found):
    """Load an archive beside everything else, compare, and drop it again.

    :return: the moment, as the product keeps it
    """
    with loading.loaded(path, found):
        return _moment(datetime.now(UTC))


def clear_up():
    """Remove scratch databases and stores that a killed run left."""
    for name in database.drop_left_behind():
        store.remove(store.of(name))


def describe(path):
    """Return what an archive says of itself first (a dict)."""
    with archive.opened(path, keys.load()) as members:
        _name, _size, pieces = next(members)
        return json.loads(b"".join(pieces))
