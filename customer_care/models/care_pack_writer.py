from odoo import api, models
from odoo.fields import Command

from ..logic.pack import dump, words
from ..logic.pack_order import keep_in_order
from .care_pack_codec import NUMBERS, WORDS


class CarePackWriter(models.AbstractModel):
    """Writes plain rows of a pack into rules and their lines; it keeps no records.

    A line that stays the same stays the same record: what ran under it points to it.
    """

    _name = "care.pack.writer"
    _description = "Writing of pack rows"
    _inherit = ["care.pack.codec"]

    @api.model
    def _write_row(self, model, record, row, company, more):
        """Create the rule of a plain row, or bring `record` to it; return it."""
        pairs = {}
        vals = self._decode_fields(model, row, company, record, pairs) | more
        vals = model._pack_prepare(vals, company, record)
        if record:
            record.write(vals)
        else:
            vals |= {"code": row["code"], "company_id": company.id}
            record = model.create(vals)
        self._write_lines(record, row, company, record, pairs)
        return record

    @api.model
    def _decode_fields(self, model, row, company, record, pairs):
        """Return the values to write for a plain row, words in English.

        `pairs` is filled with {(model, id, field): [(row of a line, its record or
        none)]} of the lines that exist already.
        """
        defaults = self._defaults(model)
        vals = {}
        for name in model._pack_fields:
            field = model._fields[name]
            value = row.get(name, defaults.get(name, self._nothing(field)))
            if field.type == "one2many":
                vals[name] = self._decode_lines(field, value, company, record, pairs)
            elif not (field.relational and self._is_line(self.env[field.comodel_name])):
                vals[name] = self._decode_value(field, value, company)
        return vals

    @api.model
    def _decode_value(self, field, value, company, owner=None):
        if field.type in WORDS and field.translate:
            return words(value).get("en_US") or False
        if field.type in ("many2one", "many2many"):
            comodel = self.env[field.comodel_name]
            keys = value if field.type == "many2many" else [value] if value else []
            ids = [self._find(comodel, key, company, owner).id for key in keys]
            if field.type == "many2many":
                return [Command.set([id_ for id_ in ids if id_])]
            return ids[0] if ids else False
        return value if field.type in (*NUMBERS, "boolean") else value or False

    @api.model
    def _decode_lines(self, field, rows, company, record, pairs):
        """Return the commands that turn the lines of `record` into `rows`."""
        comodel = self.env[field.comodel_name]
        if not record:
            return [
                Command.create(self._decode_fields(comodel, row, company, None, pairs))
                for row in rows
            ]
        old = record[field.name]
        found = self._pair_lines(comodel, old, rows)
        pairs[record._name, record.id, field.name] = found
        kept = comodel.union(*(line for __, line in found))
        commands = [Command.delete(line.id) for line in old - kept]
        for row, line in found:
            vals = self._decode_fields(comodel, row, company, line, pairs)
            commands.append(
                Command.update(line.id, vals) if line else Command.create(vals)
            )
        return commands

    @api.model
    def _pair_lines(self, comodel, old, rows):
        """Return [(row, line that becomes it or none)]."""
        nothing = comodel.browse()
        if "code" in comodel._pack_fields:
            by_code = {line.code: line for line in old}
            return [(row, by_code.get(row.get("code"), nothing)) for row in rows]
        places = [row.get("sequence", 10) for row in rows]
        sorted_by_value = "sequence" in comodel._pack_fields and all(
            a < b for a, b in zip(places, places[1:], strict=False)
        )
        kept = keep_in_order(
            [dump(self._encode_fields(line)) for line in old],
            [dump(row) for row in rows],
            sorted_by_value,
        )
        return [
            (row, nothing if place is None else old[place])
            for row, place in zip(rows, kept, strict=True)
        ]

    @api.model
    def _write_lines(self, record, row, company, owner, pairs):
        """Write what could not be written with the values: the other languages, and
        the links to lines of the same rule; of the row and of its lines."""
        self._write_links(record, row, company, owner)
        self._write_words(record, row)
        for name in record._pack_fields:
            if record._fields[name].type != "one2many":
                continue
            found = pairs.get((record._name, record.id, name))
            lines, rows = record[name], row.get(name, [])
            if found is None:
                found = zip(rows, lines.sorted("id"), strict=True)
            else:
                kept = lines.browse().union(*(line for __, line in found))
                fresh = iter((lines - kept).sorted("id"))
                found = [(child, line or next(fresh)) for child, line in found]
            for child_row, line in found:
                self._write_lines(line, child_row, company, owner, pairs)

    @api.model
    def _write_links(self, record, row, company, owner):
        for name in record._pack_fields:
            field = record._fields[name]
            if field.type not in ("many2one", "many2many"):
                continue
            if self._is_line(self.env[field.comodel_name]):
                value = row.get(name, self._nothing(field))
                record[name] = self._decode_value(field, value, company, owner)

    @api.model
    def _write_words(self, record, row):
        """Write the other languages of a row; a language the pack is silent about
        falls back to English."""
        langs = {code for code, __ in self.env["res.lang"].get_installed()}
        english = record.with_context(lang="en_US")
        for name in record._pack_fields:
            field = record._fields[name]
            if field.type in WORDS and field.translate and row.get(name):
                texts = self._known_words(words(row[name]))
                stored = field._get_stored_translations(record) or {}
                new = {lang: texts.get(lang, False) for lang in langs if lang in stored}
                english.update_field_translations(name, new | texts)
