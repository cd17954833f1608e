"""When duties come round."""

from datetime import date
from itertools import islice, product

import pytest

from customer_care.logic.recurrence import (
    Recurrence,
    build,
    check,
    parse,
    period_before,
    starts,
)

ANCHOR = date(2024, 1, 1)


def days(text, first="2026-01-01", count=4, anchor=ANCHOR):
    found = islice(starts(text, anchor, date.fromisoformat(first)), count)
    return [day.isoformat() for day in found]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Recurrence("month", day=1), ["2026-01-01", "2026-02-01", "2026-03-01"]),
        (Recurrence("half_year", month=1, day=1), ["2026-01-01", "2026-07-01"]),
        (
            Recurrence("quarter", month=3, day=1),
            ["2026-03-01", "2026-06-01", "2026-09-01", "2026-12-01"],
        ),
        (Recurrence("year", month=3, day=25), ["2026-03-25", "2027-03-25"]),
        (Recurrence("month", day=31), ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (Recurrence("month", day=30), ["2026-01-30", "2026-02-28", "2026-03-30"]),
        (Recurrence("month", day=-1), ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (Recurrence("month", week=-1, weekdays=(4,)), ["2026-01-30", "2026-02-27"]),
        (Recurrence("week", weekdays=(0, 3)), ["2026-01-01", "2026-01-05"]),
        (Recurrence("week", 2, (0,)), ["2026-01-12", "2026-01-26"]),
        (Recurrence("day"), ["2026-01-01", "2026-01-02"]),
    ],
)
def test_days(plan, expected):
    assert days(build(plan), count=len(expected)) == expected


def test_every_plan_of_the_editor_is_read_back():
    plans = [
        *(Recurrence("day", interval) for interval in (1, 3)),
        *(
            Recurrence("week", interval, weekdays)
            for interval, weekdays in product((1, 2), ((0,), (1, 4), tuple(range(7))))
        ),
        *(Recurrence("month", 2, day=day) for day in (1, 28, 29, 30, 31, -1)),
        *(
            Recurrence(frequency, month=month, day=day)
            for frequency, month, day in product(
                ("quarter", "half_year", "year"), (1, 2, 3), (1, 15, 31, -1)
            )
        ),
        *(Recurrence("month", week=week, weekdays=(2,)) for week in (1, 4, -1)),
    ]
    for plan in plans:
        assert parse(build(plan)) == plan
        check(build(plan))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "every month",
        "FREQ=SECONDLY",
        "FREQ=MONTHLY;BYMONTHDAY=40",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=MONTHLY;BYWHAT=1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY\nRDATE:20260101",
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError):
        check(text)


@pytest.mark.parametrize(
    ("text", "start", "period"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=1", "2026-03-01", ("2026-02-01", "2026-02-28")),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "2026-01-01", ("2025-12-01", "2025-12-31")),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1",
            "2026-03-01",
            ("2026-01-01", "2026-02-28"),
        ),
        (
            "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=1",
            "2026-06-01",
            ("2026-01-01", "2026-03-31"),
        ),
        (
            "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25",
            "2026-03-25",
            ("2025-01-01", "2025-12-31"),
        ),
        ("FREQ=WEEKLY;BYDAY=WE", "2026-03-04", ("2026-02-23", "2026-03-01")),
        ("FREQ=DAILY", "2026-03-04", ("2026-03-03", "2026-03-03")),
        # an own rule looks back to the occurrence before
        (
            "FREQ=YEARLY;BYMONTH=2,5;BYMONTHDAY=10",
            "2026-05-10",
            ("2026-02-10", "2026-05-09"),
        ),
    ],
)
def test_period_before(text, start, period):
    found = period_before(text, ANCHOR, date.fromisoformat(start))
    assert tuple(day.isoformat() for day in found) == period
