#!/usr/bin/env python3
"""Odoo's own tests give the same results with our add-ons as without them.

    tests/odoo_suites.py [--modules base contacts mail calendar crm] [--keep]

Two databases with the same modules of Odoo, the second with our add-ons too; Odoo's
runner does the suites on both, those of the installation included. The table compares
them test by test: a failure on both sides is Odoo's own, a new one is ours. Exit
status 1 when there is one. Takes half an hour or more; run it with `nice`.
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


def run_suites(base, suites, addons, log_file):
    """Run the suites on a copy of `base` with `addons`; return results and seconds."""
    start = time.monotonic()
    with ScratchDb(base) as db:
        if addons:
            db.install(*addons)
        tags = ",".join(tag for name in suites for tag in SUITES[name])
        log_file.unlink(missing_ok=True)
        with contextlib.suppress(CommandError):  # failures are read from the log
            db.run_tests(tags, log_file)
    results = read_results(log_file.read_text("utf-8", "replace"))
    return results, time.monotonic() - start


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
    sides = []
    for word, addons in (("without", ()), ("with", ADDONS)):
        log_file = args.log_dir / f"odoo_suites_{word}.log"
        results, seconds = run_suites(base, args.modules, addons, log_file)
        sides.append(results)
        sys.stderr.write(f"{word}: {len(results)} tests, {seconds:.0f} s, {log_file}\n")
    write_table(*sides, sys.stdout)
    new = [row for row in compare(*sides) if row[2] in _BAD or row[2] == "-"]
    return 1 if new or not all(sides) else 0


if __name__ == "__main__":
    sys.exit(main())
