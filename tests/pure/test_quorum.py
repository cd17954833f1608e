"""Every small approval, against a slow but plain answer."""

from itertools import permutations, product

from customer_care.logic.quorum import (
    ALL,
    ANY,
    Line,
    askable,
    current,
    in_band,
    refusal,
    seat,
    unstaffed,
)

SETS = [frozenset(), frozenset({1}), frozenset({2}), frozenset({1, 2})]


def plainly_staffed(lines):
    """Try every way of giving people to lines, each person once."""
    seats = []
    for line in lines:
        if line.mode == ALL:
            if not line.allowed:
                return False
            seats += [frozenset({person}) for person in sorted(line.allowed)]
        else:
            seats.append(line.allowed)
    people = range(1, 5)
    return len(seats) <= 4 and any(
        all(person in seat for person, seat in zip(chosen, seats, strict=True))
        for chosen in permutations(people, len(seats))
    )


def test_staffing_agrees_with_trying_everything():
    sets = [*SETS, frozenset({2, 3}), frozenset({1, 2, 3})]
    choices = [Line(mode, allowed) for mode in (ANY, ALL) for allowed in sets]
    tried = 0
    for count in (1, 2, 3):
        for lines in product(choices, repeat=count):
            assert (unstaffed(lines) is None) == plainly_staffed(lines), lines
            tried += 1
    assert tried == 12 + 12**2 + 12**3


def test_whoever_is_asked_leaves_an_approval_that_can_end():
    choices = [Line(mode, allowed) for mode in (ANY, ALL) for allowed in SETS[1:]]
    for lines in product(choices, repeat=3):
        if unstaffed(lines) is None:
            assert walk(list(lines)) <= {True}, lines


def test_stand_ins_leave_an_approval_that_can_end_with_different_people():
    choices = [Line(mode, allowed) for mode in (ANY, ALL) for allowed in SETS[1:]]
    absences = [{1: 3}, {1: 2}, {1: 3, 2: 3}, {1: 2, 2: 3}, {1: 3, 2: 4}]
    tried = 0
    for lines, away in product(product(choices, repeat=2), absences):
        if unstaffed(lines) is None:
            assert walk(list(lines), away) <= {True}, (lines, away)
            tried += 1
    assert tried > 50


def walk(lines, away=None):
    """Return how all the ways end that the rules allow: True for approved."""
    people = askable(lines, away)
    if not people:
        return {all(refusal(person, lines) == "over" for person in (1, 2, 3, 4))}
    ends = set()
    index = current(lines)
    for signer, whose in people.items():
        used = [person for line in lines for person in line.approved | line.signers]
        assert signer not in used and whose not in used
        assert seat(signer, lines, {whose}) == (whose, "")
        after = list(lines)
        after[index] = lines[index]._replace(
            approved=lines[index].approved | {whose},
            signers=lines[index].signers | {signer},
        )
        ends |= walk(after, away)
    return ends


def test_touching_bands_take_every_amount_once():
    bands = [(0, 500), (500, 2000), (2000, 0)]
    for cents in range(0, 300_000, 7):
        amount = cents / 100
        assert sum(in_band(amount, low, high) for low, high in bands) == 1, amount


def test_a_float_that_means_500_is_500():
    amount = sum([0.1] * 5000)
    assert amount != 500
    assert in_band(amount, 0, 500) and not in_band(amount, 500, 2000)
