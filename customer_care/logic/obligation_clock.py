"""The clock of one obligation: what a look at its record changes in it.

Nothing here knows a database or today's date. The engine hands in what it read and
how seconds are counted, and gets back what happened.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

RUNNING = ("open", "paused")
REMIND = 0  # the level of the reminder; escalations count from 1


@dataclass(slots=True)
class Clock:
    """The part of an obligation that moves. Times are naive UTC."""

    state: str = "open"
    start_at: datetime | None = None
    base_due_at: datetime | None = None
    due_at: datetime | None = None
    paused_at: datetime | None = None
    paused_seconds: int = 0
    done_at: datetime | None = None
    missed_at: datetime | None = None


class Facts(NamedTuple):
    """What a record shows: is it done, waiting, out of the race, and since when."""

    done: bool = False
    paused: bool = False
    cancelled: bool = False
    at: datetime | None = None  # since when, as far as anybody can tell
    done_at: datetime | None = None  # when the record itself names the moment


class Step(NamedTuple):
    """Something that happened to a clock; becomes one line of its log."""

    kind: str
    due_before: datetime | None = None
    due_after: datetime | None = None


class Rung(NamedTuple):
    """One rung of the ladder: the reminder or an escalation."""

    level: int
    before: bool
    amount: int
    unit: str


Credit = Callable[[datetime, datetime], int]
Shift = Callable[[datetime, int], datetime]


def advance(clock: Clock, facts: Facts, credit: Credit, shift: Shift) -> list[Step]:
    """Bring `clock` in line with `facts`; return what happened, in order.

    `credit(a, b)` counts the seconds a pause is worth, `shift(due, seconds)` moves a
    due time by them. A miss stays a miss: being done later only fills `done_at`.
    """
    if clock.state not in RUNNING:
        return _after_the_end(clock, facts)
    done_at = _done_at(clock, facts)
    steps = []
    if clock.state == "paused":
        if facts.paused and not done_at and not facts.cancelled:
            return []
        steps.append(_resume(clock, done_at or facts.at, credit, shift))
    if done_at and not facts.cancelled:
        return steps + _finish(clock, done_at)
    if facts.at > clock.due_at and (facts.cancelled or facts.paused):
        # Too late to pause or to call it off: it was missed before.
        return [*steps, miss(clock)]
    if facts.cancelled:
        clock.state = "cancelled"
        return [*steps, Step("cancel")]
    if facts.paused:
        clock.state, clock.paused_at = "paused", facts.at
        return [*steps, Step("pause", clock.due_at, clock.due_at)]
    return steps


def _done_at(clock: Clock, facts: Facts) -> datetime | None:
    """Return when it was done, never before it began or in the future."""
    if not facts.done:
        return None
    return max(min(facts.done_at or facts.at, facts.at), clock.start_at)


def _resume(clock: Clock, until: datetime, credit: Credit, shift: Shift) -> Step:
    before = clock.due_at
    if until > clock.paused_at:
        clock.paused_seconds += credit(clock.paused_at, until)
        clock.due_at = shift(clock.base_due_at, clock.paused_seconds)
    clock.state, clock.paused_at = "open", None
    return Step("resume", before, clock.due_at)


def _finish(clock: Clock, done_at: datetime) -> list[Step]:
    clock.done_at = done_at
    if done_at <= clock.due_at:
        clock.state = "met"
        return [Step("meet")]
    return [miss(clock), Step("late_done")]


def miss(clock: Clock) -> Step:
    """Mark the clock as missed, at the moment it fell due."""
    clock.state, clock.missed_at = "missed", clock.due_at
    return Step("miss")


def _after_the_end(clock: Clock, facts: Facts) -> list[Step]:
    done_at = _done_at(clock, facts)
    if clock.done_at or not done_at or clock.state == "cancelled":
        return []
    clock.done_at = done_at
    return [Step("late_done")] if clock.state == "missed" else []


def wants_new_round(clock: Clock, facts: Facts) -> bool:
    """Return whether a record that has a clock starts another one.

    It does when it was done and is not any more, or when the last one was called off.
    """
    if facts.done or facts.cancelled or clock.state in RUNNING:
        return False
    return clock.state == "cancelled" or clock.done_at is not None


def next_fire(
    clock: Clock,
    points: Iterable[tuple[datetime, int]],
    fired: frozenset[int] | set[int] = frozenset(),
) -> datetime | None:
    """Return when the sweep must look again, None when it never must.

    :param points: (moment, level) of each rung
    :param fired: levels that have fired; no level fires twice
    """
    if clock.done_at or clock.state not in ("open", "missed"):
        return None
    moments = [moment for moment, level in points if level not in fired]
    if clock.state == "open":
        moments.append(clock.due_at)
    return min(moments, default=None)


def fires_now(
    clock: Clock,
    points: Iterable[tuple[datetime, int]],
    fired: frozenset[int] | set[int],
    now: datetime,
) -> list[int | str]:
    """Return what fires at `now`, in order of time: levels, "miss" when it is due."""
    due = [(moment, 1, level) for moment, level in points if level not in fired]
    if clock.state == "open":
        due.append((clock.due_at, 0, "miss"))
    due = [entry for entry in due if entry[0] <= now]
    return [what for _moment, _rank, what in sorted(due, key=lambda e: e[:2])]
