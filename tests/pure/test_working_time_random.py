"""Working time: random calendars beside a counter of minutes."""

import random
from datetime import date, datetime, timedelta, timezone

import pytest
from test_working_time import NEWYORK, SHANGHAI, at, table

from customer_care.logic import wall_clock as wall
from customer_care.logic.working_time import UNITS, DatedDay, Pattern, Timetable

ZONES = [SHANGHAI, NEWYORK, "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo"]
CHANGES = ["2026-03-06", "2026-03-27", "2026-04-03", "2026-04-22", "2026-10-22",
           "2026-10-30", "2026-12-28"]  # fmt: skip


def _random_windows(rng):
    cuts = sorted(rng.sample(range(1441), rng.choice([0, 2, 2, 4, 6])))
    return tuple(
        (low * 60, high * 60) for low, high in zip(cuts[::2], cuts[1::2], strict=True)
    )


def _minutes(pattern, first, days):
    """Return the first minute (epoch // 60) and an open flag per minute, found by
    looking at the wall clock of every single minute."""
    tz = wall.zone(pattern.zone)
    start = (
        wall.to_instant(datetime.combine(first, datetime.min.time(), timezone.utc))
        // 60
        - 24 * 60
    )
    shown_at = [wall.local(m * 60, tz) for m in range(start, start + (days + 2) * 1440)]
    flags = [False] * len(shown_at)
    by_day = {}
    for index, moment in enumerate(shown_at):
        by_day.setdefault(moment.date(), []).append(index)
    for day, indexes in by_day.items():
        dated = pattern.days.get(day)
        for low, high in pattern.windows(day):
            opened = closed = False
            for index in indexes:
                moment = shown_at[index]
                second = moment.hour * 3600 + moment.minute * 60
                opened = opened or second >= low
                closed = closed or second >= high
                away = any(a <= (start + index) * 60 < b for a, b in pattern.closures)
                if away and not (dated and dated.kind == "working"):
                    continue
                flags[index] = flags[index] or (opened and not closed)
    return start, flags


@pytest.mark.parametrize("seed", range(40))
def test_random_calendar_agrees_with_a_counter_of_minutes(seed):
    rng = random.Random(seed)
    zone, first = rng.choice(ZONES), date.fromisoformat(rng.choice(CHANGES))
    week = tuple(_random_windows(rng) for _day in range(14))
    days = {}
    for offset in rng.sample(range(8), 3):
        kind = rng.choice(["holiday", "working"])
        windows = _random_windows(rng) if kind == "working" else ()
        days[first + timedelta(days=offset)] = DatedDay(kind, windows)
    closed = at(f"{first + timedelta(days=3)} 10:00", zone)
    pattern = Pattern(zone, week, days, ((closed, closed + rng.randrange(60) * 3600),))
    calendar = Timetable(pattern)
    base, flags = _minutes(pattern, first, 10)
    for _question in range(60):
        low, high = sorted(rng.sample(range(1440, len(flags) - 1440), 2))
        worked = sum(flags[low:high])
        assert calendar.between((base + low) * 60, (base + high) * 60) == worked * 60
        if not worked:
            continue
        end = max(i for i in range(low, high) if flags[i]) + 1
        assert calendar.shift((base + low) * 60, worked * 60) == (base + end) * 60
        begin = min(i for i in range(low, high) if flags[i])
        assert calendar.shift((base + high) * 60, -worked * 60) == (base + begin) * 60


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_questions_changes_no_answer(seed):
    rng = random.Random(seed)
    shared = table()
    for _question in range(200):
        start = at(f"{rng.randrange(1995, 2060)}-05-04 10:00")
        amount, unit = rng.randrange(-900, 900), rng.choice(UNITS)
        assert shared.add(start, amount, unit) == table().add(start, amount, unit)
