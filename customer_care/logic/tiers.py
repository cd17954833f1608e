"""Choosing grades from facts, and the days of yearly evaluations."""

import calendar
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

_COMPARE = {
    "ge": lambda value, wanted: value >= wanted,
    "gt": lambda value, wanted: value > wanted,
    "le": lambda value, wanted: value <= wanted,
    "lt": lambda value, wanted: value < wanted,
    "eq": lambda value, wanted: value == wanted,
    "ne": lambda value, wanted: value != wanted,
}


class Rung(NamedTuple):
    """One grade of a scheme, best first: `rules` are alternatives, each of them a list
    of conditions that must all be met."""

    tier: int
    rules: Sequence[tuple[int, Sequence[int]]]


def compare(value: float | None, operator: str, wanted: float) -> bool:
    """Tell whether a value fits; an unknown value fits nothing.

    >>> compare(3.0, "ge", 3), compare(None, "le", 3)
    (True, False)
    """
    return value is not None and _COMPARE[operator](round(value, 6), wanted)


def choose(
    ladder: Sequence[Rung],
    met: Mapping[int, Collection[int]],
    subjects: Iterable[int],
) -> dict[int, tuple[int, int]]:
    """Return {subject: (tier, rule)} of the best grade each subject earns.

    A subject that earns none is left out. A rule without conditions holds for all.
    >>> ladder = [Rung(1, [(10, [100, 101]), (11, [102])]), Rung(2, [(20, [])])]
    >>> choose(ladder, {100: {7, 8}, 101: {7}, 102: {9}}, [7, 8, 9])
    {7: (1, 10), 9: (1, 11), 8: (2, 20)}
    """
    found: dict[int, tuple[int, int]] = {}
    rest = set(subjects)
    for rung in ladder:
        for rule, conditions in rung.rules:
            fits = rest.intersection(*(met[condition] for condition in conditions))
            found.update((subject, (rung.tier, rule)) for subject in sorted(fits))
            rest -= fits
    return found


def shown_rungs(ladder: Sequence[Rung], tier: int | None) -> list[Rung]:
    """Return the next better grade and the one chosen: what explains a grade.

    >>> ladder = [Rung(1, []), Rung(2, []), Rung(3, [])]
    >>> [rung.tier for rung in shown_rungs(ladder, 3)]
    [2, 3]
    >>> [rung.tier for rung in shown_rungs(ladder, None)]
    [3]
    """
    place = next((i for i, rung in enumerate(ladder) if rung.tier == tier), None)
    if place is None:
        return list(ladder[-1:])
    return list(ladder[max(place - 1, 0) : place + 1])


def month_day(text: str, year: int) -> date:
    """Return the day that "MM-DD" is in a year; 29 February becomes the 28th.

    :raise ValueError: no such day
    >>> month_day("03-25", 2026), month_day("02-29", 2026)
    (datetime.date(2026, 3, 25), datetime.date(2026, 2, 28))
    """
    month, _, day = text.strip().partition("-")
    if (int(month), int(day)) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return date(year, int(month), int(day))


def window(day_from: str, day_to: str, year: int) -> tuple[date, date]:
    """Return the first and last day of the window that begins in `year`.

    >>> window("12-20", "01-10", 2026)
    (datetime.date(2026, 12, 20), datetime.date(2027, 1, 10))
    """
    start, end = month_day(day_from, year), month_day(day_to, year)
    return (start, end) if start <= end else (start, month_day(day_to, year + 1))


def add_months(day: date, months: int) -> date:
    """Return the same day some months on, the last of the month where there is none.

    >>> add_months(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def last_day(start: date, months: int, grace_days: int = 0) -> date:
    """Return the last day of a grade given on `start` for some months.

    >>> last_day(date(2026, 3, 31), 12)
    datetime.date(2027, 3, 30)
    """
    return add_months(start, months) - timedelta(days=1 - grace_days)


def period(kind: str, on: date, months: int = 12) -> tuple[date, date]:
    """Return the days a figure is taken over, seen from a day.

    >>> period("last_year", date(2026, 3, 25))
    (datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
    >>> period("months", date(2026, 3, 25), 12)
    (datetime.date(2025, 3, 26), datetime.date(2026, 3, 25))
    """
    if kind == "last_year":
        return date(on.year - 1, 1, 1), date(on.year - 1, 12, 31)
    if kind == "this_year":
        return date(on.year, 1, 1), on
    if kind == "ever":
        return date(1970, 1, 1), on
    return add_months(on, -months) + timedelta(days=1), on
