"""A round of satisfaction as an Excel workbook with native charts."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

import xlsxwriter

from .callback_xlsx import sheet_name


def build(
    words: Mapping[str, str],
    facts: Sequence[tuple[str, object]],
    tables: Sequence[Mapping],
    made_at: datetime,
) -> bytes:
    """Return the workbook: a sheet for each table, with a chart of its figures.

    `words`: title. `facts`: (label, value) above the first table. `tables`: {"name":
    str, "heads": column heads, "rows": cells in the same order, "figure": number of the
    column that is drawn}. Same input, same bytes: `made_at` is the only time.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": words["title"], "created": made_at})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "number": book.add_format({"num_format": "0.00"}),
    }
    for number, table in enumerate(tables):
        _sheet(book, words, facts if not number else (), table, formats)
    book.close()
    return stream.getvalue()


def _sheet(book, words, facts, table, formats):
    name = sheet_name(table["name"])
    page = book.add_worksheet(name)
    page.set_column(0, 0, 36)
    page.set_column(1, len(table["heads"]), 16)
    page.write(0, 0, words["title"], formats["title"])
    for line, (label, value) in enumerate(facts, 1):
        page.write(line, 0, label)
        page.write(line, 1, "–" if value is None else value)
    top = len(facts) + 2
    for column, head in enumerate(table["heads"]):
        page.write(top, column, head, formats["head"])
    for line, row in enumerate(table["rows"], top + 1):
        for column, cell in enumerate(row):
            shape = formats["number"] if isinstance(cell, float) else None
            page.write(line, column, "–" if cell is None else cell, shape)
    page.freeze_panes(top + 1, 1)
    count = len(table["rows"])
    if count:
        page.insert_chart(top + count + 3, 0, _chart(book, name, table, top, count))


def _chart(book, name, table, top, count):
    column = table["figure"]
    chart = book.add_chart({"type": "bar" if count > 8 else "column"})
    chart.add_series(
        {
            "name": [name, top, column],
            "categories": [name, top + 1, 0, top + count, 0],
            "values": [name, top + 1, column, top + count, column],
            "data_labels": {"value": True},
        }
    )
    chart.set_title({"name": table["name"]})
    chart.set_size({"width": 760, "height": max(320, 22 * count)})
    chart.set_legend({"none": True})
    return chart
