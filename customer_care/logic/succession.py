"""Who follows somebody who leaves: a proposal for each of his customers."""

from collections.abc import Collection, Mapping, Sequence

# (customer id, manager of its territory or None, members of its team in their order)
Customer = tuple[int, int | None, Sequence[int]]


def propose(
    customers: Sequence[Customer],
    load: Mapping[int, int],
    allowed: Mapping[int, Collection[int]],
    order: Sequence[str] = ("territory", "team", "load"),
) -> dict[int, tuple[int, str]]:
    """Return {customer: (successor, why)}; a customer nobody fits is left out.

    :param load: {candidate: customers he has}; it decides between those left, and
        counts what was proposed to him so far
    :param allowed: {candidate or other person: customers he may look after}
    >>> may = {5: {1, 2, 3}, 6: {1, 2, 3}, 7: {2}}
    >>> propose([(1, 6, []), (2, None, [7]), (3, None, [])], {5: 0, 6: 0}, may)
    {1: (6, 'territory'), 2: (7, 'team'), 3: (5, 'load')}
    >>> propose([(1, None, []), (2, None, []), (3, None, [])], {5: 1, 6: 0}, may)
    {1: (6, 'load'), 2: (5, 'load'), 3: (6, 'load')}
    >>> propose([(4, 6, [7])], {5: 0}, may)
    {}
    """
    counts, found = dict(load), {}
    for customer, manager, team in customers:
        ways = {
            "territory": [manager] if manager else [],
            "team": list(team),
            "load": sorted(load, key=lambda user: (counts[user], user)),
        }
        for way in order:
            fit = [user for user in ways[way] if customer in allowed.get(user, ())]
            if fit:
                found[customer] = (fit[0], way)
                counts[fit[0]] = counts.get(fit[0], 0) + 1
                break
    return found
