"""The shipped list of public days is what its script writes, and what the law says."""

import csv
import importlib.util
from datetime import date

import pytest
from conftest import ROOT

ROWS = list(
    csv.DictReader(
        (ROOT / "customer_care" / "data" / "days_cn.csv")
        .read_text("utf-8")
        .splitlines()
    )
)


def test_the_list_is_what_the_script_writes():
    pytest.importorskip("chinese_calendar")
    path = ROOT / "setup" / "seed" / "china_days.py"
    spec = importlib.util.spec_from_file_location("china_days", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert [tuple(row.values()) for row in ROWS] == script.rows(2025, 2026)


def test_days_that_were_announced():
    kinds = {date.fromisoformat(row["date"]): row["kind"] for row in ROWS}
    assert len(kinds) == len(ROWS) == 72
    assert kinds[date(2025, 9, 28)] == "working"  # a Sunday
    assert kinds[date(2025, 10, 8)] == "holiday"
    assert kinds[date(2026, 2, 14)] == "working"  # a Saturday
    assert kinds[date(2026, 2, 23)] == "holiday"
    weekend = {day for day, kind in kinds.items() if kind == "working"}
    assert all(day.weekday() >= 5 for day in weekend), "make-up days are weekends"
