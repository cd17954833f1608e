"""Who holds a role for a customer, a department, a company: the most specific wins."""

from collections.abc import Collection, Iterable, Mapping, Sequence

# (partner id, department id, company id); None where an assignment does not say
Place = tuple[int | None, int | None, int | None]


def places(
    partners: Sequence[int], departments: Sequence[int], company: int | None
) -> Iterable[Place]:
    """Yield where to look for an assignment, the most specific place first.

    `partners` and `departments` go from the record itself up to its root.
    >>> list(places([7], [2, 1], None))
    [(7, 2, None), (7, 1, None), (7, None, None), (None, 2, None), (None, 1, None), \
(None, None, None)]
    """
    for partner in (*partners, None):
        for department in (*departments, None):
            if company:
                yield partner, department, company
            yield partner, department, None


def holders(
    assigned: Mapping[Place, Collection[int]],
    where: Iterable[Place],
    excluded: Collection[int] = (),
    heads: Mapping[int, int] | None = None,
) -> list[int]:
    """Return the users of the first place in `where` that somebody is left at.

    `heads` gives {department: user} for a role that a department's manager holds by
    himself; an assignment to the same department goes before him.
    >>> assigned = {(None, None, None): [5], (None, 2, None): [6]}
    >>> holders(assigned, places([], [2], 1))
    [6]
    >>> holders(assigned, places([], [2], 1), [6])
    [5]
    >>> holders({(None, 1, None): [5]}, places([], [2, 1], 1), heads={2: 8, 1: 9})
    [8]
    >>> holders({}, places([7], [2], 1))
    []
    """
    for place in where:
        partner, department, company = place
        found = [user for user in assigned.get(place, ()) if user not in excluded]
        if not found and heads and department and not partner and not company:
            found = [user for user in [heads.get(department)] if user]
            found = [user for user in found if user not in excluded]
        if found:
            return found
    return []
