"""What a violation costs: basis, limits, and more from the n-th in a month on."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")


class Progression(NamedTuple):
    """From the `from_nth` violation on, the fine is `factor` times as high; with
    `compound` it is multiplied again by each further one."""

    from_nth: int
    factor: float
    compound: bool = False


class Tariff(NamedTuple):
    """How one rule charges: basis event | item | loss_pct | range."""

    basis: str
    amount: float = 0.0
    points: float = 0.0
    loss_pct: float = 0.0
    low: float = 0.0
    high: float = 0.0


class Charge(NamedTuple):
    """What the engine proposes."""

    amount: float
    points: float
    factor: float


def factor_of(ordinal: int, progression: Progression | None) -> float:
    """Return by how much the fine of the `ordinal`-th violation is multiplied.

    >>> [factor_of(n, Progression(2, 2)) for n in (1, 2, 3)]
    [1.0, 2.0, 2.0]
    >>> [factor_of(n, Progression(3, 2)) for n in (2, 3)]
    [1.0, 2.0]
    >>> [factor_of(n, Progression(2, 2, compound=True)) for n in (1, 2, 3, 4)]
    [1.0, 2.0, 4.0, 8.0]
    """
    if progression is None or ordinal < progression.from_nth:
        return 1.0
    if not progression.compound:
        return float(progression.factor)
    return float(progression.factor ** (ordinal - progression.from_nth + 1))


def rounded(value: float | Decimal) -> float:
    """Return `value` to two digits, half a cent upwards.

    >>> rounded(2.675)
    2.68
    """
    return float(Decimal(str(value)).quantize(CENT, ROUND_HALF_UP))


def charge(tariff: Tariff, count: int, loss: float, factor: float) -> Charge:
    """Return what `count` items or a `loss` cost; the limits bound the money before
    it is multiplied. With the basis `range` a person sets it, from `low` on.

    >>> charge(Tariff("event", amount=50), 3, 0, 2)
    Charge(amount=100.0, points=0.0, factor=2)
    >>> charge(Tariff("item", amount=20, points=1), 3, 0, 1)
    Charge(amount=60.0, points=3.0, factor=1)
    >>> charge(Tariff("loss_pct", loss_pct=10, low=100, high=5000), 1, 8000, 1)
    Charge(amount=800.0, points=0.0, factor=1)
    >>> charge(Tariff("loss_pct", loss_pct=10, low=100, high=5000), 1, 90000, 1)
    Charge(amount=5000.0, points=0.0, factor=1)
    >>> charge(Tariff("item", amount=20), 0, 0, 1)
    Charge(amount=0.0, points=0.0, factor=1)
    """
    times = max(count, 0) if tariff.basis == "item" else 1
    money = Decimal(str(tariff.amount)) * times
    if tariff.basis == "loss_pct":
        money = Decimal(str(max(loss, 0))) * Decimal(str(tariff.loss_pct)) / 100
    if tariff.basis == "range":
        money = Decimal(str(tariff.low))
    elif money:
        money = max(money, Decimal(str(tariff.low)))
        if tariff.high:
            money = min(money, Decimal(str(tariff.high)))
    wide = Decimal(str(factor))
    points = Decimal(str(tariff.points)) * times * wide
    return Charge(rounded(money * wide), rounded(points), factor)


def repeats(
    first: int,
    moment_of: Callable[[int], datetime],
    now: datetime,
    put_right_at: datetime | None,
    most: int,
) -> Iterator[tuple[int, datetime]]:
    """Yield (number, moment) of each time a violation counts anew up to `now`.

    Number 1 is the violation itself; `first` is the next number to look at and
    `moment_of(n)` when the n-th counts. What was put right by then counts no more.
    """
    for number in range(first, first + most):
        moment = moment_of(number)
        if moment > now or (put_right_at and put_right_at <= moment):
            return
        yield number, moment
