"""The archive and its keys, without a database."""

import base64
import io

import pytest
from care_backup import archive, keys
from care_backup.errors import BackupError

KEY, OTHER = b"k" * 32, b"o" * 32
MARK = b"planted marker in clear"
BIG = MARK * 200_000  # 4.6 MB: many blocks


@pytest.fixture(name="path")
def sealed(tmp_path):
    path = tmp_path / "a.backup"

    def members():
        yield from archive.whole("start.json", b"{}")
        yield from archive.member("files/ab/big", len(BIG), [BIG[:7], BIG[7:]])
        yield from archive.whole("manifest.json", b"{}")

    with open(path, "wb") as file:
        archive.write(file, members(), "k1", KEY)
    return path


def read(path, found):
    with archive.opened(path, found) as members:
        return {name: b"".join(pieces) for name, _size, pieces in members}


def test_what_went_in_comes_out_and_nothing_lies_in_clear(path):
    assert read(path, {"k1": KEY})["files/ab/big"] == BIG
    assert MARK not in path.read_bytes()
    assert b"start.json" not in path.read_bytes()


def test_the_name_of_the_file_does_not_matter_and_its_key_does(path):
    moved = path.rename(path.with_name("b"))
    assert read(moved, {"new": OTHER, "k1": KEY})
    with pytest.raises(BackupError, match="with the key k1, which is not among"):
        read(moved, {"k2": KEY})
    with pytest.raises(BackupError, match="damaged, cut off or changed, or k1"):
        read(moved, {"k1": OTHER})


@pytest.mark.parametrize("share", [0.0001, 0.1, 0.5, 0.9, 0.99999])
def test_a_changed_byte_anywhere_is_found(path, share):
    data = bytearray(path.read_bytes())
    data[int(len(data) * share)] ^= 1
    path.write_bytes(data)
    with pytest.raises(BackupError):
        read(path, {"k1": KEY})


@pytest.mark.parametrize("left", [0, 3, 20, 70_000, -65_536, -1_000, -1])
def test_an_archive_cut_off_anywhere_is_found(path, left):
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(BackupError):
        read(path, {"k1": KEY})


def test_an_archive_is_read_to_its_end(tmp_path):
    """Also where the tar stream ends in the last but one buffer."""
    path, size = tmp_path / "a.backup", 1024 * 1024 - 1024
    with open(path, "wb") as file:
        archive.write(file, archive.member("files/a", size, [bytes(size)]), "k1", KEY)
    archive.check(path, {"k1": KEY})
    path.write_bytes(path.read_bytes()[: -512 - 16])
    with pytest.raises(BackupError):
        archive.check(path, {"k1": KEY})


def test_something_behind_the_end_is_found(path):
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(BackupError):
        read(path, {"k1": KEY})


def test_other_files_are_told_apart(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"PGDMP" * 100)
    with pytest.raises(BackupError, match="is no archive of setup/backup"):
        archive.key_name(path)
    with pytest.raises(BackupError, match="cannot be read"):
        archive.key_name(tmp_path / "none")


def test_a_file_that_changes_while_it_is_read_fails():
    for pieces in ([b"12"], [b"1234"]):
        with pytest.raises(BackupError, match="changed while it was read"):
            list(archive.member("files/a", 3, pieces))


def test_the_archive_is_plain_tar_inside(path):
    import tarfile

    from care_backup.sealing import unseal_stream

    plain = b"".join(unseal_stream(KEY, [path.read_bytes()], archive.BOUND))
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        assert tar.getnames() == ["start.json", "files/ab/big", "manifest.json"]


# ---- keys


def text(key):
    return base64.b64encode(key).decode()


def test_the_first_key_seals_and_all_open(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"# comment\nnew:{text(KEY)}\n\n{text(OTHER)}\n")
    path.chmod(0o600)
    found = keys.load({"CARE_BACKUP_KEY_FILE": str(path)})
    assert list(found.values()) == [KEY, OTHER]
    assert list(found) == ["new", keys.name_of(OTHER)]
    path.chmod(0o644)
    with pytest.raises(BackupError, match="can be read by others"):
        keys.load({"CARE_BACKUP_KEY_FILE": str(path)})


def test_keys_come_from_the_environment_a_command_or_the_configuration(tmp_path):
    value = f"a:{text(KEY)},b:{text(OTHER)}"
    assert list(keys.load({"CARE_BACKUP_KEY": value})) == ["a", "b"]
    command = {"CARE_BACKUP_KEY_COMMAND": f"echo a:{text(KEY)}"}
    assert keys.load(command) == {"a": KEY}
    conf = tmp_path / "odoo.conf"
    conf.write_text(f"[options]\ncare_backup_key = {value}\n")
    assert list(keys.load({"ODOO_RC": str(conf)})) == ["a", "b"]


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "There is no backup key"),
        ({"CARE_BACKUP_KEY": "a:short"}, "is not 32 bytes"),
        ({"CARE_BACKUP_KEY_FILE": "/nowhere/key"}, "cannot be read"),
        ({"CARE_BACKUP_KEY_COMMAND": "false"}, "try it by hand"),
    ],
)
def test_a_key_that_is_not_there_is_told(environ, words):
    with pytest.raises(BackupError, match=words):
        keys.load(environ)


def test_the_master_key_is_refused_as_backup_key():
    both = {
        "CARE_BACKUP_KEY": f"b:{text(KEY)}",
        "CARE_MASTER_KEY": f"m:{text(OTHER)}\nold:{text(KEY)}",
    }
    with pytest.raises(BackupError, match="is the master key"):
        keys.load(both)
