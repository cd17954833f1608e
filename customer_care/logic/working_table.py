"""What a calendar says, and the sorted open intervals that follow from it.

All instants are whole seconds since 1970. A table spans whole years and is never
changed once built: two spans are joined into a new one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from . import wall_clock as wall
from .wall_clock import DAY, Window


class DatedDay(NamedTuple):
    """A date with its own rule: `holiday` (closed) or `working` (these windows)."""

    kind: str
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Pattern:
    """What a calendar says, without interpretation.

    weeks: 14 tuples of windows, index weekday + 7 * week parity (`_parity`)
    closures: disjoint sorted instants (from, to); a dated working day ignores them
    """

    zone: str
    weeks: tuple[tuple[Window, ...], ...]
    days: Mapping[date, DatedDay] = field(default_factory=dict)
    closures: tuple[tuple[int, int], ...] = ()

    def windows(self, day: date) -> tuple[Window, ...]:
        """Return the day's windows, closures aside."""
        dated = self.days.get(day)
        return dated.windows if dated else self.week_windows(day)

    def week_windows(self, day: date) -> tuple[Window, ...]:
        """Return what the week pattern alone says of `day`."""
        return self.weeks[day.weekday() + 7 * _parity(day)]


def _parity(day: date) -> int:
    """Return 0 or 1, alternating by week without a break (as Odoo counts them)."""
    return (day.toordinal() - 1) // 7 % 2


def join(windows: list[Window]) -> tuple[Window, ...]:
    """Return the windows sorted, those that touch or overlap made one.

    >>> join([(9, 12), (1, 3), (3, 5), (11, 13), (7, 7)])
    ((1, 5), (9, 13))
    """
    result: list[Window] = []
    for start, stop in sorted(windows):
        if start >= stop:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        else:
            result.append((start, stop))
    return tuple(result)


class Table(NamedTuple):
    """Years `first` to `last` as parallel lists; never changed once built."""

    first: int
    last: int
    opens: list[int]
    closes: list[int]
    before: list[int]  # seconds worked before each interval, from any origin
    after: list[int]  # the same at its end
    work_days: list[int]  # each day with open time, as days after 1 January
    day_opens: list[int]
    day_closes: list[int]


def year_table(pattern: Pattern, tz: ZoneInfo, year: int) -> Table:
    """Return the open intervals of one year."""
    first = date(year, 1, 1)
    midnights = wall.midnights(first, date(year, 12, 31), tz)
    table = Table(year, year, [], [], [], [], [], [], [])
    total = 0
    for index in range(len(midnights) - 1):
        day = first + timedelta(days=index)
        windows = pattern.windows(day)
        if not windows:
            continue
        intervals = _intervals(pattern, tz, day, midnights[index : index + 2])
        for start, stop in intervals:
            table.opens.append(start)
            table.closes.append(stop)
            table.before.append(total)
            total += stop - start
            table.after.append(total)
        if intervals:
            table.work_days.append(index)
            table.day_opens.append(intervals[0][0])
            table.day_closes.append(intervals[-1][1])
    return table


def _intervals(
    pattern: Pattern, tz: ZoneInfo, day: date, midnights: list[int]
) -> list[tuple[int, int]]:
    start, stop = midnights
    windows = pattern.windows(day)
    if stop - start == DAY:
        pieces = [(start + low, start + high) for low, high in windows]
    else:  # the clock changes on this day
        pieces = [
            (
                wall.instant_of(day, low, tz),
                wall.instant_of(day, high, tz),
            )
            for low, high in windows
        ]
    dated = pattern.days.get(day)
    if pattern.closures and not (dated and dated.kind == "working"):
        pieces = [part for piece in pieces for part in _without(pattern, *piece)]
    return [(low, high) for low, high in pieces if low < high]


def _without(pattern: Pattern, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield what the closures leave of an interval."""
    closures = pattern.closures
    for low, high in closures[max(0, bisect_left(closures, (start,)) - 1) :]:
        if low >= stop:
            break
        if start < low:
            yield start, low
        start = max(start, high)
    if start < stop:
        yield start, stop


def joined(left: Table, right: Table) -> Table:
    """Return two neighbouring spans as one, counting from the left one's origin."""
    days = (date(right.first, 1, 1) - date(left.first, 1, 1)).days
    shift = left.after[-1] if left.after else 0
    if right.before:
        shift -= right.before[0]
    return Table(
        left.first,
        right.last,
        left.opens + right.opens,
        left.closes + right.closes,
        left.before + [value + shift for value in right.before],
        left.after + [value + shift for value in right.after],
        left.work_days + [value + days for value in right.work_days],
        left.day_opens + right.day_opens,
        left.day_closes + right.day_closes,
    )


def worked(table: Table, moment: int) -> int:
    """Return the open seconds before `moment`, counted from the table's origin."""
    index = bisect_right(table.opens, moment) - 1
    if index < 0:
        return table.before[0] if table.before else 0
    return table.before[index] + min(moment, table.closes[index]) - table.opens[index]
