"""On which day an occasion falls; pure arithmetic, no clock.

Lunar days follow `lunar.py`: a day of a leap month counts in the ordinary month, the
30th of a month that has 29 days is its last day.
"""

import calendar
from datetime import date, timedelta

from . import lunar

FIRST, LAST = 1901, 2099


def solar_day(year: int, month: int, day: int) -> date:
    """Return the day in `year`, the last of the month where it is shorter.

    >>> solar_day(2026, 2, 29)
    datetime.date(2026, 2, 28)
    """
    return lunar.solar_birthday(year, month, day)


def lunar_day(year: int, month: int, day: int) -> date | None:
    """Return the solar day of a day in the lunar year that begins in `year`.

    >>> lunar_day(2026, 1, 1)
    datetime.date(2026, 2, 17)
    >>> lunar_day(2026, 8, 15)
    datetime.date(2026, 9, 25)
    """
    return lunar.lunar_birthday(year, month, day) if FIRST <= year <= LAST else None


def weekday(year: int, month: int, number: int, day: int) -> date | None:
    """Return the n-th Monday (0) to Sunday (6) of a month; -1 is the last.

    :return: None where the month has no fifth one
    >>> weekday(2026, 5, 2, 6)
    datetime.date(2026, 5, 10)
    >>> weekday(2026, 11, -1, 3)
    datetime.date(2026, 11, 26)
    """
    first, length = calendar.monthrange(year, month)
    days = [d for d in range(1, length + 1) if (first + d - 1) % 7 == day]
    index = number - 1 if number > 0 else number
    return date(year, month, days[index]) if -len(days) <= index < len(days) else None


def yearly(first: date, year: int, by_moon: bool = False) -> date | None:
    """Return when the day of `first` comes round in `year`.

    By the moon the year is the lunar one, which ends in the solar year after.
    >>> yearly(date(2024, 2, 29), 2027)
    datetime.date(2027, 2, 28)
    >>> yearly(date(2025, 8, 1), 2026, True)
    datetime.date(2026, 7, 21)
    """
    if not by_moon:
        return solar_day(year, first.month, first.day)
    day = lunar.to_lunar(first)
    return lunar_day(year, day.month, day.day)


def within(of_year, first: date, last: date) -> list[tuple[str, date]]:
    """Return [(name of the year, day)] of what falls between two days, both included.

    :param of_year: gives the day of a year; lunar years reach into the next solar one
    >>> within(lambda year: lunar_day(year, 12, 8), date(2027, 1, 1), date(2027, 1, 31))
    [('2026', datetime.date(2027, 1, 15))]
    """
    found = []
    for year in range(first.year - 1, last.year + 2):
        day = of_year(year)
        if day and first <= day <= last:
            found.append((str(year), day))
    return found


def shift(days: list[tuple[str, date]], by: int) -> list[tuple[str, date]]:
    """Return the days moved by a number of days."""
    return [(name, day + timedelta(days=by)) for name, day in days]


def matching(day: date) -> tuple[int, int, int, int, int, int, int, int]:
    """Return what yearly days are compared with to find out whether they are kept on
    `day`: year, month, first and last day of the month that count, and the same by the
    moon; a leap month has the number 0, for nothing is kept in it.

    >>> matching(date(2026, 2, 28))  # also those of the 29th to the 31st
    (2026, 2, 28, 31, 2026, 1, 12, 12)
    >>> matching(date(2026, 2, 16))  # a month of 29 days: also those of the 30th
    (2026, 2, 16, 16, 2025, 12, 29, 30)
    >>> matching(date(2025, 7, 25))
    (2025, 7, 25, 25, 2025, 0, 1, 1)
    """
    last = calendar.monthrange(day.year, day.month)[1]
    moon = lunar.to_lunar(day)
    kept = lunar.kept_on(day)
    return (
        *(day.year, day.month, day.day, 31 if day.day == last else day.day),
        *(moon.year, 0 if moon.leap else moon.month, moon.day),
        max((kept_day for __, kept_day in kept), default=moon.day),
    )
