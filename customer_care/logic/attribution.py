"""Whose customer is it? Pure: no ORM, no clock.

A visit (or a call) is sorted into one case; the company's rules say who gets the
customer in that case. Between claims the earlier registration wins.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

# who gets the customer where no rule of the company says otherwise
DEFAULTS = {
    "claims": "earliest",
    "unnamed": "earliest",
    "named": "asked",
    "referred_asked": "asked",
    "referred": "duty",
    "own": "entered",
    "duty": "duty",
}


class Registered(NamedTuple):
    """One registration of a customer that still counts."""

    user: int
    at: datetime
    number: int = 0


class Visit(NamedTuple):
    """What is known of the contact: ids of users, None for nobody."""

    entered_by: int
    on_duty: int | None = None
    is_own: bool = False  # found by the person himself, not on duty
    asked_for: int | None = None  # the manager the customer asks for by name
    met_before: bool = False  # the customer says somebody met him before
    is_referred: bool = False  # an old customer brought him
    old_manager: int | None = None  # who looks after that old customer


class Verdict(NamedTuple):
    """Who gets the customer, in which case, by which kind of winner."""

    user: int
    case: str
    winner: str


def earliest(claims: Iterable[Registered]) -> Registered | None:
    """Return the registration that wins; the lower number where both have one time.

    >>> nine, ten = datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 10)
    >>> earliest([Registered(7, ten, 1), Registered(8, nine, 2)]).user
    8
    >>> earliest([Registered(7, nine, 2), Registered(8, nine, 1)]).user
    8
    >>> earliest([]) is None
    True
    """
    return min(claims, key=lambda claim: (claim.at, claim.number), default=None)


def case_of(visit: Visit, claims: Iterable[Registered] = ()) -> str:
    """Return the case of P14.03-04 that a visit is.

    A customer who says he was met before but names nobody is `unnamed`; so is one the
    register knows who asks for nobody.

    >>> case_of(Visit(1, on_duty=2, met_before=True))
    'unnamed'
    >>> case_of(Visit(1, on_duty=2, is_referred=True, old_manager=3, asked_for=3))
    'referred_asked'
    >>> case_of(Visit(1, on_duty=2, is_referred=True, old_manager=3))
    'referred'
    >>> case_of(Visit(1, is_own=True))
    'own'
    """
    known = {claim.user for claim in claims}
    if visit.is_referred and not known:
        asked_old = visit.asked_for and visit.asked_for == visit.old_manager
        return "referred_asked" if asked_old else "referred"
    if visit.asked_for:
        return "claims" if known and visit.asked_for not in known else "named"
    if known and visit.is_own:
        return "claims"
    if known or visit.met_before:
        return "unnamed"
    return "own" if visit.is_own else "duty"


def decide(
    visit: Visit,
    claims: Iterable[Registered] = (),
    winners: Mapping[str, str] | None = None,
) -> Verdict:
    """Return who gets the customer.

    :param winners: {case: earliest|asked|duty|entered}, as the company's rules say
    A winner who does not exist gives way: nobody on duty to who entered it, no
    registration and nobody asked for to the one on duty.

    >>> decide(Visit(1, on_duty=2, is_referred=True, old_manager=3)).user
    2
    >>> nine = datetime(2026, 3, 2, 9)
    >>> decide(Visit(1, on_duty=2), [Registered(5, nine)]).user
    5
    >>> decide(Visit(1, on_duty=2), [Registered(5, nine)], {"unnamed": "duty"}).user
    2
    """
    claims = list(claims)
    case = case_of(visit, claims)
    winner = (winners or {}).get(case) or DEFAULTS[case]
    first = earliest(claims)
    people = {
        "earliest": first and first.user,
        "asked": visit.asked_for,
        "duty": visit.on_duty,
        "entered": visit.entered_by,
    }
    for one in (winner, "duty", "entered"):
        if people[one]:
            return Verdict(people[one], case, one)
    raise ValueError("nobody entered this visit")
