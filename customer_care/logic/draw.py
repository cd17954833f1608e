"""Which records of a period are called back: a draw that anybody can repeat.

The order in a stratum is that of SHA-256(seed + ":" + model + ":" + id); of n records
the first ceil(rate x n) are drawn, the others wait as reserves in this order.

Each level of secrecy is drawn from on its own (formula 2), so that no record of a
higher one decides who of a lower one is called; formula 1 knew no levels.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

PERIODS = ("day", "week", "month", "quarter")
# The kinds that take part; exempt and excluded ones are on record, but not counted.
COUNTED = ("drawn", "reserve")
# By which formula draws are made now.
FORMULA = 2


class Member(NamedTuple):
    """One record of the population. `on_top`: drawn in any case, because the customer
    was dissatisfied; `part`: the level it is drawn among, None in formula 1."""

    id: int
    stratum: str
    counted: bool = True
    on_top: bool = False
    part: int | None = None


class Place(NamedTuple):
    """What the draw says of one record; rank 1 comes first, 0 is not counted."""

    hash: str
    rank: int
    drawn: bool


def key_of(seed: str, model: str, id_: int) -> str:
    """Return the hexadecimal hash that decides the order.

    >>> key_of("s", "res.partner", 7)[:12]
    '376f2ada25c7'
    """
    return hashlib.sha256(f"{seed}:{model}:{id_}".encode()).hexdigest()


def quota(rate_pct: Decimal | float | str, count: int) -> int:
    """Return ceil(rate x count), in exact decimal numbers.

    >>> quota(50, 5), quota("30", 10), quota(33.33, 3), quota(10, 1), quota(0, 9)
    (3, 3, 1, 1, 0)
    """
    share = Decimal(str(rate_pct)) * count / 100
    return min(count, int(share.to_integral_value(ROUND_CEILING)))


def draw(
    seed: str,
    model: str,
    members: Iterable[Member],
    rates: Mapping[str, Decimal | float | str],
) -> dict[int, Place]:
    """Return {id: Place} for all members. `rates`: stratum -> per cent.

    Whoever sees one part of the members alone draws the same places for it.

    >>> rows = [Member(1, ""), Member(2, ""), Member(3, "", counted=False)]
    >>> [place.drawn for place in draw("s", "m", rows, {"": 50}).values()].count(True)
    1
    """
    strata: dict[tuple[str, int | None], list[tuple[str, Member]]] = {}
    places: dict[int, Place] = {}
    for member in members:
        key = key_of(seed, model, member.id)
        if member.counted:
            group = member.stratum, member.part
            strata.setdefault(group, []).append((key, member))
        else:
            places[member.id] = Place(key, 0, False)
    for (stratum, _part), found in strata.items():
        wanted = quota(rates[stratum], len(found))
        for rank, (key, member) in enumerate(sorted(found), start=1):
            places[member.id] = Place(key, rank, rank <= wanted or member.on_top)
    return places


def digest(members: Iterable[Member]) -> str:
    """Return the fingerprint of a population, whatever order it comes in.

    >>> digest([Member(2, "a"), Member(1, "b")]) == digest([Member(1, "b"),
    ...     Member(2, "a")])
    True
    """
    lines = (
        f"{m.id}:{m.stratum}:{int(m.counted)}:{int(m.on_top)}"
        + ("" if m.part is None else f":{m.part}")
        for m in sorted(members, key=lambda m: m.id)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def period_of(day: date, period: str) -> tuple[date, date]:
    """Return the first day of the period `day` lies in, and of the next one.

    >>> period_of(date(2026, 3, 4), "week")
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 9))
    >>> period_of(date(2026, 12, 31), "quarter")
    (datetime.date(2026, 10, 1), datetime.date(2027, 1, 1))
    """
    if period == "day":
        return day, day + timedelta(days=1)
    if period == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    months = 3 if period == "quarter" else 1
    month = (day.month - 1) // months * months + 1
    first = day.replace(month=month, day=1)
    last = first.replace(month=month + months - 1)
    last = last.replace(day=monthrange(last.year, last.month)[1])
    return first, last + timedelta(days=1)


def spread(callers: list[int], loads: Mapping[int, int], count: int) -> list[int]:
    """Return `count` callers, each time the one with the least to do.

    >>> spread([7, 8], {7: 2, 8: 0}, 4)
    [8, 8, 7, 8]
    """
    todo = {caller: loads.get(caller, 0) for caller in callers}
    result = []
    for _number in range(count):
        chosen = min(todo, key=lambda caller: todo[caller])
        todo[chosen] += 1
        result.append(chosen)
    return result


def festivals(
    days: Iterable[tuple[date, str]], gap: int = 10
) -> list[tuple[date, date, str]]:
    """Return (first day, last day, name) of each holiday; days off with one name that
    lie at most `gap` days apart are one, though another holiday falls among them.

    >>> [(first.day, last.day, name) for first, last, name in festivals(
    ...     [(date(2025, 10, 7), "N"), (date(2025, 10, 1), "N"),
    ...      (date(2025, 10, 6), "M")])]
    [(1, 7, 'N'), (6, 6, 'M')]
    """
    runs: list[tuple[date, date, str]] = []
    latest: dict[str, int] = {}
    for day, name in sorted(days):
        place = latest.get(name)
        if place is not None and (day - runs[place][1]).days <= gap:
            runs[place] = (runs[place][0], day, name)
        else:
            latest[name] = len(runs)
            runs.append((day, day, name))
    return runs
