"""The monthly list of sanctions as an xlsx file; equal rows give equal bytes."""

from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from typing import NamedTuple

import xlsxwriter

_WIDTHS = (16, 16, 11, 16, 10, 40, 7, 7, 11, 11, 11, 11, 12, 11)
_SUMMED = ("fine", "points", "reward", "reward_points", "pay_pct")


class ListRow(NamedTuple):
    """One sanction in the list."""

    person_id: int
    person: str
    department: str
    day: date
    number: str
    clause: str
    name: str
    count: int
    factor: float
    fine: float
    points: float
    reward: float
    reward_points: float
    pay_pct: float
    state: str


_COLUMNS = ListRow._fields[1:]


def totals(rows: Iterable[ListRow]) -> dict[int, dict[str, float]]:
    """Return {person id: {column: sum}} in the order of the rows.

    >>> day = date(2026, 3, 2)
    >>> a = ListRow(7, "A", "", day, "1", "", "x", 1, 1, 50, 0, 0, 0, 0, "")
    >>> totals([a, a._replace(fine=20.5)])[7]["fine"]
    70.5
    """
    found: dict[int, dict[str, float]] = {}
    for row in rows:
        sums = found.setdefault(row.person_id, dict.fromkeys(_SUMMED, 0.0))
        for name in _SUMMED:
            sums[name] = round(sums[name] + getattr(row, name), 2)
    return found


def sheet(
    title: str, labels: dict[str, str], rows: list[ListRow], currency: str
) -> bytes:
    """Return the file: one sheet with each sanction and the totals per person, and
    one with the people alone. `rows` are sorted by person.

    :param labels: {column or word: its heading}
    """
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": title, "created": datetime(2000, 1, 1)})  # noqa: DTZ001
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1}),
        "sum": book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"}),
        "number": book.add_format({"num_format": "#,##0.00"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sums = totals(rows)
    _write_list(
        book.add_worksheet(labels["list"]), title, labels, rows, sums, formats, currency
    )
    _write_people(book.add_worksheet(labels["people"]), labels, rows, sums, formats)
    book.close()
    return stream.getvalue()


def _write_list(page, title, labels, rows, sums, formats, currency):
    page.write_string(0, 0, title, formats["title"])
    page.write_string(1, 0, f"{labels['currency']}: {currency}")
    for column, (name, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
        page.write_string(3, column, labels[name], formats["head"])
        page.set_column(column, column, width)
    page.freeze_panes(4, 1)
    line = 4
    for index, row in enumerate(rows):
        for column, name in enumerate(_COLUMNS):
            _write_value(page, line, column, getattr(row, name), formats)
        line += 1
        last = index + 1 == len(rows) or rows[index + 1].person_id != row.person_id
        if last:
            page.write_string(
                line, 0, f"{labels['total']} {row.person}", formats["sum"]
            )
            _write_sums(page, line, sums[row.person_id], formats, _COLUMNS.index)
            line += 1
    everything = {
        name: round(sum(s[name] for s in sums.values()), 2) for name in _SUMMED
    }
    page.write_string(line, 0, labels["total"], formats["sum"])
    _write_sums(page, line, everything, formats, _COLUMNS.index)


def _write_people(page, labels, rows, sums, formats):
    for column, name in enumerate(("person", "department", *_SUMMED)):
        page.write_string(0, column, labels[name], formats["head"])
        page.set_column(column, column, 16)
    people = {row.person_id: (row.person, row.department) for row in rows}
    for line, (person_id, (person, department)) in enumerate(people.items(), 1):
        page.write_string(line, 0, person)
        page.write_string(line, 1, department)
        _write_sums(
            page, line, sums[person_id], formats, lambda n: _SUMMED.index(n) + 2
        )


def _write_sums(page, line, values, formats, place):
    for name, value in values.items():
        page.write_number(line, place(name), value, formats["sum"])


def _write_value(page, line, column, value, formats):
    if isinstance(value, date):
        page.write_datetime(line, column, value, formats["day"])
    elif isinstance(value, (int, float)):
        page.write_number(line, column, value, formats["number"])
    else:
        page.write_string(line, column, value or "")
