"""The callback statistics of a period as an Excel workbook with a native chart."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

import xlsxwriter

# Columns of the table beside its name; the first two are drawn in the chart.
COLUMNS = (
    "required",
    "done",
    "in_time",
    "waiting",
    "unreachable",
    "satisfied",
    "dissatisfied",
    "raised",
    "settled",
)


def build(
    words: Mapping[str, str],
    lines: Sequence[Mapping],
    made_at: datetime,
) -> bytes:
    """Return the workbook: one sheet with a table and a chart.

    `words`: title, period, sheet, name, rate, total and every key of COLUMNS, in the
    reader's language. `lines`: {"name": str, "rate": number or None, key of COLUMNS:
    number}. Same input, same bytes: `made_at` is the only time.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": words["title"], "created": made_at})
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    whole, share = (book.add_format({"num_format": f}) for f in ("0", "0.0"))
    name = sheet_name(words["sheet"])
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, len(COLUMNS) + 1, 13)
    sheet.write(0, 0, words["title"], bold)
    sheet.write(1, 0, words["period"])
    for column, key in enumerate(("name", *COLUMNS, "rate")):
        sheet.write(3, column, words[key], head)
    for row, line in enumerate(lines, start=4):
        sheet.write(row, 0, line["name"])
        for column, key in enumerate(COLUMNS, start=1):
            sheet.write(row, column, line[key], whole)
        rate = line["rate"]
        sheet.write(row, len(COLUMNS) + 1, "–" if rate is None else rate, share)
    sheet.freeze_panes(4, 1)
    if lines:
        sheet.insert_chart(len(lines) + 6, 0, _chart(book, name, words, len(lines)))
    book.close()
    return stream.getvalue()


def _chart(book, name, words, count):
    chart = book.add_chart({"type": "column"})
    for column in (1, 2):
        chart.add_series(
            {
                "name": [name, 3, column],
                "categories": [name, 4, 0, 3 + count, 0],
                "values": [name, 4, column, 3 + count, column],
                "data_labels": {"value": True},
            }
        )
    chart.set_title({"name": words["title"]})
    chart.set_size({"width": 760, "height": 320})
    chart.set_legend({"position": "bottom"})
    return chart


def sheet_name(text: str) -> str:
    """Excel allows 31 characters and none of these.

    >>> sheet_name("By: programme / stratum")
    'By- programme - stratum'
    """
    for char in "[]:*?/\\":
        text = text.replace(char, "-")
    return text[:31]
