"""The unified social credit code of Chinese organisations (GB 32100-2015)."""

import unicodedata

# without I, O, S, V and Z, which are taken for digits
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_MISREAD = {"I": "1", "O": "0", "S": "5", "Z": "2"}
LENGTH = 18


def clean(text: str | None) -> str:
    """Return a code as it is stored: capitals, no spaces and hyphens.

    >>> clean(" 9111 0000-8021 0043 3B ")
    '91110000802100433B'
    >>> clean("９１11")
    '9111'
    """
    text = unicodedata.normalize("NFKC", text or "").upper()
    return "".join(sign for sign in text if not sign.isspace() and sign not in "-–—.")


def check_sign(body: str) -> str:
    """Return the last sign that belongs to the first seventeen.

    >>> check_sign("91110000802100433")
    'B'
    """
    total = sum(
        _SIGNS.index(sign) * weight for sign, weight in zip(body, _WEIGHTS, strict=True)
    )
    return _SIGNS[-total % 31]


def why_wrong(code: str) -> str:
    """Return why a cleaned code cannot be one, or "" where it can.

    The reasons are `old` (a licence number from before 2015), `length`, `misread` (a
    letter that is a digit), `sign`, `region` and `check`.

    >>> why_wrong("91110000802100433B")
    ''
    >>> why_wrong("91110000802100433C")
    'check'
    >>> why_wrong("330100000012345"), why_wrong("9111"), why_wrong("9133O106799655058B")
    ('old', 'length', 'misread')
    """
    if len(code) == 15 and code.isdigit():
        return "old"
    if len(code) != LENGTH:
        return "length"
    if any(sign in _MISREAD for sign in code):
        return "misread"
    if any(sign not in _SIGNS for sign in code):
        return "sign"
    if not code[2:8].isdigit():
        return "region"
    return "" if check_sign(code[:-1]) == code[-1] else "check"


def is_valid(code: str | None) -> bool:
    """Return whether a text is a credit code with the right last sign."""
    return bool(code) and not why_wrong(clean(code))


def meant(code: str) -> str:
    """Return the code that was meant where letters were read for digits, or "".

    >>> meant("9111OOOO8O21OO433B")
    '91110000802100433B'
    """
    digits = "".join(_MISREAD.get(sign, sign) for sign in clean(code))
    return digits if not why_wrong(digits) else ""
