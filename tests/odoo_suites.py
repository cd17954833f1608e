#!/usr/bin/env python3
"""Odoo's own tests give the same results with our add-ons as without them.

    tests/odoo_suites.py [--modules base contacts mail calendar crm]

Two databases with the same modules of Odoo, the second with our add-ons too; Odoo's
runner does the suites on both, those of the installation included. The table compares
them test by test: a failure on both sides is Odoo's own; a new one is run again alone
and is ours when it stays. Exit status 1 when there is one. Takes half an hour or more;
run it with `nice`.
"""

import argparse
import contextlib
import re
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "lifecycle"))

from check_lifecycle import ADDONS, get_base
from scratch_db import CommandError, ScratchDb

# {module: tests of it}; of base what is about partners
SUITES = {
    "base": ["res_partner", "/base:TestMergePartner", "/base:TestResPartnerBank"],
    "contacts": ["/contacts"],
    "mail": ["/mail"],
    "calendar": ["/calendar"],
    "crm": ["/crm"],
}
_LINE = re.compile(
    r"^[\d-]+ [\d:,]+ \d+ [A-Z]+ \S+ (?P<logger>\S+): "
    r"(?P<word>Starting|skipped|FAIL:|ERROR:) "
    r"(?P<test>(?:Subtest )?\w+\.\w+|(?:setUp|tearDown)(?:Class|Module) .*).*$"
)
_BAD = ("FAIL", "ERROR")


def read_results(log):
    """Return {"module: Class.test": outcome} of a log of Odoo's runner."""
    results = {}
    for line in log.splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        parts = match["logger"].split(".")
        name = f"{parts[2] if parts[1:2] == ['addons'] else parts[0]}: {match['test']}"
        word = match["word"].rstrip(":")
        if word == "Starting":
            results.setdefault(name, "ok")
        elif results.get(name) not in _BAD:
            results[name] = word
    return results


def run_tests(db, tags, log_file, update="base"):
    """Run tests on a scratch database; return their results."""
    log_file.unlink(missing_ok=True)
    with contextlib.suppress(CommandError):  # failures are read from the log
        db.run_tests(tags, log_file, update)
    return read_results(log_file.read_text("utf-8", "replace"))


def run_again(db, name, log_file):
    """Return "flaky" when a failed test passes alone in one of three runs, "FAIL" when
    it never does. Browser tours of Odoo's lose clicks on a busy machine."""
    module, _colon, test = name.partition(": ")
    test = test.removeprefix("Subtest ")
    for _time in range(3):
        results = run_tests(db, f"/{module}:{test}", log_file, update=module)
        if results and not set(results.values()) & set(_BAD):
            return "flaky"
    return "FAIL"


def compare(without, having):
    """Return the lines of the differences: (test, without, with)."""
    names = sorted(set(without) | set(having))
    rows = [(name, without.get(name, "-"), having.get(name, "-")) for name in names]
    return [row for row in rows if row[1] != row[2]]


def write_table(without, having, out):
    """Write one row per module, then each difference."""
    out.write("| module | tests | ok | skipped | failed without | failed with |\n")
    out.write("|---|---|---|---|---|---|\n")
    for module in sorted({name.partition(":")[0] for name in {**without, **having}}):
        here = {n: v for n, v in having.items() if n.startswith(f"{module}:")}
        there = {n: v for n, v in without.items() if n.startswith(f"{module}:")}
        count, before = Counter(here.values()), Counter(there.values())
        bad, bad_before = (sum(c[word] for word in _BAD) for c in (count, before))
        out.write(
            f"| {module} | {len(here)} | {count['ok']} | {count['skipped']} "
            f"| {bad_before} | {bad} |\n"
        )
    for name, before, after in compare(without, having):
        out.write(f"{name}: {before} without, {after} with our add-ons\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--modules", nargs="+", choices=SUITES, default=list(SUITES))
    parser.add_argument("--base", help="existing database to copy")
    parser.add_argument("--log-dir", type=Path, default=Path("/tmp"))
    args = parser.parse_args()
    base = args.base or get_base()
    tags = ",".join(tag for name in args.modules for tag in SUITES[name])
    with ScratchDb(base) as plain, ScratchDb(base) as full:
        full.install(*ADDONS)
        sides = []
        for word, db in (("without", plain), ("with", full)):
            start = time.monotonic()
            log_file = args.log_dir / f"odoo_suites_{word}.log"
            sides.append(run_tests(db, tags, log_file))
            seconds = time.monotonic() - start
            sys.stderr.write(f"{word}: {len(sides[-1])} tests, {seconds:.0f} s\n")
        for name, _before, after in compare(*sides):
            if after in _BAD:
                log_file = args.log_dir / "odoo_suites_again.log"
                sides[1][name] = run_again(full, name, log_file)
    write_table(*sides, sys.stdout)
    new = [row for row in compare(*sides) if row[2] in (*_BAD, "-")]
    return 1 if new or not all(sides) else 0


if __name__ == "__main__":
    sys.exit(main())
