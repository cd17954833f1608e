"""The monthly statistics as an Excel workbook with native charts."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

import xlsxwriter

# (key of a line, number format)
COLUMNS = (
    ("received", "0"),
    ("justified", "0"),
    ("closed", "0"),
    ("in_time", "0"),
    ("overdue", "0"),
    ("compensation", "#,##0.00"),
)


def build(
    words: Mapping[str, str],
    summary: Sequence[tuple[str, object]],
    sections: Mapping[str, Sequence[Mapping]],
    made_at: datetime,
) -> bytes:
    """Return the workbook.

    `words`: heading -> text in the reader's language (title, period, name, every key
    of COLUMNS, every key of `sections`). `summary`: (label, number or text).
    `sections`: key -> lines {"name": str, key of COLUMNS: number or None}; each gets a
    sheet with a table and a chart. Same input, same bytes: `made_at` is the only time.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": words["title"], "created": made_at})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "label": book.add_format({"bold": True}),
    }
    for _key, number in COLUMNS:
        styles[number] = book.add_format({"num_format": number})
    _write_summary(book, styles, words, summary)
    for key, lines in sections.items():
        _write_section(book, styles, words, key, lines)
    book.close()
    return stream.getvalue()


def _write_summary(book, styles, words, summary):
    sheet = book.add_worksheet(_sheet_name(words["summary"]))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 22)
    sheet.write(0, 0, words["title"], styles["title"])
    sheet.write(1, 0, words["period"])
    for row, (label, value) in enumerate(summary, start=3):
        sheet.write(row, 0, label, styles["label"])
        sheet.write(row, 1, "–" if value is None else value)


def _write_section(book, styles, words, key, lines):
    name = _sheet_name(words[key])
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(COLUMNS), 14)
    sheet.freeze_panes(1, 1)
    sheet.write(0, 0, words[key], styles["head"])
    for column, (column_key, _number) in enumerate(COLUMNS, start=1):
        sheet.write(0, column, words[column_key], styles["head"])
    for row, line in enumerate(lines, start=1):
        sheet.write(row, 0, line["name"])
        for column, (column_key, number) in enumerate(COLUMNS, start=1):
            value = line[column_key]
            sheet.write(row, column, "–" if value is None else value, styles[number])
    if lines:
        sheet.insert_chart(len(lines) + 2, 0, _chart(book, words, name, key, lines))


def _chart(book, words, sheet_name, key, lines):
    chart = book.add_chart({"type": "column"})
    last = len(lines)
    for column in (1, 2):  # received, justified
        chart.add_series(
            {
                "name": [sheet_name, 0, column],
                "categories": [sheet_name, 1, 0, last, 0],
                "values": [sheet_name, 1, column, last, column],
                "data_labels": {"value": True},
            }
        )
    chart.set_title({"name": words[key]})
    chart.set_y_axis({"major_gridlines": {"visible": True}, "num_format": "0"})
    chart.set_size({"width": 720, "height": 320})
    chart.set_legend({"position": "bottom"})
    return chart


def _sheet_name(text: str) -> str:
    """Excel allows 31 characters and none of these.

    >>> _sheet_name("By: department / shop")
    'By- department - shop'
    """
    for char in "[]:*?/\\":
        text = text.replace(char, "-")
    return text[:31]
