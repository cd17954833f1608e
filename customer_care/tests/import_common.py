"""Builders for tests of imports: workbooks, and Odoo's own import of them."""

import io

import openpyxl

_OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "date_format": "",
    "datetime_format": "",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "advanced": True,
}


def workbook(*rows):
    """Return the bytes of a workbook with these rows."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(stream)
    return stream.getvalue()


def window(env, model, content):
    """Return the import window of `env.user` with a file."""
    return env["base_import.import"].create(
        {
            "res_model": model,
            "file": content,
            "file_name": "import.xlsx",
            "file_type": "application/vnd.openxmlformats-officedocument."
            "spreadsheetml.sheet",
        }
    )


def execute(env, model, content, dryrun=False, names=None):
    """Import a file as the screen does: look at it, take the fields that Odoo finds
    for its headings, and import it. Return (result, {heading: field})."""
    importing = window(env, model, content)
    preview = importing.parse_preview(dict(_OPTIONS))
    assert "error" not in preview, preview["error"]
    matches = preview["matches"] or {}
    matches = {int(place): "/".join(path) for place, path in matches.items()}
    headings = preview["headers"]
    found = names or [matches.get(place, False) for place in range(len(headings))]
    options = _OPTIONS | preview["options"]
    result = importing.execute_import(found, headings, options, dryrun=dryrun)
    return result, dict(zip(headings, found, strict=True))


def rows_of(result):
    """Return {row as Excel counts: sentences} of the errors of an import."""
    told = {}
    for message in result["messages"]:
        row = message["rows"]["from"] + 2 if message.get("rows") else 0
        told.setdefault(row, []).append(message["message"])
    return told
