"""What the same credit code, telephone, address or name says of two customers."""

from collections.abc import Iterable
from typing import NamedTuple

HARD = ("credit", "phone", "email")  # evidence that is the same or not
STRICT = {"refuse": 2, "warn": 1, "note": 0}


class Rule(NamedTuple):
    """What follows from evidence: all of `kinds` and names as alike as `likeness`."""

    kinds: frozenset
    likeness: int
    verdict: str
    score: int
    id: int = 0
    own: bool = False  # the company's, not one for all companies

    def holds(self, kinds: frozenset, likeness: int) -> bool:
        """Return whether the rule holds for what was found."""
        return self.kinds <= kinds and self.likeness <= likeness


def strictest(rules: Iterable[Rule], kinds: set, likeness: int) -> Rule | None:
    """Return the strictest rule that holds, of equally strict ones the company's own,
    of these the surest.

    >>> phone = Rule(frozenset({"phone"}), 0, "warn", 60)
    >>> both = Rule(frozenset({"phone"}), 70, "refuse", 95)
    >>> strictest([phone, both], {"phone"}, 80).score
    95
    >>> strictest([phone, both], {"phone"}, 10).verdict
    'warn'
    >>> strictest([phone, both], {"email"}, 100)
    """
    held = [rule for rule in rules if rule.holds(frozenset(kinds), likeness)]
    return max(held, key=lambda r: (STRICT[r.verdict], r.own, r.score), default=None)
