"""An empty workbook to fill in for an import, with one example row."""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import xlsxwriter

_ROWS = 5000  # to which formats and lists of values reach
_LIST = 255  # signs that a list in a cell may have


class Column(NamedTuple):
    """One column of the file."""

    label: str
    required: bool
    kind: str  # text, number, date, datetime
    help: str
    values: tuple[str, ...]
    example: str


def build(
    title: str, columns: Iterable[Column], words: Mapping[str, str], made_at: datetime
) -> bytes:
    """Return the workbook: the sheet to fill in, and one that explains it.

    :param words: headings of the second sheet: sheet, column, required, what, values

    >>> made = datetime(2026, 3, 2)
    >>> words = dict.fromkeys(("sheet", "column", "required", "what", "values"), "x")
    >>> one = Column("Name", True, "text", "", (), "A")
    >>> build("Day", [one], words, made) == build("Day", [one], words, made)
    True
    """
    columns = list(columns)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False}
    )
    book.set_properties({"title": title, "created": made_at})
    plain = {"text_wrap": False, "num_format": "@"}  # as it is typed, also long codes
    formats = {
        "text": book.add_format(plain),
        "number": book.add_format({"num_format": "0.##"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    head = book.add_format({"bold": True, "bottom": 1})
    must = book.add_format({"bold": True, "bottom": 1, "bg_color": "#FFE699"})
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        width = max(14, 2 * len(column.label))
        sheet.set_column(place, place, width, formats[column.kind])
        sheet.write_string(0, place, column.label, must if column.required else head)
        sheet.write(1, place, _cell(column), formats[column.kind])
        if column.values and len(",".join(column.values)) <= _LIST:
            sheet.data_validation(
                1,
                place,
                _ROWS,
                place,
                {"validate": "list", "source": list(column.values)}
                | {"error_type": "warning"},
            )
    _explain(book, columns, words)
    book.close()
    return stream.getvalue()


def _cell(column):
    if column.kind == "date" and column.example:
        return datetime.fromisoformat(column.example)
    return column.example


def _explain(book, columns, words):
    head = book.add_format({"bold": True, "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(words["sheet"][:31])
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 3, 60)
    for place, name in enumerate(("column", "required", "what", "values")):
        sheet.write_string(0, place, words[name], head)
    for row, column in enumerate(columns, 1):
        sheet.write_string(row, 0, column.label, wrap)
        sheet.write_string(row, 1, "✓" if column.required else "", wrap)
        sheet.write_string(row, 2, column.help, wrap)
        sheet.write_string(row, 3, " / ".join(column.values), wrap)
