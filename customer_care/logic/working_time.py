"""Deadlines in working time: when does an amount of time that starts now end?

The week pattern, the dated days and the closures become a sorted list of open
intervals with the seconds worked before each, so that a question is two bisections.
All instants are whole seconds since 1970; no fraction is ever carried along. The
list covers the years that were asked about and grows a year at a time.

How an amount is counted
    minute, hour   time that passes, day and night
    day, month     the date moves in the calendar's zone, the wall time stays; the
                   31st plus a month is that month's last day
    working_hour   only open time counts; ends at a closing rather than at the opening
                   that follows
    working_day    the start's own day never counts: day 1 is the first working day
                   after it, and the end is that day's last closing. Nought means the
                   last closing of the start's day, or of the next working day when
                   the start lies after it. Backwards, day -1 is the last working day
                   before, from its first opening.
    at a time      with days and months: that time on the day reached (with amount 0
                   and the time gone by: on the next day); with minutes and hours: the
                   first such time at or after the end (backwards: at or before)
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from . import wall_clock as wall
from .wall_clock import DAY, HOUR, MINUTE, Window
from .working_table import DatedDay, Pattern, Table, join, joined, worked, year_table

__all__ = ["DatedDay", "DayRow", "NoOpenTime", "Pattern", "Timetable", "TooFar", "join"]

UNITS = ("minute", "hour", "day", "month", "working_hour", "working_day")
EMPTY_YEARS = 5  # so many years without an open second: nothing will ever open
HORIZON_YEARS = 100
_ELAPSED = {"minute": MINUTE, "hour": HOUR}


class NoOpenTime(ValueError):
    """The calendar has no open second in the years ahead."""


class TooFar(ValueError):
    """The amount reaches further than any deadline does."""


class DayRow(NamedTuple):
    """What one local day gave: kind open | closed | holiday | make_up."""

    day: date
    kind: str
    windows: tuple[Window, ...]
    seconds: int


class Timetable:
    """A pattern with its intervals; safe to share between threads.

    >>> week = (((28800, 43200), (46800, 61200)),) * 5 + ((),) * 2
    >>> table = Timetable(Pattern("Asia/Shanghai", week * 2))
    >>> saturday = wall.to_instant(wall.datetime.fromisoformat("2026-03-07 02:00"))
    >>> wall.local(table.add(saturday, 1, "working_day"), table.zone).isoformat()
    '2026-03-09T17:00:00'
    """

    def __init__(self, pattern: Pattern):
        self.pattern = pattern
        self.zone = wall.zone(pattern.zone)
        self.never_opens = not any(pattern.weeks) and not any(
            dated.windows for dated in pattern.days.values()
        )
        self._table: Table | None = None

    # ---- the questions

    def add(self, start: int, amount: float, unit: str, at: int | None = None) -> int:
        """Return the instant at which `amount` of `unit` that starts at `start` ends.

        `at` is a time of the day in seconds after midnight. Negative amounts go back.
        :raise ValueError: unknown unit, a part of a day or of a month
        :raise NoOpenTime: nothing opens any more
        :raise TooFar: more than HORIZON_YEARS away
        """
        if unit in _ELAPSED:
            end = start + round(amount * _ELAPSED[unit])
            if abs(end - start) > HORIZON_YEARS * 366 * DAY:
                raise TooFar(HORIZON_YEARS)
        elif unit == "working_hour":
            end = self.shift(start, round(amount * HOUR))
        elif unit in UNITS:
            return self._add_days(start, _whole(amount, unit), unit, at)
        else:
            raise ValueError(f"{unit!r} is no unit of time.")
        return end if at is None else self._meet_clock(end, at, ahead=amount >= 0)

    def shift(self, start: int, seconds: int) -> int:
        """Return the instant `seconds` of open time after (or before) `start`."""
        if not seconds:
            return start
        first_year = wall.local(start, self.zone).year
        table = self._cover(first_year, first_year)
        while True:
            # Asked again each time: what a table counts from changes as it grows.
            target = worked(table, start) + seconds
            if seconds > 0 and table.after and table.after[-1] >= target:
                index = bisect_left(table.after, target)
                return table.opens[index] + target - table.before[index]
            if seconds < 0 and table.before and table.before[0] <= target:
                index = bisect_right(table.before, target) - 1
                return table.opens[index] + target - table.before[index]
            table = self._grow(table, first_year, 1 if seconds > 0 else -1)

    def between(self, start: int, end: int) -> int:
        """Return the open seconds from `start` to `end`; negative when it is earlier.

        :raise TooFar: more than HORIZON_YEARS apart
        """
        years = [wall.local(moment, self.zone).year for moment in (start, end)]
        if abs(years[1] - years[0]) > HORIZON_YEARS:
            raise TooFar(HORIZON_YEARS)
        table = self._cover(min(years), max(years))
        return worked(table, end) - worked(table, start)

    def explain(self, start: int, end: int) -> Iterator[DayRow]:
        """Yield each local day from `start` to `end` with what it contributed."""
        day, last = (wall.local(moment, self.zone).date() for moment in (start, end))
        while day <= last:
            low = max(start, wall.instant_of(day, 0, self.zone))
            high = min(end, wall.instant_of(day, DAY, self.zone))
            yield self._day_row(day, self.between(low, max(low, high)))
            day += timedelta(days=1)

    def is_working_day(self, day: date) -> bool:
        """Return whether `day` has any open second."""
        return bool(self._open_seconds(day))

    # ---- days and the clock

    def _add_days(self, start: int, amount: int, unit: str, at: int | None) -> int:
        now = wall.local(start, self.zone)
        if unit == "working_day":
            return self._add_working_days(start, now.date(), amount, at)
        if not amount and at is None:
            return start
        day = _moved(now.date(), amount, unit)
        if at is None:
            seconds = now.hour * HOUR + now.minute * MINUTE + now.second
            return wall.instant_of(day, seconds, self.zone)
        end = wall.instant_of(day, at, self.zone)
        if not amount and end <= start:
            end = wall.instant_of(day + timedelta(days=1), at, self.zone)
        return end

    def _add_working_days(
        self, start: int, day: date, amount: int, at: int | None
    ) -> int:
        if not amount:
            yesterday = day - timedelta(days=1)
            end = self._on_day(*self._working_day(yesterday, 1), at, amount)
            if end <= start:
                end = self._on_day(*self._working_day(day, 1), at, amount)
            return end
        table, index = self._working_day(day, amount)
        return self._on_day(table, index, at, amount)

    def _on_day(self, table: Table, index: int, at: int | None, amount: int) -> int:
        if at is not None:
            ordinal = date(table.first, 1, 1).toordinal() + table.work_days[index]
            return wall.instant_of(date.fromordinal(ordinal), at, self.zone)
        return table.day_opens[index] if amount < 0 else table.day_closes[index]

    def _working_day(self, day: date, amount: int) -> tuple[Table, int]:
        """Return the table, and in it the place of the working day that lies `amount`
        working days after `day` (before, when negative)."""
        table = self._cover(day.year, day.year)
        while True:
            here = (day - date(table.first, 1, 1)).days
            if amount > 0:
                index = bisect_right(table.work_days, here) + amount - 1
            else:
                index = bisect_left(table.work_days, here) + amount
            if 0 <= index < len(table.work_days):
                return table, index
            table = self._grow(table, day.year, 1 if amount > 0 else -1)

    def _meet_clock(self, end: int, at: int, ahead: bool) -> int:
        """Return the nearest time `at` on the clock, at or after `end` (or before)."""
        day = wall.local(end, self.zone).date() - timedelta(days=1 if ahead else -1)
        while True:
            moment = wall.instant_of(day, at, self.zone)
            if moment >= end if ahead else moment <= end:
                return moment
            day += timedelta(days=1 if ahead else -1)

    def _day_row(self, day: date, seconds: int) -> DayRow:
        dated = self.pattern.days.get(day)
        windows, usual = self.pattern.windows(day), self.pattern.week_windows(day)
        if not self.is_working_day(day):
            kind = "holiday" if windows or usual or dated else "closed"
        else:
            kind = "make_up" if dated and not usual else "open"
        return DayRow(day, kind, windows, seconds)

    def _open_seconds(self, day: date) -> int:
        start = wall.instant_of(day, 0, self.zone)
        return self.between(start, wall.instant_of(day, DAY, self.zone))

    # ---- the table

    def _grow(self, table: Table, origin: int, step: int) -> Table:
        """Return a table with one more year ahead (or behind) that counts.

        :raise NoOpenTime: EMPTY_YEARS years without an open second
        :raise TooFar: beyond HORIZON_YEARS from the year `origin`
        """
        opened = len(table.opens)
        for _year in range(EMPTY_YEARS):
            year = table.last + 1 if step > 0 else table.first - 1
            if abs(year - origin) > HORIZON_YEARS:
                raise TooFar(HORIZON_YEARS)
            table = self._cover(min(year, table.first), max(year, table.last))
            if len(table.opens) > opened:
                return table
        raise NoOpenTime(self.pattern.zone)

    def _cover(self, first: int, last: int) -> Table:
        """Return a table that spans at least these years.

        :raise TooFar: the years leave the calendar that Python knows
        """
        table = self._table
        if table and table.first <= first and last <= table.last:
            return table
        if first < 2 or last > 9998:
            raise TooFar(HORIZON_YEARS)
        if table is None or last - table.first > 300 or table.last - first > 300:
            table = year_table(
                self.pattern, self.zone, first
            )  # a mistyped year must not build millennia
        while table.last < last:
            table = joined(table, year_table(self.pattern, self.zone, table.last + 1))
        while table.first > first:
            table = joined(year_table(self.pattern, self.zone, table.first - 1), table)
        # Two threads may both come here: each has built a right table, and one wins.
        self._table = table
        return table


def _whole(amount: float, unit: str) -> int:
    if amount != int(amount):
        raise ValueError(f"{amount} {unit} is no whole number: use hours instead.")
    return int(amount)


def _moved(day: date, amount: int, unit: str) -> date:
    try:
        step = timedelta(amount) if unit == "day" else relativedelta(months=amount)
        moved = day + step
    except (OverflowError, ValueError) as error:
        raise TooFar(HORIZON_YEARS) from error
    if abs(moved.year - day.year) > HORIZON_YEARS:
        raise TooFar(HORIZON_YEARS)
    return moved
