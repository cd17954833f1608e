"""Install, upgrade and uninstall the four add-ons on scratch databases, and tell what
is left behind. Exit status 1 when something is.

    tests/lifecycle/check_lifecycle.py [--base NAME] [scenario ...]

Scenarios: alone:ADDON, orders, data, apps, expenses. Without --base a base database
with the add-ons' dependencies is made once (about a minute) and kept.
"""

import argparse
import ast
import hashlib
import sys
import time

from scratch_db import ROOT, CommandError, ScratchDb, create_base, exists
from snapshot import compare, take_snapshot

ADDONS = ("customer_care", "complaint_handling", "customer_archive", "visit_planning")
SCENARIOS = (
    *(f"alone:{addon}" for addon in ADDONS),
    *("orders", "data", "apps", "expenses"),
)
# apps that the add-ons do not need, and serve where they are installed
APPS = {"sale_management", "account", "hr_holidays", "sms", "event"}
# each pair of add-ons occurs in both orders
ORDERS = [ADDONS[1:], ADDONS[2:] + ADDONS[1:2], ADDONS[3:] + ADDONS[1:3]]


def base_modules():
    """Return the modules of Odoo that the add-ons need, with those beside them."""
    manifests = [
        (ROOT / name / "__manifest__.py").read_text("utf-8") for name in ADDONS
    ]
    needed = {name for text in manifests for name in ast.literal_eval(text)["depends"]}
    beside = (ROOT / "setup/modules.txt").read_text("utf-8").split("\n")
    beside = {line.strip() for line in beside if line and not line.startswith("#")}
    return sorted((needed | beside) - set(ADDONS))


def get_base(beside=()):
    modules = sorted({*base_modules(), *beside})
    name = "care_base_" + hashlib.sha256(",".join(modules).encode()).hexdigest()[:8]
    if not exists(name):
        create_base(name, modules)
    return name


def check_alone(base, addon):
    """One add-on: install, upgrade without a change, uninstall without a trace."""
    with ScratchDb(base) as db:
        db.install(addon)
        installed = take_snapshot(db.name)
        db.upgrade(addon)
        changes = compare(installed, take_snapshot(db.name))
        yield from (f"-u: {line}" for line in changes)
        db.uninstall("customer_care")
        yield from compare(take_snapshot(base), take_snapshot(db.name))
        yield from db.complaints
        db.shell("other_apps.py")


def check_orders(base):
    """Every pair of add-ons in both orders gives one and the same database."""
    first = None
    for order in ORDERS:
        with ScratchDb(base) as db:
            for addon in order:
                db.install(addon)
            now = take_snapshot(db.name)
            first = first or now
            yield from (f"{order}: {line}" for line in compare(first, now))
            yield from db.complaints


def check_data(base):
    """Add-ons in use leave one after the other; records of the engines do not hold
    them back, and nothing names them afterwards."""
    with ScratchDb(base) as db:
        db.install(*ADDONS)
        db.shell("use_everything.py")
        for addon in (*ADDONS[1:], ADDONS[0]):
            db.uninstall(addon)
            db.shell("other_apps.py")
        # what the use itself left (customers, users, their messages) may stay
        after = take_snapshot(db.name)
        yield from compare(take_snapshot(base), after, ignore=("rows",))
        yield from db.complaints


def check_apps(base):
    """The engines work on the models of apps that are there before or come later."""
    with ScratchDb(get_base(APPS)) as db:
        db.install(*ADDONS)
        db.shell("use_with_apps.py")
        db.shell("use_timeline.py")
        yield from db.complaints
    with ScratchDb(base) as db:
        db.install(*ADDONS)
        db.install("sale_management", "account")
        db.shell("use_timeline.py")
        yield from db.complaints


def check_expenses(base):
    """Expenses pass their gate whether the app was there before or comes later; the
    gate goes with the app, and with our add-on."""
    apps = get_base({"hr_expense"})
    with ScratchDb(apps) as db:
        db.install("customer_care")
        db.shell("use_expenses.py")
        db.uninstall("customer_care")
        after = take_snapshot(db.name)
        left = compare(take_snapshot(apps), after, ignore=("rows",))
        # Odoo makes this one when Invoicing is loaded again
        yield from (line for line in left if "mail_gateway_failed" not in line)
        yield from db.complaints
        db.shell("other_apps.py")
    with ScratchDb(base) as db:
        db.install("customer_care")
        alone = take_snapshot(db.name)
        db.install("hr_expense")
        db.shell("use_expenses.py")
        db.upgrade("customer_care")
        db.shell("use_expenses.py")
        db.uninstall("hr_expense")
        left = compare(alone, take_snapshot(db.name), ignore=("rows",))
        # what the app needed (products, accounts) stays, with our part of it
        yield from (line for line in left if "x_care" in line or "expense_gate" in line)
        db.uninstall("customer_care")
        db.shell("other_apps.py")
        yield from db.complaints


def run(scenario, base):
    """Return what a scenario found, as lines."""
    kind, _colon, addon = scenario.partition(":")
    checks = {
        "alone": check_alone,
        "orders": check_orders,
        "data": check_data,
        "apps": check_apps,
        "expenses": check_expenses,
    }
    found = []
    try:
        for line in checks[kind](base, *filter(None, [addon])):
            found.append(line)
    except CommandError as error:
        found.extend(str(error).splitlines())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--base", help="existing database to copy")
    parser.add_argument("scenarios", nargs="*", choices=[*SCENARIOS, []])
    args = parser.parse_args()
    base = args.base or get_base()
    failed = False
    for scenario in args.scenarios or SCENARIOS:
        start = time.monotonic()
        found = run(scenario, base)
        failed = failed or bool(found)
        seconds = time.monotonic() - start
        verdict = f"{len(found)} left" if found else "clean"
        sys.stdout.write(f"{scenario}: {verdict} ({seconds:.0f} s)\n")
        sys.stdout.writelines(f"    {line}\n" for line in found)
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
