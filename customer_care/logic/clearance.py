"""Levels of secrecy and what a person may see: arithmetic without ORM and clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

PUBLIC, INTERNAL, SECRET, TOP_SECRET = range(4)

# The words are terms of customer_care: care.sight._level_names() translates them.
LEVELS = (
    (PUBLIC, "Public"),
    (INTERNAL, "Internal"),
    (SECRET, "Secret"),
    (TOP_SECRET, "Top secret"),
)


@dataclass(frozen=True)
class Span:
    """Something that counts from `start` (None: always) until `end` (None: open)."""

    start: datetime | None
    end: datetime | None

    def runs(self, now: datetime) -> bool:
        """Return whether `now` lies in the span; its end does not belong to it.

        >>> Span(datetime(2026, 3, 1), datetime(2026, 3, 2)).runs(datetime(2026, 3, 2))
        False
        """
        return (self.start is None or self.start <= now) and (
            self.end is None or now < self.end
        )


@dataclass(frozen=True)
class Clearance:
    """One clearance of a person: its level in one company (None: in each)."""

    company: int | None
    level: int
    vetted: bool
    span: Span


@dataclass(frozen=True)
class Grant:
    """One grant: a record opened to a person up to a level, for a time."""

    model: str
    record: int
    level: int
    needs_vetting: bool
    span: Span


@dataclass(frozen=True)
class Sight:
    """What one person sees now, in the companies that person works in.

    `grants` is {model: {level: ids}}; `family` is the commercial partner of a user
    from outside; `until` is the next moment at which any of it changes.
    """

    level: int
    grants: Mapping[str, Mapping[int, frozenset[int]]] = field(default_factory=dict)
    family: int = 0
    everything: bool = False
    until: datetime | None = None

    def fresh(self, now: datetime) -> bool:
        return self.until is None or now < self.until


def level_in(
    clearances: Iterable[Clearance], companies: Iterable[int], now: datetime
) -> int:
    """Return the lowest level that the clearances running give in the companies.

    Everybody inside sees up to internal. Source: README, Confidentiality.
    >>> both = Clearance(None, 2, False, Span(None, None))
    >>> one = Clearance(7, 3, False, Span(None, None))
    >>> level_in([both, one], [7], datetime(2026, 3, 1))
    3
    >>> level_in([both, one], [7, 8], datetime(2026, 3, 1))
    2
    >>> level_in([one], [7, 8], datetime(2026, 3, 1))
    1
    """
    running = [row for row in clearances if row.span.runs(now)]
    return min(
        (
            max(
                (row.level for row in running if row.company in (None, company)),
                default=INTERNAL,
            )
            for company in companies
        ),
        default=INTERNAL,
    )


def is_vetted(clearances: Iterable[Clearance], now: datetime) -> bool:
    """Return whether a person was vetted: a clearance for secrets, or the mark."""
    return any(
        row.span.runs(now) and (row.vetted or row.level >= SECRET) for row in clearances
    )


def opened(
    grants: Iterable[Grant], vetted: bool, now: datetime
) -> dict[str, dict[int, frozenset[int]]]:
    """Return {model: {level: ids}} of the grants that count now.

    >>> row = Grant("res.partner", 5, 2, True, Span(None, None))
    >>> opened([row], True, datetime(2026, 3, 1))
    {'res.partner': {2: frozenset({5})}}
    >>> opened([row], False, datetime(2026, 3, 1))
    {}
    """
    found: dict[str, dict[int, frozenset[int]]] = {}
    for row in grants:
        if row.span.runs(now) and (vetted or not row.needs_vetting):
            levels = found.setdefault(row.model, {})
            levels[row.level] = levels.get(row.level, frozenset()) | {row.record}
    return found


def next_change(spans: Iterable[Span], now: datetime) -> datetime | None:
    """Return the next moment at which a span begins or ends.

    >>> spans = [Span(datetime(2026, 3, 1), datetime(2026, 3, 9)), Span(None, None)]
    >>> next_change(spans, datetime(2026, 3, 2))
    datetime.datetime(2026, 3, 9, 0, 0)
    """
    moments = [moment for row in spans for moment in (row.start, row.end)]
    return min((at for at in moments if at is not None and at > now), default=None)
