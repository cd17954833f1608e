"""When a duty comes round: an RFC 5545 rule, and the form in which people write it.

Occurrences are days. The day 29, 30 or 31 of a month that is shorter means its last.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

FREQUENCIES = ("day", "week", "month", "quarter", "half_year", "year")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MONTHS_IN = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_ALLOWED = re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*")
_ANCHOR = date(2024, 1, 1)


class RuleError(ValueError):
    """A rule that cannot be used: `form` (unreadable), `interval` or `never`."""


class Recurrence(NamedTuple):
    """A rule as people say it.

    weekdays: 0 is Monday; of a week, or with `week` the one weekday of a month
    month: 1 is the first month of the quarter, half-year or year
    day: of the month, -1 its last; not used when `week` is set
    week: 1 to 4, -1 the last; 0 when the day of the month counts
    """

    frequency: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month: int = 1
    day: int = 1
    week: int = 0


def build(plan: Recurrence) -> str:
    """Return the RFC 5545 text of `plan`.

    >>> build(Recurrence("month", day=1))
    'FREQ=MONTHLY;BYMONTHDAY=1'
    >>> build(Recurrence("quarter", month=3, day=-1))
    'FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1'
    >>> build(Recurrence("month", day=31))
    'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1'
    """
    frequency, interval = plan.frequency, max(plan.interval, 1)
    parts = []
    if frequency == "day":
        parts.append("FREQ=DAILY")
    elif frequency == "week":
        parts.append("FREQ=WEEKLY")
    else:
        parts.append("FREQ=YEARLY" if frequency == "year" else "FREQ=MONTHLY")
    if interval > 1 and frequency in ("day", "week", "month", "year"):
        parts.append(f"INTERVAL={interval}")
    if frequency == "week":
        days = ",".join(WEEKDAYS[day] for day in sorted(plan.weekdays or (0,)))
        parts.append(f"BYDAY={days}")
    if frequency in ("quarter", "half_year", "year"):
        months = range(plan.month, 13, _MONTHS_IN[frequency])
        parts.append("BYMONTH=" + ",".join(str(month) for month in months))
    if frequency in _MONTHS_IN:
        parts += _day_parts(plan)
    return ";".join(parts)


def _day_parts(plan: Recurrence) -> list[str]:
    if plan.week:
        return [f"BYDAY={plan.week}{WEEKDAYS[(plan.weekdays or (0,))[0]]}"]
    if plan.day > 28:
        days = ",".join(str(day) for day in range(28, plan.day + 1))
        return [f"BYMONTHDAY={days}", "BYSETPOS=-1"]
    return [f"BYMONTHDAY={plan.day}"]


def parse(text: str) -> Recurrence | None:
    """Return the plan that `build` writes as `text`, None when there is none.

    >>> parse("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25")
    Recurrence(frequency='year', interval=1, weekdays=(), month=3, day=25, week=0)
    >>> parse("FREQ=DAILY;BYMONTH=7") is None
    True
    """
    parts = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
    try:
        plan = _read(parts)
    except (KeyError, ValueError):
        return None
    return plan if build(plan) == text else None


def _read(parts: dict[str, str]) -> Recurrence:
    interval = int(parts.get("INTERVAL", 1))
    if parts["FREQ"] == "DAILY":
        return Recurrence("day", interval)
    if parts["FREQ"] == "WEEKLY":
        days = tuple(WEEKDAYS.index(day) for day in parts["BYDAY"].split(","))
        return Recurrence("week", interval, days)
    months = [int(month) for month in parts.get("BYMONTH", "0").split(",")]
    frequency = {4: "quarter", 2: "half_year"}.get(len(months), "month")
    if parts["FREQ"] == "YEARLY":
        frequency = "year"
    values = {"frequency": frequency, "interval": interval, "month": months[0] or 1}
    if "BYDAY" in parts:
        week, weekday = parts["BYDAY"][:-2], parts["BYDAY"][-2:]
        values |= {"week": int(week), "weekdays": (WEEKDAYS.index(weekday),)}
    else:
        values["day"] = int(parts["BYMONTHDAY"].split(",")[-1])
    return Recurrence(**values)


def clean(text: str) -> str:
    """Return the rule without the spaces and the prefix that people copy along.

    >>> clean(" RRULE:freq=daily; interval=2; ")
    'FREQ=DAILY;INTERVAL=2'
    """
    return re.sub(r"\s+", "", text).upper().removeprefix("RRULE:").strip(";")


def check(text: str, anchor: date = _ANCHOR) -> None:
    """Refuse a rule that cannot be read or never comes.

    :raise RuleError: form, interval or never
    """
    if not _ALLOWED.fullmatch(text):
        raise RuleError("form")
    interval = re.search(r"INTERVAL=(\d+)", text)
    if interval and not 1 <= int(interval[1]) <= 1000:
        raise RuleError("interval")
    try:
        first = next(iter(_rule(text, anchor)), None)
    except (ValueError, TypeError, KeyError) as error:
        raise RuleError("form") from error
    if first is None:
        raise RuleError("never")


def _rule(text: str, anchor: date) -> Iterator[datetime]:
    return rrulestr(text, dtstart=datetime.combine(anchor, time()))


def starts(text: str, anchor: date, first: date) -> Iterator[date]:
    """Yield the days on or after `first`, in order; intervals count from `anchor`.

    >>> days = starts("FREQ=MONTHLY;BYMONTHDAY=1", _ANCHOR, date(2026, 1, 2))
    >>> next(days).isoformat(), next(days).isoformat()
    ('2026-02-01', '2026-03-01')
    """
    begin = datetime.combine(first, time())
    for moment in _rule(text, anchor).xafter(begin, inc=True):
        yield moment.date()


def window_end(start: date, day: int, months: int) -> date:
    """Return the day of the month (-1: its last) `months` after that of `start`.

    >>> window_end(date(2026, 3, 25), 30, 0).isoformat()
    '2026-03-30'
    >>> window_end(date(2026, 1, 1), -1, 5).isoformat()
    '2026-06-30'
    >>> window_end(date(2026, 1, 31), 30, 1).isoformat()
    '2026-02-28'
    """
    last = start.replace(day=1) + relativedelta(months=months + 1, days=-1)
    return last if day == -1 else last.replace(day=min(day, last.day))


def period_before(text: str, anchor: date, start: date) -> tuple[date, date]:
    """Return first and last day of the period that an occurrence looks back on.

    The month, quarter, half-year or year (or several) that ended before `start`; the
    week from Monday to Sunday; the day. An own rule: since the occurrence before.

    >>> [str(day) for day in period_before("FREQ=MONTHLY;BYMONTHDAY=5", _ANCHOR,
    ...                                    date(2026, 3, 5))]
    ['2026-02-01', '2026-02-28']
    >>> [str(day) for day in period_before("FREQ=MONTHLY;BYMONTH=1,7;BYMONTHDAY=1",
    ...                                    _ANCHOR, date(2026, 7, 1))]
    ['2026-01-01', '2026-06-30']
    """
    plan, day = parse(text), timedelta(days=1)
    if plan is None:
        before = _rule(text, anchor).before(datetime.combine(start, time()))
        return (before.date() if before else start - day), start - day
    if plan.frequency == "day":
        return start - day * plan.interval, start - day
    if plan.frequency == "week":
        monday = start - day * start.weekday()
        return monday - day * 7 * plan.interval, monday - day
    span = _MONTHS_IN[plan.frequency]
    month = (start.month - 1) // span * span + 1
    begin = start.replace(month=month, day=1)
    return begin - relativedelta(months=span * plan.interval), begin - day
