"""Counting by the clock on the wall, for a company that has no working hours."""

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

_STEP = {
    "minute": lambda amount: timedelta(minutes=amount),
    "hour": lambda amount: timedelta(hours=amount),
    "working_hour": lambda amount: timedelta(hours=amount),
    "day": lambda amount: timedelta(days=amount),
    "working_day": lambda amount: timedelta(days=amount),
    "month": lambda amount: relativedelta(months=int(amount)),
}


def wall_add(start: datetime, amount: float, unit: str) -> datetime:
    """Return `start` plus `amount` of `unit`, every hour of every day counted.

    >>> wall_add(datetime.fromisoformat("2026-01-31 08:00"), 1, "month").isoformat()
    '2026-02-28T08:00:00'
    """
    return start + _STEP[unit](amount)
