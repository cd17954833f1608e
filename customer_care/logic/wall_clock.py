"""Between instants (whole seconds since 1970, UTC) and the clock on the wall.

A wall time that the clock skips (spring) means the moment of the jump; one that it
shows twice (autumn) means the first time. So each day has each wall time exactly once:
the first moment at which the day's clock shows that time or a later one.
"""

import re
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 86_400
MINUTE, HOUR = 60, 3_600
# 1970-01-01 as a naive UTC datetime, the form in which Odoo keeps instants
_EPOCH = datetime.combine(date(1970, 1, 1), time())
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_SECOND = timedelta(seconds=1)
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")

Window = tuple[int, int]  # (from, to) in seconds after local midnight


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Return the time zone, from pytz's own files where the system lacks it.

    :raise ValueError: nobody knows the name
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        # Some systems split old names such as US/Eastern off into another package.
        import pytz

        if name not in pytz.all_timezones_set:
            raise ValueError(f"The time zone {name!r} is not known.") from None
        with pytz.open_resource(name) as stream:
            return ZoneInfo.from_file(stream, key=name)


def to_instant(moment: datetime) -> int:
    """Return whole seconds since 1970; a naive `moment` is UTC.

    >>> to_instant(datetime.fromisoformat("1970-01-02 00:00:01"))
    86401
    """
    if moment.tzinfo is not None:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    delta = moment - _EPOCH
    return delta.days * DAY + delta.seconds


def to_datetime(instant: int) -> datetime:
    """Return the naive UTC datetime of `instant`."""
    return _EPOCH + instant * _SECOND


def local(instant: int, tz: ZoneInfo) -> datetime:
    """Return the naive wall time that `tz` shows at `instant`."""
    return datetime.fromtimestamp(instant, tz).replace(tzinfo=None)


def instant_of(day: date, seconds: int, tz: ZoneInfo) -> int:
    """Return the first instant at which the clock of `day` shows `seconds` or later.

    `seconds` counts from midnight by the clock on the wall; 24:00 is 86400.

    >>> newyork = zone("America/New_York")
    >>> to_datetime(instant_of(date(2026, 3, 8), 2 * 3600 + 1800, newyork)).isoformat()
    '2026-03-08T07:00:00'
    >>> to_datetime(instant_of(date(2026, 11, 1), 3600 + 1800, newyork)).isoformat()
    '2026-11-01T05:30:00'
    """
    if seconds >= DAY:
        day, seconds = day + timedelta(days=1), seconds - DAY
    wall = datetime.combine(day, time()) + timedelta(seconds=seconds)
    before = _utc(wall, tz, fold=0)
    if local(before, tz) == wall:
        return before
    # The clock skips this time: `fold=1` reads it with the later offset, which gives
    # an instant before the jump. The jump is the first instant that shows more.
    low, high = _utc(wall, tz, fold=1), before
    while high - low > 1:
        middle = (low + high) // 2
        if local(middle, tz) < wall:
            low = middle
        else:
            high = middle
    return high


def _utc(wall: datetime, tz: ZoneInfo, fold: int) -> int:
    offset = wall.replace(tzinfo=tz, fold=fold).utcoffset() or timedelta()
    return to_instant(wall - offset)


def midnights(first: date, last: date, tz: ZoneInfo) -> list[int]:
    """Return the start of each local day from `first` to the day after `last`."""
    result = []
    wall = datetime.combine(first, time())
    for ordinal in range(first.toordinal(), last.toordinal() + 2):
        aware = wall.replace(tzinfo=tz)
        offset = aware.utcoffset() or timedelta()
        naive_utc = (ordinal - _EPOCH_ORDINAL) * DAY
        instant = naive_utc - (offset.days * DAY + offset.seconds)
        if offset != wall.replace(tzinfo=tz, fold=1).utcoffset():
            instant = instant_of(wall.date(), 0, tz)
        result.append(instant)
        wall += timedelta(days=1)
    return result


@lru_cache(maxsize=256)
def parse_clock(text: str) -> int:
    """Return seconds after midnight of a time such as `10:00`; `24:00` ends the day.

    :raise ValueError: not a time of the day
    >>> parse_clock("10:30"), parse_clock("24:00")
    (37800, 86400)
    """
    match = _CLOCK.fullmatch(text.strip())
    seconds = int(match[1]) * HOUR + int(match[2]) * MINUTE if match else DAY + 1
    if seconds > DAY:
        raise ValueError(f"{text!r} is not a time of the day such as 10:00.")
    return seconds


def clock(seconds: int) -> str:
    """Return `HH:MM` for seconds after midnight.

    >>> clock(37800)
    '10:30'
    """
    return f"{seconds // HOUR:02}:{seconds % HOUR // MINUTE:02}"


def parse_windows(text: str) -> tuple[Window, ...]:
    """Return the windows of a text such as `08:30-12:00, 13:00-17:30`, in order.

    :raise ValueError: not that form, a window without length, or two that overlap
    >>> parse_windows("13:00 - 17:30, 8:30-12:00") == ((30600, 43200), (46800, 63000))
    True
    """
    windows = []
    for part in re.split(r"[,;，；、]", text.replace("：", ":")):
        if not part.strip():
            continue
        ends = re.split(r"[-–—~～]", part)
        if len(ends) != 2:
            raise ValueError(f"{part.strip()!r} is not a window such as 08:30-12:00.")
        start, stop = parse_clock(ends[0]), parse_clock(ends[1])
        if start >= stop:
            raise ValueError(f"The window {part.strip()} ends before it starts.")
        windows.append((start, stop))
    windows.sort()
    for (_a, stop), (start, _b) in zip(windows, windows[1:], strict=False):
        if start < stop:
            raise ValueError(f"Two windows overlap at {clock(start)}.")
    return tuple(windows)


def format_windows(windows: tuple[Window, ...]) -> str:
    """Return the windows as the text that `parse_windows` reads.

    >>> format_windows(((30600, 43200), (46800, 63000)))
    '08:30-12:00, 13:00-17:30'
    """
    return ", ".join(f"{clock(start)}-{clock(stop)}" for start, stop in windows)
