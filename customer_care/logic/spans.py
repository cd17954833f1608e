"""Spans of time and what they have in common: when a clearance runs.

A span is (start, end): from `start` on, before `end`; an end of None is open.
"""

from datetime import datetime

Span = tuple[datetime, datetime | None]


def join(spans: list[Span]) -> list[Span]:
    """Return the same time as spans in order that neither touch nor overlap.

    >>> day = lambda d: datetime(2026, 3, d)
    >>> [(a.day, b and b.day) for a, b in join([(day(5), day(9)), (day(1), day(5))])]
    [(1, 9)]
    >>> [(a.day, b and b.day) for a, b in join([(day(1), None), (day(3), day(4))])]
    [(1, None)]
    >>> join([(day(4), day(4))])
    []
    """
    joined: list[Span] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        if end is not None and end <= start:
            continue
        if joined and (joined[-1][1] is None or start <= joined[-1][1]):
            before, last = joined.pop()
            open_end = last is None or end is None
            joined.append((before, None if open_end else max(last, end)))
        else:
            joined.append((start, end))
    return joined


def meet(left: list[Span], right: list[Span]) -> list[Span]:
    """Return the time that is in both.

    >>> day = lambda d: datetime(2026, 3, d)
    >>> both = meet([(day(1), None)], [(day(2), day(4)), (day(6), day(8))])
    >>> [(a.day, b.day) for a, b in both]
    [(2, 4), (6, 8)]
    """
    found = []
    for start, end in left:
        for other_start, other_end in right:
            ends = [one for one in (end, other_end) if one is not None]
            both = (max(start, other_start), min(ends) if ends else None)
            if both[1] is None or both[0] < both[1]:
                found.append(both)
    return join(found)


def common(own: Span, needs: list[list[Span]]) -> list[Span]:
    """Return when `own` runs and every need is met; without needs all of `own`."""
    spans = join([own])
    for need in needs:
        spans = meet(spans, join(need))
    return spans


def at(spans: list[Span], now: datetime) -> Span | None:
    """Return the span that holds `now`, else the next one, else the last one.

    >>> day = lambda d: datetime(2026, 3, d)
    >>> spans = [(day(1), day(3)), (day(5), day(7))]
    >>> [at(spans, day(d))[0].day for d in (1, 3, 6, 9)]
    [1, 5, 5, 5]
    >>> at([], day(1)) is None
    True
    """
    for start, end in spans:
        if end is None or now < end:
            return (start, end)
    return spans[-1] if spans else None


def passed(results: list[tuple[datetime, datetime | None, bool]]) -> list[Span]:
    """Return when the newest of several checks stands and was passed.

    :param results: (from, until, whether it was passed); a later one replaces it

    >>> day = lambda d: datetime(2026, 3, d)
    >>> checks = [(day(1), None, True), (day(5), None, False), (day(8), None, True)]
    >>> [(a.day, b and b.day) for a, b in passed(checks)]
    [(1, 5), (8, None)]
    """
    ordered = sorted(results, key=lambda row: row[0])
    spans = []
    for index, (start, end, good) in enumerate(ordered):
        if not good:
            continue
        failed = [row[0] for row in ordered[index + 1 :] if not row[2]]
        ends = [one for one in (end, *failed[:1]) if one is not None]
        spans.append((start, min(ends) if ends else None))
    return join(spans)
