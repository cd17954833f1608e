"""Days and times as people write them in a file that is imported."""

import re
import unicodedata
from datetime import date, datetime, timedelta

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_CLOCK = re.compile(r"(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.0+)?)?[分秒]?")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
# day 0 of Excel, as it counts from March 1900 on
_EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001
_SERIALS = range(3654, 73051)  # 1910 to 2099


def parse(text: str, pattern: str | None = None) -> datetime | None:
    """Return the moment that a cell says, or None where it says none.

    :param pattern: how the user says that days are written

    >>> parse("1985年2月28日"), parse("１９８５/2/28"), parse("19850228").day
    (datetime.datetime(1985, 2, 28, 0, 0), datetime.datetime(1985, 2, 28, 0, 0), 28)
    >>> parse("31106"), parse("28/02/1985", "%d/%m/%Y"), parse("2月30日")
    (datetime.datetime(1985, 2, 28, 0, 0), datetime.datetime(1985, 2, 28, 0, 0), None)
    >>> parse("2026-03-02 10:30"), parse("1985-02-30"), parse("1985-02-28x")
    (datetime.datetime(2026, 3, 2, 10, 30), None, None)
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if pattern and (found := _read(text, pattern)):
        return found
    if re.fullmatch(r"\d{8}", text):
        return _at(text[:4], text[4:6], text[6:])
    serial = _SERIAL.fullmatch(text)
    if serial and int(serial[1]) in _SERIALS:
        seconds = round(float(serial[2] or 0) * 86400)
        return _EXCEL + timedelta(days=int(serial[1]), seconds=seconds)
    day = _DAY.match(text)
    rest = text[day.end() :].lstrip(" T") if day else ""
    clock = _CLOCK.fullmatch(rest) if rest else None
    if not day or (rest and not clock):
        return None
    return _at(*day.groups(), *(clock.groups("0") if clock else ()))


def _read(text, pattern):
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007
    except ValueError:
        return None


def _at(*parts):
    try:
        return datetime(*map(int, parts))  # noqa: DTZ001
    except ValueError:
        return None


def day_of(value: date | datetime) -> date:
    """Return the day of a cell that Excel knows as one.

    >>> day_of(datetime(2026, 3, 2, 10)), day_of(date(2026, 3, 2))
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 2))
    """
    return value.date() if isinstance(value, datetime) else value
