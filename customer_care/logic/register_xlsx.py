"""The register of a day as an Excel workbook; equal rows give equal bytes."""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import xlsxwriter

_WIDTHS = (6, 16, 9, 26, 16, 14, 20, 20, 14, 11, 40, 14, 14, 9, 14)


class Row(NamedTuple):
    """One line of the register, in words."""

    no: int
    number: str
    time: str
    customer: str
    phone: str
    origin: str
    channel: str
    intermediary: str
    intent: str
    intending: str
    need: str
    manager: str
    entered_by: str
    late: str
    outcome: str
    cancelled: bool = False  # struck through, save for the outcome that says why


COLUMNS = Row._fields[:-1]


def build(
    title: str, labels: Mapping[str, str], rows: Iterable[Row], made_at: datetime
) -> bytes:
    """Return the workbook: one sheet, printed on one page's width.

    :param labels: {column or “sheet”: its heading}
    :param made_at: the only time in it

    >>> made = datetime(2026, 3, 2)
    >>> words = {name: name for name in (*COLUMNS, "sheet")}
    >>> build("Day", words, [], made) == build("Day", words, [], made)
    True
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False}
    )
    book.set_properties({"title": title, "created": made_at})
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    struck = book.add_format(
        {"text_wrap": True, "valign": "top", "font_strikeout": True}
    )
    sheet = book.add_worksheet(labels["sheet"][:31])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, title, bold)
    for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, labels[name], head)
    for number, row in enumerate(rows, start=3):
        kept = struck if row.cancelled else cell
        sheet.write_number(number, 0, row.no, kept)
        for column, name in enumerate(COLUMNS[1:], start=1):
            looks = cell if name == "outcome" else kept
            sheet.write_string(number, column, getattr(row, name) or "", looks)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    book.close()
    return stream.getvalue()
