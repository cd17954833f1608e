"""Decide who decides: amount bands, any or all, the next line, distinct people."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

ANY, ALL = "any", "all"


class Line(NamedTuple):
    """One step of an approval: how many of whom, and who has approved so far."""

    mode: str
    allowed: frozenset[int]
    approved: frozenset[int] = frozenset()


def in_band(amount: float, above: float, up_to: float, rounding: float = 0.01) -> bool:
    """Tell whether a step decides this amount: above one limit, up to the other.

    The upper limit belongs to the band, so bands that touch leave no gap and do not
    overlap. `above` 0 takes everything from below, `up_to` 0 has no end. A credit
    counts by its size.
    >>> [in_band(amount, 500, 2000) for amount in (500, 500.01, 2000, 2000.01)]
    [False, True, True, False]
    >>> in_band(0, 0, 500), in_band(-600, 0, 500), in_band(9e9, 2000, 0)
    (True, False, True)
    """
    size, cent = abs(amount), rounding / 2
    return (not above or size - above > cent) and (not up_to or size - up_to < cent)


def is_done(line: Line) -> bool:
    """Tell whether a line has all the approvals it wants.

    >>> is_done(Line(ANY, frozenset({1, 2}), frozenset({2})))
    True
    >>> is_done(Line(ALL, frozenset({1, 2}), frozenset({2})))
    False
    >>> is_done(Line(ALL, frozenset()))
    False
    """
    if line.mode == ALL:
        return bool(line.allowed) and line.allowed <= line.approved
    return bool(line.approved)


def current(lines: Sequence[Line]) -> int | None:
    """Return the index of the line that is to decide now, None when all have.

    >>> current([Line(ANY, frozenset({1}), frozenset({1})), Line(ANY, frozenset({2}))])
    1
    >>> current([Line(ANY, frozenset({1}), frozenset({1}))]) is None
    True
    """
    for index, line in enumerate(lines):
        if not is_done(line):
            return index
    return None


def unstaffed(lines: Sequence[Line]) -> int | None:
    """Return the index of a line no person is left for, None when all can be decided.

    Nobody decides twice in one approval, so three lines of two people cannot end.
    >>> unstaffed([Line(ANY, frozenset({1, 2})), Line(ANY, frozenset({1}))]) is None
    True
    >>> unstaffed([Line(ANY, frozenset({1})), Line(ANY, frozenset({1}))])
    1
    >>> unstaffed([Line(ALL, frozenset({1, 2})), Line(ANY, frozenset({2}))])
    1
    """
    taken: set[int] = set()
    for line in lines:
        taken |= line.approved
    for index, line in enumerate(lines):
        if line.mode == ALL and not is_done(line):
            wanted = line.allowed - line.approved
            if not line.allowed or wanted & taken:
                return index
            taken |= wanted
    match: dict[int, int] = {}  # {person: index of the line}

    def place(index: int, tried: set[int]) -> bool:
        for person in sorted(lines[index].allowed - taken - tried):
            tried.add(person)
            if person not in match or place(match[person], tried):
                match[person] = index
                return True
        return False

    for index, line in enumerate(lines):
        if line.mode == ANY and not is_done(line) and not place(index, set()):
            return index
    return None


def refusal(person: int, lines: Sequence[Line], approving: bool = True) -> str:
    """Return why a person may not decide now: "" when he may.

    "over" nothing is left to decide, "not_asked" he is not among the deciders,
    "again" he has decided before, "needed_later" only he can decide a later line.
    >>> lines = [Line(ANY, frozenset({1, 2})), Line(ANY, frozenset({1}))]
    >>> refusal(1, lines), refusal(2, lines), refusal(3, lines)
    ('needed_later', '', 'not_asked')
    >>> refusal(1, lines, approving=False)
    ''
    """
    index = current(lines)
    if index is None:
        return "over"
    if any(person in line.approved for line in lines):
        return "again"
    if person not in lines[index].allowed:
        return "not_asked"
    if approving and unstaffed(lines) is None:
        after = [*lines]
        after[index] = lines[index]._replace(approved=lines[index].approved | {person})
        if unstaffed(after) is not None:
            return "needed_later"
    return ""


def askable(lines: Sequence[Line]) -> list[int]:
    """Return who may approve now, to be asked for it.

    >>> askable([Line(ANY, frozenset({1, 2})), Line(ANY, frozenset({1}))])
    [2]
    """
    index = current(lines)
    people: Collection[int] = () if index is None else lines[index].allowed
    return [person for person in sorted(people) if not refusal(person, lines)]
