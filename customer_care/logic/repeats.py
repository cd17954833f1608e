"""When has something been repeated often enough?"""

from collections.abc import Iterable
from datetime import date, timedelta


def is_repeated(days: Iterable[date], count: int, within_days: int) -> bool:
    """Tell whether `count` of the days lie within `within_days` of each other.

    With 30, the first and the last may be up to 29 days apart; 0 sets no limit.
    >>> march = [date(2026, 3, day) for day in (1, 10, 30)]
    >>> is_repeated(march, 3, 30), is_repeated(march, 3, 29), is_repeated(march, 3, 0)
    (True, False, True)
    >>> is_repeated(march, 4, 0)
    False
    """
    ordered = sorted(days)
    span = timedelta(days=within_days)
    return any(
        not within_days or last - first < span
        for first, last in zip(ordered, ordered[count - 1 :], strict=False)
    )
