"""A database of the product's with files and secrets of its own, and the commands."""

import base64
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARK = b"planted marker of the backup tests"

_FILL = f"""
import base64
partners = env["res.partner"].create([{{"name": "Kept"}}, {{"name": "Shredded"}}])
env["ir.attachment"].create([
    {{"name": "a.bin", "raw": {MARK!r} * 100_000}},
    {{"name": "b.txt", "raw": {MARK!r} + b" in a file", "res_model": "res.partner",
     "res_id": partners[0].id}},
    {{"name": "same content", "raw": {MARK!r} + b" in a file"}},
])
env["care.data.key"]._keys_for("res.partner", partners.ids, create=True)
env.cr.commit()
print("ids", *partners.ids)
"""


class Site:
    """One database with its files, a folder of archives and a key."""

    def __init__(self, database, folder):
        self.database = database
        self.folder = folder
        self.store = pathlib.Path(os.environ["CARE_CACHE"], "data", "filestore")
        self.key = self.make_key("key")
        self.environ = {
            **os.environ,
            "CARE_BACKUP_KEY_FILE": str(self.key),
            "CARE_BACKUP_DIR": str(folder / "archives"),
            "CARE_DESTROYED_FILE": str(folder / "destroyed"),
        }

    def make_key(self, name):
        path = self.folder / name
        path.write_text(f"{name}:{base64.b64encode(os.urandom(32)).decode()}\n")
        path.chmod(0o600)
        return path

    def run(self, command, *args, **environ):
        """Run setup/backup or setup/restore; return (exit status, what it said)."""
        done = subprocess.run(
            [ROOT / "setup" / command, *map(str, args)],
            env=self.environ | environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def backup(self, *args, **environ):
        return self.run("backup", "-d", self.database, *args, **environ)

    def shell(self, script, database=None):
        command = ["shell", "-d", database or self.database, "--no-http"]
        done = subprocess.run(
            [ROOT / "setup/odoo", *command, "--log-level=error"],
            env=self.environ,
            input=script,
            capture_output=True,
            text=True,
            check=False,
        )
        out = done.stdout + done.stderr
        assert done.returncode == 0 and "Traceback" not in out, out[-4000:]
        return done.stdout

    def sql(self, query, database=None):
        """Return the rows of a query as lists of text."""
        command = ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-F", "\t"]
        command += ["-d", database or self.database, "-c", query]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def databases(self):
        """Return the names of this site's databases, scratch ones too."""
        query = f"SELECT datname FROM pg_database WHERE datname ~ '^{self.database}'"
        return {name for (name,) in self.sql(query, "postgres")}

    def stores(self):
        return {path.name for path in self.store.glob(f"{self.database}*")}

    def drop(self, name):
        self.sql(f'ALTER DATABASE "{name}" IS_TEMPLATE false', "postgres")
        subprocess.run(["dropdb", "--force", name], check=True)
        shutil.rmtree(self.store / name, ignore_errors=True)

    def archives(self):
        return sorted((self.folder / "archives").glob("*.backup"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    base = os.environ.get("CARE_BROWSER_BASE")
    if not base:
        pytest.skip("setup/test prepares the product's database")
    name = f"care_bt_{os.getpid()}"
    made = Site(name, tmp_path_factory.mktemp("backup"))
    subprocess.run(["createdb", "-T", base, name], check=True)
    if (made.store / base).is_dir():
        shutil.copytree(made.store / base, made.store / name, copy_function=os.link)
    try:
        made.ids = made.shell(_FILL).split("ids ")[1].split()
        yield made
    finally:
        for left in made.databases():
            made.drop(left)
        for left in made.stores():
            shutil.rmtree(made.store / left)
