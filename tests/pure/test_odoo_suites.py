"""Reading and comparing the logs of Odoo's test runner."""

import sys

from conftest import ROOT

for folder in ("tests", "tests/lifecycle"):
    sys.path.insert(0, str(ROOT / folder))

from odoo_suites import compare, read_results  # noqa: E402

LINE = "2026-11-22 05:35:41,812 11426 {} care odoo.addons.{}.tests.test_x: {}"
LOG = "\n".join(
    LINE.format(*parts)
    for parts in [
        ("INFO", "base", "Starting TestPartner.test_a ..."),
        ("INFO", "base", "Starting TestPartner.test_b ..."),
        ("ERROR", "base", "FAIL: TestPartner.test_b"),
        ("INFO", "crm", "Starting TestLead.test_c ..."),
        ("INFO", "crm", "skipped TestLead.test_c : no browser"),
        ("INFO", "crm", "Starting the clock ..."),
        ("ERROR", "mail", "ERROR: setUpClass (odoo.addons.mail.tests.test_x.TestM)"),
    ]
)


def test_a_log_gives_one_outcome_per_test():
    assert read_results(LOG) == {
        "base: TestPartner.test_a": "ok",
        "base: TestPartner.test_b": "FAIL",
        "crm: TestLead.test_c": "skipped",
        "mail: setUpClass (odoo.addons.mail.tests.test_x.TestM)": "ERROR",
    }


def test_only_differences_are_told():
    without = {"a": "FAIL", "b": "ok", "c": "ok"}
    having = {"a": "FAIL", "b": "ERROR"}
    assert compare(without, having) == [("b", "ok", "ERROR"), ("c", "ok", "-")]
