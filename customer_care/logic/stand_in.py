"""Who does the work of somebody who is away."""

from collections.abc import Collection, Mapping


def stand_in(
    person: int,
    links: Mapping[int, int],
    absent: Collection[int] = (),
    unfit: Collection[int] = (),
    barred: Collection[int] = (),
) -> int:
    """Return who does the work of `person`: himself when nobody else is there.

    :param links: {somebody away: whom he named to stand in for him}
    :param absent: people away who may have named nobody
    :param unfit: people who cannot do it; their own links are followed
    :param barred: people who have an interest in it; nor may they say who does it

    A stand-in who is away too passes on; a chain that ends nowhere or in a circle
    leaves the work where it was.
    >>> stand_in(1, {}), stand_in(1, {1: 2}), stand_in(1, {1: 2, 2: 3})
    (1, 2, 3)
    >>> stand_in(1, {1: 2, 2: 1}), stand_in(1, {1: 2}, absent={2}), stand_in(1, {}, {1})
    (1, 1, 1)
    >>> stand_in(1, {1: 2, 2: 3}, unfit={2}), stand_in(1, {1: 2}, unfit={2})
    (3, 1)
    >>> stand_in(1, {1: 2, 2: 3}, barred={2}), stand_in(1, {1: 2, 2: 3}, barred={3})
    (1, 1)
    """
    seen = {person}
    other = links.get(person)
    while other is not None and other not in seen and other not in barred:
        if other not in links and other not in absent and other not in unfit:
            return other
        seen.add(other)
        other = links.get(other)
    return person
