"""Decide who decides: amount bands, any or all, the next line, distinct people."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

ANY, ALL = "any", "all"


class Line(NamedTuple):
    """One step of an approval: how many of whom, and who has approved so far.

    `approved` holds people of `allowed`, by whomever it was signed for them; `signers`
    those who signed.
    """

    mode: str
    allowed: frozenset[int]
    approved: frozenset[int] = frozenset()
    signers: frozenset[int] = frozenset()


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
    taken = _taken(lines)
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


def seat(
    person: int,
    lines: Sequence[Line],
    away: Collection[int] = (),
    approving: bool = True,
) -> tuple[int | None, str]:
    """Return (whose seat a person takes now, "") or (None, why he may not decide).

    :param away: people he stands in for; one signature fills one seat, and both have
        decided then

    "over" nothing is left to decide, "not_asked" he is not among the deciders,
    "again" he has decided before, or somebody for him, "needed_later" only he can
    decide a later line.
    >>> lines = [Line(ANY, frozenset({1, 2})), Line(ANY, frozenset({1}))]
    >>> seat(2, lines), seat(3, lines, {2}), seat(3, lines)
    ((2, ''), (2, ''), (None, 'not_asked'))
    >>> seat(1, lines), seat(1, lines, approving=False)
    ((None, 'needed_later'), (1, ''))
    >>> both = [Line(ALL, frozenset({1, 2}), frozenset({1}), frozenset({3}))]
    >>> seat(3, both, {2}), seat(1, both, {2}), seat(2, both)
    ((None, 'again'), (None, 'again'), (2, ''))
    """
    index = current(lines)
    if index is None:
        return None, "over"
    taken = _taken(lines)
    if person in taken:
        return None, "again"
    line = lines[index]
    seats = [one for one in (person, *sorted(away)) if one in line.allowed]
    if not seats:
        return None, "not_asked"
    free = [one for one in seats if one not in taken]
    if not free:
        return None, "again"
    if not approving or unstaffed(lines) is not None:
        return free[0], ""
    for one in free:
        after = [*lines]
        after[index] = line._replace(
            approved=line.approved | {one}, signers=line.signers | {person}
        )
        if unstaffed(after) is None:
            return one, ""
    return None, "needed_later"


def refusal(
    person: int,
    lines: Sequence[Line],
    approving: bool = True,
    away: Collection[int] = (),
) -> str:
    """Return why a person may not decide now: "" when he may. Reasons as in `seat`.

    >>> lines = [Line(ANY, frozenset({1, 2})), Line(ANY, frozenset({1}))]
    >>> refusal(1, lines), refusal(2, lines), refusal(3, lines)
    ('needed_later', '', 'not_asked')
    >>> refusal(1, lines, approving=False), refusal(3, lines, away={2})
    ('', '')
    """
    return seat(person, lines, away, approving)[1]


def askable(
    lines: Sequence[Line], stand_ins: Mapping[int, int] | None = None
) -> dict[int, int]:
    """Return {who may approve now and is to be asked: whose seat it is}.

    :param stand_ins: {somebody away: who stands in}. One who may not sign for him, or
        has a seat of his own that all are wanted of, leaves him asked himself.
    >>> askable([Line(ANY, frozenset({1, 2})), Line(ANY, frozenset({1}))])
    {2: 2}
    >>> askable([Line(ALL, frozenset({1, 2}))], {1: 3, 2: 3})
    {3: 1, 2: 2}
    >>> askable([Line(ANY, frozenset({1, 2}))], {1: 2})
    {2: 2}
    >>> askable([Line(ANY, frozenset({1})), Line(ANY, frozenset({3}))], {1: 3})
    {1: 1}
    """
    index = current(lines)
    if index is None:
        return {}
    line, asked = lines[index], {}
    for one in sorted(line.allowed):
        other = (stand_ins or {}).get(one, one)
        signs = other not in asked and seat(other, lines, {one})[0] == one
        if signs:
            asked[other] = one
        elif seat(one, lines)[0] == one and not _is_covered(line, other, asked, lines):
            asked[one] = one
    return asked


def _is_covered(
    line: Line, other: int, asked: Collection[int], lines: Sequence[Line]
) -> bool:
    """Tell whether one of several is enough and the stand-in is asked anyway."""
    own = other in line.allowed and not refusal(other, lines)
    return line.mode == ANY and (other in asked or own)


def _taken(lines: Sequence[Line]) -> set[int]:
    """Return everybody who has decided, by himself or by who stood in for him."""
    taken: set[int] = set()
    for line in lines:
        taken |= line.approved | line.signers
    return taken
