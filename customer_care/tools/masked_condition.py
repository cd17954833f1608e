"""Whether a condition holds for a value that is not there."""

from collections.abc import Collection

_NEGATIVE = ("!=", "<>", "not in", "not like", "not ilike", "not =like", "not =ilike")


def matches_nothing(operator, value):
    """Return whether a condition holds for an empty field.

    >>> matches_nothing("=", False), matches_nothing("in", [3, False])
    (True, True)
    >>> matches_nothing("!=", 5), matches_nothing("not in", [False])
    (True, False)
    >>> matches_nothing("ilike", "x"), matches_nothing("=?", False)
    (False, True)
    """
    # the ORM's own sets are no `set`
    several = isinstance(value, Collection) and not isinstance(value, str)
    values = value if several else (value,)
    empty = any(item is False or item is None for item in values)
    if operator == "=?":
        return empty
    if operator in _NEGATIVE:
        return not empty
    return operator in ("=", "==", "in") and empty
