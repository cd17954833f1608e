"""The PostgreSQL side: what is in a database, dumping, loading, swapping names."""

import os
import secrets
import subprocess
import tempfile
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
from psycopg2 import sql

from .errors import BackupError

_MARK = "_careback_"  # in the name of each database that is not to last


def connect(name, *, admin=False):
    """Connect as PGUSER; with `admin` as who may make databases, where that is
    another (CARE_PG_ADMIN_USER, CARE_PG_ADMIN_PASSWORD_FILE)."""
    user = admin and os.environ.get("CARE_PG_ADMIN_USER")
    options = {"dbname": name, "application_name": "care_backup"}
    if user:
        path = os.environ.get("CARE_PG_ADMIN_PASSWORD_FILE")
        options["user"] = user
        options["password"] = Path(path).read_text("utf-8").strip() if path else None
    try:
        return psycopg2.connect(**options)
    except psycopg2.OperationalError as error:
        text = str(error).strip().splitlines()[-1]
        raise BackupError(f"No connection to the database {name}: {text}") from error


def rows(connection, query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def exists(name):
    with closing(connect("postgres")) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return bool(rows(connection, query, name))


def users_of(name):
    """Return how many sessions are open on a database."""
    with closing(connect("postgres", admin=True)) as connection:
        query = """SELECT count(*) FROM pg_stat_activity
                    WHERE datname = %s AND backend_type = 'client backend'"""
        return rows(connection, query, name)[0][0]


def has_table(connection, table):
    return rows(connection, "SELECT to_regclass(%s)", table)[0][0] is not None


# ---- what is in it


@contextmanager
def snapshot(name):
    """Give out (connection, snapshot id): one moment of the database, while no file
    is collected from its file store.

    Odoo's collector takes a lock on ir_attachment that this one keeps off; who writes
    attachments is not held up. The lock comes first, so the moment lies behind it.
    """
    with closing(connect(name)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ")
        if has_table(connection, "ir_attachment"):
            connection.rollback()
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE ir_attachment IN ROW EXCLUSIVE MODE")
        yield connection, rows(connection, "SELECT pg_export_snapshot()")[0][0]


def count_rows(connection):
    """Return {table: rows} of all tables that hold rows themselves."""
    tables = rows(
        connection,
        """SELECT n.nspname, c.relname
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND c.relpersistence = 'p'
              AND n.nspname NOT LIKE 'pg\\_%%'
              AND n.nspname != 'information_schema'
            ORDER BY 1, 2""",
    )
    query = sql.SQL("SELECT count(*) FROM {}")
    return {
        f"{schema}.{table}": rows(
            connection, query.format(sql.Identifier(schema, table))
        )[0][0]
        for schema, table in tables
    }


def stored_files(connection):
    """Yield the names of the files that attachments name, sorted, without holding
    them all."""
    if not has_table(connection, "ir_attachment"):
        return
    with connection.cursor("care_backup_files") as cursor:
        cursor.execute(
            """SELECT DISTINCT store_fname COLLATE "C" FROM ir_attachment
                WHERE store_fname IS NOT NULL ORDER BY 1"""
        )
        for (name,) in cursor:
            yield name


def modules(connection):
    """Return {module: version} of what is installed."""
    if not has_table(connection, "ir_module_module"):
        return {}
    query = "SELECT name, latest_version FROM ir_module_module WHERE state = %s"
    return dict(rows(connection, query, "installed"))


def describe(connection, name):
    """Return what a database must be made with, and by what it was kept."""
    query = "SELECT datcollate, datctype FROM pg_database WHERE datname = %s"
    collate, ctype = rows(connection, query, name)[0]
    installed = modules(connection)
    version = rows(connection, "SHOW server_version")[0][0]
    return {
        "database": name,
        "collate": collate,
        "ctype": ctype,
        "postgresql": version,
        "odoo": installed.get("base") or "",
        "modules": installed,
    }


# ---- dumping and loading


class Command:
    """One run of pg_dump or pg_restore: its output is read, or it is fed."""

    def __init__(self, *command, feeds=False):
        # a file, not a pipe: many warnings would fill a pipe nobody reads
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command,
            stdin=pipe if feeds else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if feeds else pipe,
            stderr=self.errors,
        )
        self.ended = False

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        try:
            if not _error[0]:
                self.end()
        finally:
            self.process.kill()
            self.process.wait()
            for file in (self.process.stdin, self.process.stdout, self.errors):
                if file:
                    with suppress(BrokenPipeError):
                        file.close()

    def read(self, size):
        return self.process.stdout.read(size)

    def feed(self, piece):
        try:
            self.process.stdin.write(piece)
        except BrokenPipeError:
            self.end()

    def end(self):
        """Wait for its end.

        :raise BackupError: it failed, with the last line that it said
        """
        if self.ended:
            return
        self.ended = True
        if self.process.stdin:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        status = self.process.wait()
        if status:
            self.errors.seek(0)
            words = self.errors.read().decode("utf-8", "replace").strip()
            last = words.splitlines()[-1:] or [f"exit status {status}"]
            raise BackupError(last[0])


def dump(name, snapshot_id):
    """Start pg_dump of that moment; its output is the custom format."""
    options = ("-Fc", "--compress=1", "--no-owner", "--no-privileges")
    return Command("pg_dump", *options, f"--snapshot={snapshot_id}", "-d", name)


def load(name):
    """Start pg_restore into an empty database; it is fed the custom format."""
    options = ("--no-owner", "--no-privileges", "--exit-on-error")
    return Command("pg_restore", *options, "-d", name, feeds=True)


# ---- databases that come and go


@contextmanager
def scratch(like, described):
    """Give out the name of a new empty database, which is dropped afterwards unless
    it got another name.

    It is marked as a template: Odoo's scheduled jobs leave those alone. A lock that
    lives as long as this process tells it from one that was left behind.
    """
    name = f"{like[:40]}{_MARK}{secrets.token_hex(4)}"
    with closing(connect("postgres", admin=True)) as admin:
        admin.autocommit = True
        rows(admin, "SELECT pg_advisory_lock(hashtext(%s))", name)
        _create(admin, name, described)
        try:
            yield name
        finally:
            _drop(admin, name)


def _create(admin, name, described):
    text = "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
    text += " LC_COLLATE {collate} LC_CTYPE {ctype} IS_TEMPLATE true"
    if os.environ.get("CARE_PG_ADMIN_USER"):
        text += " OWNER {owner}"
    query = sql.SQL(text).format(
        name=sql.Identifier(name),
        collate=sql.Literal(described["collate"]),
        ctype=sql.Literal(described["ctype"]),
        owner=sql.Identifier(os.environ.get("PGUSER") or ""),
    )
    try:
        with admin.cursor() as cursor:
            cursor.execute(query)
    except psycopg2.Error as error:
        text = str(error).strip().splitlines()[0]
        raise BackupError(f"No scratch database could be made: {text}") from error


def _drop(admin, name):
    if not rows(admin, "SELECT 1 FROM pg_database WHERE datname = %s", name):
        return
    with admin.cursor() as cursor:
        identifier = sql.Identifier(name)
        cursor.execute(
            sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(identifier)
        )
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def drop_left_behind():
    """Drop scratch databases whose maker was killed; return their names."""
    with closing(connect("postgres", admin=True)) as admin:
        admin.autocommit = True
        found = rows(
            admin,
            "SELECT datname FROM pg_database WHERE strpos(datname, %s) > 0",
            _MARK,
        )
        gone = []
        for (name,) in found:
            if rows(admin, "SELECT pg_try_advisory_lock(hashtext(%s))", name)[0][0]:
                _drop(admin, name)
                gone.append(name)
        return gone


def take_name(work, name, replaced):
    """Give the database `work` the name of `name`, which becomes `replaced`, both or
    neither; `replaced` is None where there is none."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with closing(connect("postgres", admin=True)) as admin:
        try:
            with admin, admin.cursor() as cursor:
                if replaced:
                    cursor.execute(
                        rename.format(*map(sql.Identifier, (name, replaced)))
                    )
                cursor.execute(rename.format(*map(sql.Identifier, (work, name))))
                cursor.execute(
                    sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(
                        sql.Identifier(name)
                    )
                )
        except psycopg2.errors.ObjectInUse as error:
            raise BackupError(
                f"The database {name} is in use: stop the server, then try again. "
                "Nothing was changed."
            ) from error
