"""On which day an occasion falls; pure arithmetic, no clock.

Lunar days follow the Chinese calendar. A day of a leap month counts in the ordinary
month, the 30th of a month that has 29 days is its last day, and February 29 is the
28th in common years.
"""

import calendar
from datetime import date, timedelta

from lunar_python import Lunar, LunarMonth, Solar

FIRST, LAST = 1901, 2099


def solar(year: int, month: int, day: int) -> date:
    """Return the day in `year`, the last of the month where it is shorter.

    >>> solar(2026, 2, 29)
    datetime.date(2026, 2, 28)
    """
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def lunar(year: int, month: int, day: int) -> date | None:
    """Return the solar day of a day in the lunar year that begins in `year`.

    >>> lunar(2026, 1, 1)
    datetime.date(2026, 2, 17)
    >>> lunar(2026, 8, 15)
    datetime.date(2026, 9, 25)
    """
    if not FIRST <= year <= LAST:
        return None
    days = LunarMonth.fromYm(year, month).getDayCount()
    found = Lunar.fromYmd(year, month, min(day, days)).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())


def to_lunar(day: date) -> tuple[int, int, int]:
    """Return (year, month, day) in the lunar calendar; a leap month has its own number
    below 0.

    >>> to_lunar(date(2025, 8, 1))
    (2025, -6, 8)
    """
    found = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return found.getYear(), found.getMonth(), found.getDay()


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
        return solar(year, first.month, first.day)
    __, month, day = to_lunar(first)
    return lunar(year, abs(month), day)


def within(of_year, first: date, last: date) -> list[tuple[str, date]]:
    """Return [(name of the year, day)] of what falls between two days, both included.

    :param of_year: gives the day of a year; lunar years reach into the next solar one
    >>> within(lambda year: lunar(year, 12, 8), date(2027, 1, 1), date(2027, 1, 31))
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
