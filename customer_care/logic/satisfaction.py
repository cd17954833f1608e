"""Satisfaction: how figures are rounded, graded, weighted and put together.

All is reckoned with decimals, never with binary fractions, so that a figure on a
boundary is the same on paper. The database reckons the same for many at once; a test
holds both together.

Rules (S-1 to S-4):
- S-1: every figure that is shown (project, quarter, year) is rounded half up to the
  digits of its scale, and what builds on it takes the rounded figure, so that anybody
  can reckon the sheet again.
- S-2: the grade is read off that figure, rounded half up once more to the digits of the
  grades: with grades in whole points 90.5 is 91 and so satisfied, 90.49 is not.
- S-3: it passes where the figure itself, not the one rounded for the grade, is not
  below the pass mark: 79.99 does not pass at 80.
- S-4: what is not known takes no part: the known ones share its weight.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

Number = Decimal | float | int | str


def exact(value: Number) -> Decimal:
    """Return the decimal that a figure is written as.

    >>> exact(0.1) + exact("0.2")
    Decimal('0.3')
    """
    return value if isinstance(value, Decimal) else Decimal(str(value))


def rounded(value: Number, digits: int) -> Decimal:
    """Return `value` rounded half up (rule S-1).

    >>> rounded("90.5", 0), rounded("90.49", 0), rounded("79.995", 2)
    (Decimal('91'), Decimal('90'), Decimal('80.00'))
    """
    return exact(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def grade(value: Number, bands: Sequence[tuple[Number, str]], digits: int = 0) -> str:
    """Return the code of the grade of a figure (rule S-2), "" below all of them.

    >>> bands = [(91, "satisfied"), (81, "fairly"), (61, "average"), (0, "bad")]
    >>> [grade(v, bands) for v in (100, 90.5, 90.49, 80.5, 60.5, 60.49)]
    ['satisfied', 'satisfied', 'fairly', 'fairly', 'average', 'bad']
    """
    near = rounded(value, digits)
    for low, code in sorted(((exact(b[0]), b[1]) for b in bands), reverse=True):
        if near >= low:
            return code
    return ""


def passes(value: Number, mark: Number) -> bool:
    """Return whether a figure passes (rule S-3).

    >>> passes("80.00", 80), passes("79.99", 80)
    (True, False)
    """
    return exact(value) >= exact(mark)


def weighted(parts: Sequence[tuple[Number | None, Number]]) -> Decimal | None:
    """Return the mean of (figure, weight), None where nothing is known (rule S-4).

    >>> weighted([(90, 60), (50, 40)]), weighted([(90, 60), (None, 40)])
    (Decimal('74'), Decimal('90'))
    >>> weighted([(None, 60)])
    """
    known = [(exact(v), exact(w)) for v, w in parts if v is not None and exact(w) > 0]
    whole = sum((weight for __, weight in known), Decimal())
    if not whole:
        return None
    return sum((v * weight for v, weight in known), Decimal()) / whole


def year(
    periods: Sequence[tuple[Number | None, Number]],
    below: Sequence[tuple[Number | None, Number]],
    own_weight: Number,
    below_weight: Number,
) -> Decimal | None:
    """Return the figure of a year: the company's own periods and its subsidiaries.

    >>> year([(80, 25), (90, 25), (None, 25), (None, 25)], [(50, 1), (70, 3)], 60, 40)
    Decimal('77')
    """
    return weighted([(weighted(periods), own_weight), (weighted(below), below_weight)])
