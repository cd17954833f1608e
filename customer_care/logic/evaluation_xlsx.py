"""The lists of an evaluation as an Excel workbook."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter


def build(
    title: str,
    columns: Sequence[tuple[str, int]],
    sheets: Iterable[tuple[str, Iterable[Sequence]]],
    made_at: datetime,
) -> bytes:
    """Return the workbook, one sheet per list.

    `columns`: (heading, width). `sheets`: (name of the list, rows of texts and
    numbers). Same input, same bytes.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "constant_memory": True, "strings_to_formulas": False},
    )
    book.set_properties({"title": title, "created": made_at})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    bold = book.add_format({"bold": True, "font_size": 14})
    for name, rows in sheets:
        sheet = book.add_worksheet(name[:31])
        for column, (_heading, width) in enumerate(columns):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(2, 1)
        sheet.write_string(0, 0, f"{title} – {name}", bold)
        for column, (heading, _width) in enumerate(columns):
            sheet.write_string(1, column, heading, head)
        for number, row in enumerate(rows, start=2):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                else:
                    sheet.write(number, column, value)
    book.close()
    return stream.getvalue()
