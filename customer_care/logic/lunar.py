"""The Chinese calendar as far as birthdays need it: no ORM, no clock.

The rule of a leap month: a birthday in one is kept in the ordinary month of the same
number. The rule of a missing 30th: it is kept on the 29th, the last day of that month.
"""

import calendar
from datetime import date, timedelta
from typing import NamedTuple

from lunar_python import Lunar, LunarMonth, Solar


class LunarDay(NamedTuple):
    """A day of the Chinese calendar."""

    year: int
    month: int
    day: int
    leap: bool = False


def to_lunar(day: date) -> LunarDay:
    """Return the Chinese date of a day.

    >>> to_lunar(date(2026, 2, 17))
    LunarDay(year=2026, month=1, day=1, leap=False)
    >>> to_lunar(date(2025, 7, 25))
    LunarDay(year=2025, month=6, day=1, leap=True)
    """
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month = lunar.getMonth()
    return LunarDay(lunar.getYear(), abs(month), lunar.getDay(), month < 0)


def month_length(year: int, month: int) -> int:
    """Return the days of an ordinary month, 29 or 30.

    >>> month_length(2026, 1)
    30
    """
    return LunarMonth.fromYm(year, month).getDayCount()


def lunar_birthday(year: int, month: int, day: int) -> date:
    """Return when the birthday of a lunar month and day is kept in the Chinese year
    `year`: once in each, in January or February of the next year for the last months.

    :raise ValueError: there is no such month or day
    >>> lunar_birthday(2026, 8, 15)  # mid-autumn
    datetime.date(2026, 9, 25)
    >>> lunar_birthday(2025, 12, 30)  # the month has 29 days
    datetime.date(2026, 2, 16)
    """
    if not 1 <= month <= 12 or not 1 <= day <= 30:
        raise ValueError(f"no such day of the Chinese calendar: {month}/{day}")
    solar = Lunar.fromYmd(year, month, min(day, month_length(year, month))).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def solar_birthday(year: int, month: int, day: int) -> date:
    """Return when a birthday is kept; one on 29 February on the 28th of other years.

    >>> solar_birthday(2026, 2, 29)
    datetime.date(2026, 2, 28)
    """
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def age_on(born: date, day: date) -> int:
    """Return the whole years of somebody on a day.

    >>> age_on(date(1990, 6, 2), date(2026, 6, 1))
    35
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def kept_on(day: date) -> tuple[tuple[int, int], ...]:
    """Return the lunar (month, day) of the birthdays kept on a day: none in a leap
    month, also those of the 30th on the last day of a short month.

    >>> kept_on(date(2026, 2, 16))
    ((12, 29), (12, 30))
    >>> kept_on(date(2025, 7, 25))
    ()
    """
    lunar = to_lunar(day)
    if lunar.leap:
        return ()
    found = ((lunar.month, lunar.day),)
    if lunar.day == 29 and month_length(lunar.year, lunar.month) == 29:
        found += ((lunar.month, 30),)
    return found


def solar_kept_on(day: date) -> tuple[tuple[int, int], ...]:
    """Return the solar (month, day) of the birthdays kept on a day.

    >>> solar_kept_on(date(2026, 2, 28))
    ((2, 28), (2, 29))
    """
    found = ((day.month, day.day),)
    if (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
        found += ((2, 29),)
    return found


def days_between(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
