"""Figures and scores: periods, what is unknown, points of a measure, the total.

The database computes the same for many subjects at once; a test holds both together.
A figure that is not known is None with a reason, never 0.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
DIGITS = 6  # decimals that are kept: sums of floats differ beyond


class NoValue(NamedTuple):
    """A figure that is not known, and the code of the reason."""

    reason: str


class Value(NamedTuple):
    """A figure of one subject; `value` is None where `reason` says why."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    reason: str = ""


class Standing(NamedTuple):
    """What a subject's score is on a day, overrides applied."""

    value: float | None
    band_code: str = ""
    score_id: int = 0
    overridden: bool = False


class Measure(NamedTuple):
    """One line of a scorecard as it was found: points are None when not known."""

    points: float | None
    weight: float
    missing: str = "skip"  # skip, zero or fail


# ---------------------------------------------------------------- periods


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, the last of the month where it is shorter.

    >>> add_months(date(2026, 3, 31), -1)
    datetime.date(2026, 2, 28)
    """
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period_of(kind: str, day: date) -> tuple[date, date]:
    """Return first and last day of the month, quarter, half or year with `day`.

    >>> [d.isoformat() for d in period_of("half", date(2026, 8, 9))]
    ['2026-07-01', '2026-12-31']
    """
    months = MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - timedelta(days=1)


def last_period(kind: str, today: date) -> tuple[date, date]:
    """Return the last period that is over on `today`.

    >>> [d.isoformat() for d in last_period("quarter", date(2026, 4, 1))]
    ['2026-01-01', '2026-03-31']
    """
    return period_of(kind, period_of(kind, today)[0] - timedelta(days=1))


def rolling(day: date, days: int = 0, months: int = 0) -> tuple[date, date]:
    """Return the window of so many months (or days) that ends with `day`.

    >>> [d.isoformat() for d in rolling(date(2026, 2, 28), months=36)]
    ['2023-03-01', '2026-02-28']
    >>> [d.isoformat() for d in rolling(date(2026, 3, 10), days=10)]
    ['2026-03-01', '2026-03-10']
    """
    if months:
        return add_months(day + timedelta(days=1), -months), day
    return day - timedelta(days=days - 1), day


def before(first: date, last: date, how: str) -> tuple[date, date]:
    """Return the window to compare with: the one before, or that of a year ago.

    Whole months stay whole months: before March comes February, to its last day.

    >>> [d.isoformat() for d in before(date(2026, 3, 1), date(2026, 3, 31), "previous")]
    ['2026-02-01', '2026-02-28']
    >>> [d.isoformat() for d in before(date(2024, 2, 1), date(2024, 2, 29), "year")]
    ['2023-02-01', '2023-02-28']
    """
    after = last + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    if how == "year":
        shift = 12
    elif months and after == add_months(first, months):
        shift = months
    else:
        length = after - first
        return first - length, last - length
    return add_months(first, -shift), add_months(after, -shift) - timedelta(days=1)


# ----------------------------------------------------------------- figures


def share(part: float, whole: float) -> float | NoValue:
    """Return `part` of `whole` in percent.

    >>> share(9, 12), share(0, 0).reason
    (75.0, 'no_base')
    """
    return round(100 * part / whole, DIGITS) if whole else NoValue("no_base")


def judge(value: float | None, target: float | None, better: str) -> str:
    """Return whether a figure reaches its target.

    >>> judge(90, 90, "higher"), judge(91, 90, "lower"), judge(None, 90, "lower")
    ('passed', 'failed', 'unknown')
    """
    if value is None:
        return "unknown"
    if target is None:
        return "none"
    reached = value >= target if better == "higher" else value <= target
    return "passed" if reached else "failed"


# ------------------------------------------------------------------ points


def linear(value: float, low: float, high: float) -> float:
    """Return 0 points at `low`, 100 at `high` and in between by the straight line;
    `low` may be the larger one.

    >>> linear(15, 10, 20), linear(25, 10, 20), linear(15, 30, 10)
    (50.0, 100.0, 75.0)
    """
    return round(100 * min(max((value - low) / (high - low), 0.0), 1.0), DIGITS)


def direct(value: float) -> float:
    """Return the figure itself as points, within 0 and 100.

    >>> direct(87.5), direct(-3), direct(140)
    (87.5, 0.0, 100.0)
    """
    return round(min(max(value, 0.0), 100.0), DIGITS)


def stepped(value: float, steps: Sequence[tuple[float, float]]) -> float:
    """Return the points of the highest step that `value` reaches, 0 below the first.

    >>> stepped(3, [(1, 40), (3, 80), (5, 100)]), stepped(0, [(1, 40)])
    (80.0, 0.0)
    """
    reached = [(start, points) for start, points in steps if start <= value]
    return float(max(reached)[1]) if reached else 0.0


def total(
    measures: Sequence[Measure], least_known_pct: float = 0
) -> tuple[float | None, str]:
    """Return the weighted mean of the points and "", or None and the reason.

    A measure that is not known counts 0 points (`zero`), leaves its weight to the
    others (`skip`) or keeps the score open (`fail`).

    >>> total([Measure(100, 60), Measure(50, 40)])
    (80.0, '')
    >>> total([Measure(100, 60), Measure(None, 40)])
    (100.0, '')
    >>> total([Measure(100, 60), Measure(None, 40, "zero")])
    (60.0, '')
    >>> total([Measure(100, 60), Measure(None, 40, "fail")])
    (None, 'line_missing')
    >>> total([Measure(100, 60), Measure(None, 40)], least_known_pct=70)
    (None, 'too_little')
    """
    if any(m.points is None and m.missing == "fail" for m in measures):
        return None, "line_missing"
    known = [m for m in measures if m.points is not None or m.missing == "zero"]
    weight = sum(m.weight for m in known)
    if weight <= 0:
        return None, "nothing_known"
    if 100 * weight < least_known_pct * sum(m.weight for m in measures):
        return None, "too_little"
    value = sum((m.points or 0.0) * m.weight for m in known) / weight
    return round(value, DIGITS), ""


def band(value: float | None, bands: Sequence[tuple[float, str]]) -> str:
    """Return the code of the highest band that `value` reaches, "" for none.

    >>> band(80, [(91, "satisfied"), (61, "average")]), band(None, [(0, "d")])
    ('average', '')
    """
    if value is None:
        return ""
    reached = [(start, code) for start, code in bands if start <= value]
    return max(reached)[1] if reached else ""
