"""Backups are made, tried out and returned to, on a real database with its files.

The tests follow one another: the archive of the first is what the others use.
"""

import os
import signal
import stat
import subprocess
import time

import pytest

from .conftest import MARK, ROOT

pytestmark = pytest.mark.slow
_RECORDS = "SELECT state, kind, files, tables, rows, error FROM care_backup ORDER BY id"


def count(site, database):
    query = (
        "SELECT (SELECT count(*) FROM res_partner), "
        "(SELECT count(*) FROM ir_attachment), (SELECT count(*) FROM ir_ui_view)"
    )
    return site.sql(query, database)


@pytest.fixture(name="archive", scope="module")
def first_archive(site):
    before = set(site.databases()), site.stores()
    status, said = site.backup("--scheduled")
    assert not status, said
    (path,) = site.archives()
    assert (set(site.databases()), site.stores()) == before
    return path


def test_a_backup_is_sealed_tried_out_and_recorded(site, archive):
    data = archive.read_bytes()
    key = site.key.read_bytes().split(b":")[1].strip()
    for clear in (MARK, b"PGDMP", b"res_partner", key):
        assert clear not in data
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in archive.parent.glob("*")
    }
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(archive.parent.stat().st_mode) == 0o700
    ((state, kind, files, tables, rows, error),) = site.sql(_RECORDS)
    assert (state, kind, error) == ("verified", "scheduled", "")
    ((named,),) = site.sql("SELECT count(DISTINCT store_fname) FROM ir_attachment")
    assert files == named
    assert int(tables) > 400 and int(rows) > 10_000
    status, said = site.backup("--list")
    assert (status, said) == (0, f"{archive.name} verified\n")


def test_an_archive_comes_back_under_another_name(site, archive):
    """Also: a key that was destroyed since is destroyed again before anybody may log
    in, and what was only a try reaches nobody."""
    site.shell(
        f"""
partner = env["res.partner"].browse({site.ids[1]})
env["care.data.key"]._destroy(partner, "disposal")
env.cr.commit()
"""
    )
    other = f"{site.database}_b"
    status, said = site.run("restore", archive, "-d", other, "--neutralize")
    assert not status, said
    assert "destroyed again: 1" in said
    assert count(site, other) == count(site, site.database)
    keys = "SELECT res_id, wrapped IS NULL FROM care_data_key ORDER BY res_id"
    assert site.sql(keys, other) == [[site.ids[0], "f"], [site.ids[1], "t"]]
    names = site.sql(
        "SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname > ''", other
    )
    for (name,) in names:
        there = site.store / other / name
        assert there.read_bytes() == (site.store / site.database / name).read_bytes()
    active = site.sql("SELECT count(*) FROM ir_cron WHERE active", other)
    assert int(active[0][0]) <= 1
    assert site.sql("SELECT state FROM care_backup", other) == [["restored"]]
    site.drop(other)


def test_nothing_is_put_over_a_database_unasked_or_in_use(site, archive):
    status, said = site.run("restore", archive)
    assert status == 1 and "exists" in said
    command = ["psql", "-qX", "-d", site.database]
    with subprocess.Popen(command, stdin=subprocess.PIPE):
        sessions = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{site.database}'"
        while not site.sql(sessions, "postgres"):
            time.sleep(0.05)
        status, said = site.run("restore", archive, "--force")
    while site.sql(sessions, "postgres"):
        time.sleep(0.05)
    assert status == 1 and "is in use" in said
    assert site.databases() == {site.database}


def test_damaged_archives_and_other_keys_change_nothing(site, archive):
    before = site.databases(), site.stores()
    data = archive.read_bytes()
    bad = site.folder / "bad.backup"
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    for content in (changed, data[: len(data) // 2], data[:-1], b"PGDMP" * 99):
        bad.write_bytes(content)
        status, said = site.run("restore", bad, "-d", f"{site.database}_c")
        assert status == 1 and "Error: " in said, said
    key = str(site.make_key("another"))
    status, said = site.run("restore", archive, CARE_BACKUP_KEY_FILE=key)
    assert status == 1 and "was sealed with the key key, which is not" in said
    assert (site.databases(), site.stores()) == before


def test_a_return_keeps_the_database_it_replaces(site, archive):
    site.sql("UPDATE res_partner SET name = 'Later' WHERE name = 'Kept'")
    late = site.shell(
        """
late = env["ir.attachment"].create({"name": "late", "raw": b"written later"})
env.cr.commit()
print("late", late.store_fname)
"""
    ).split()[-1]
    status, said = site.run("restore", archive, "--force")
    assert not status, said
    (replaced,) = site.databases() - {site.database}
    names = "SELECT count(*) FROM res_partner WHERE name = '{}'"
    assert site.sql(names.format("Kept")) == [["1"]]
    assert site.sql(names.format("Later"), replaced) == [["1"]]
    assert not (site.store / site.database / late).exists()
    assert (site.store / replaced / late).read_bytes() == b"written later"
    for (name,) in site.sql(
        "SELECT store_fname FROM ir_attachment WHERE store_fname > ''"
    ):
        assert (site.store / site.database / name).exists()
    site.drop(replaced)


def test_a_failure_is_recorded_and_leaves_no_archive(site, archive, tmp_path):
    broken = tmp_path / "pg_dump"
    broken.write_text("#!/bin/sh\necho 'no space left on this device' >&2\nexit 1\n")
    broken.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    status, said = site.backup(PATH=path)
    assert status == 1 and "no space left" in said
    assert site.archives() == [archive]
    assert site.sql(_RECORDS)[-1][0] == "failed"
    assert "no space left" in site.sql(_RECORDS)[-1][5]


def test_killed_at_the_trial_nothing_half_stays(site, archive):
    """What a killed run leaves is no archive that counts, and the next clears it up."""
    with subprocess.Popen(
        [ROOT / "setup/backup", "-d", site.database],
        env=site.environ,
        start_new_session=True,
    ) as process:
        while site.databases() == {site.database}:
            time.sleep(0.05)
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
    assert site.databases() != {site.database}
    _status, said = site.backup("--list")
    assert [line.split()[1:] for line in said.splitlines()] == [
        ["verified"],
        ["not", "verified"],
    ]
    (archive.parent / ".half.backup.partial").write_bytes(b"half")
    status, said = site.backup("--no-verify", "--keep", "1")
    assert not status, said
    assert site.databases() == {site.database}
    assert site.stores() == {site.database}
    assert not list(archive.parent.glob(".*.partial"))
    assert archive in site.archives()  # the last verified one
