"""The commands of setup/backup and setup/restore."""

import argparse
import os
import signal
import sys
from pathlib import Path

from . import backing, folder, returning
from .errors import BackupError
from .retention import Keep


def _keep(text):
    try:
        return Keep.parse(text)
    except (TypeError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _parser():
    environ = os.environ
    parser = argparse.ArgumentParser(prog="setup")
    commands = parser.add_subparsers(dest="command", required=True)
    backup = commands.add_parser("backup", prog="setup/backup")
    backup.add_argument("-d", "--database", default=environ.get("CARE_DB", "care"))
    backup.add_argument(
        "--to",
        default=environ.get("CARE_BACKUP_DIR"),
        help="folder of the archives (CARE_BACKUP_DIR)",
    )
    backup.add_argument(
        "--keep",
        type=_keep,
        default=environ.get("CARE_BACKUP_KEEP") or "7/5/12",
        help="days/weeks/months that keep a verified archive each (CARE_BACKUP_KEEP, "
        "7/5/12)",
    )
    backup.add_argument("--scheduled", action="store_true", help="not by hand")
    backup.add_argument(
        "--no-verify", action="store_true", help="no trial restore: meets no duty"
    )
    backup.add_argument("--verify", metavar="FILE", help="try an archive out")
    backup.add_argument("--list", action="store_true", help="the archives there are")
    restore = commands.add_parser("restore", prog="setup/restore")
    restore.add_argument("file", type=Path)
    restore.add_argument("-d", "--database", help="another name than it had")
    restore.add_argument(
        "--force", action="store_true", help="in place of a database that exists"
    )
    restore.add_argument(
        "--neutralize",
        action="store_true",
        help="a copy to try things out: no mail servers, no scheduled jobs",
    )
    return parser


def _list(args):
    for one in folder.archives(folder.prepare(args.to), args.database):
        print(one.name, "verified" if one.verified else "not verified")


def _backup(args):
    if not args.to:
        raise BackupError("Name the folder of the archives: --to or CARE_BACKUP_DIR.")
    if args.list:
        _list(args)
    elif args.verify:
        moment = backing.verify(Path(args.verify).resolve())
        print(f"{args.verify} was restored on trial and is whole ({moment} UTC).")
    else:
        path = backing.back_up(
            args.database,
            folder.prepare(args.to),
            args.keep,
            kind="scheduled" if args.scheduled else "manual",
            verify=not args.no_verify,
        )
        done = "not verified" if args.no_verify else "verified by a trial restore"
        print(f"{path} ({done})")


def _confirmed(args):
    """Ask at a terminal what --force says elsewhere."""
    if args.force or not sys.stdin.isatty():
        return args.force
    from . import database

    name = args.database or backing.describe(args.file)["database"]
    if not database.exists(name):
        return False
    print(f"The database {name} exists. It is kept under another name.")
    return input(f"To put the archive in its place, type {name}: ") == name


def _restore(args):
    path = args.file.resolve()
    name, replaced, told = returning.restore(
        path, args.database, force=_confirmed(args), neutralize=args.neutralize
    )
    for line in told:
        word, _space, rest = line.partition(" ")
        if word == "destroyed" and rest != "0":
            print(f"Keys destroyed since, destroyed again: {rest}")
        if word == "unlisted":
            print(f"Notice: {rest}, the list of destroyed keys, is not there. What was")
            print(
                "destroyed after this backup lives again: bring the list, restore anew."
            )
    print(f"{path.name} is restored as {name}.")
    if replaced:
        print(f"The database before is kept as {replaced}; setup/pg dropdb {replaced}")


def main():
    args = _parser().parse_args()
    # so that what is half done is cleared away
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        {"backup": _backup, "restore": _restore}[args.command](args)
    except (BackupError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; nothing half is left.", file=sys.stderr)
        return 130
    return 0


sys.exit(main())
