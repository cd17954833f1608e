import difflib

from odoo import api, fields, models

from ..logic.pack import fingerprint, plain_words, words

NUMBERS = ("integer", "float", "monetary")
WORDS = ("char", "text", "html")


class CarePackCodec(models.AbstractModel):
    """Turns rules into the plain rows of a pack and back; it keeps no records.

    A plain row holds numbers, texts, {lang: text} and lists, with natural keys for
    records. Two rows are the same rule when they are equal.
    """

    _name = "care.pack.codec"
    _description = "Reading and writing of pack rows"
    _inherit = ["care.pack.names"]

    @api.model
    def _defaults(self, model):
        """Return {field: default} of the plain fields of a pack row of `model`."""
        found = model.default_get(list(model._pack_fields))
        return {
            name: self._plain_value(model._fields[name], found[name])
            for name in model._pack_fields
            if name in found and not model._fields[name].relational
        }

    @api.model
    def _plain_value(self, field, value):
        """Return a scalar as packs write it: whole floats as integers, no False."""
        if field.type == "boolean":
            return bool(value)
        if field.type in NUMBERS:
            number = value or 0
            return int(number) if number == int(number) else number
        if field.type == "date":
            return fields.Date.to_string(fields.Date.to_date(value)) or ""
        if field.type == "datetime":
            return fields.Datetime.to_string(fields.Datetime.to_datetime(value)) or ""
        return value or ""

    # -------------------------------------------------------------- encoding

    @api.model
    def _encode(self, record):
        """Return the plain row of a rule, without what equals the field's default."""
        row = {"code": record.code, "clause": record.clause_id.code or ""}
        return row | self._encode_fields(record)

    @api.model
    def _encode_fields(self, record):
        defaults = self._defaults(record)
        row = {}
        for name in record._pack_fields:
            value = self._encode_value(record, record._fields[name])
            if value != defaults.get(name, self._nothing(record._fields[name])):
                row[name] = value
        return row

    @api.model
    def _nothing(self, field):
        if field.type == "boolean":
            return False
        if field.type in NUMBERS:
            return 0
        return [] if field.type in ("one2many", "many2many") else ""

    @api.model
    def _encode_value(self, record, field):
        value = record[field.name]
        if field.type in WORDS and field.translate:
            return self._encode_words(record, field)
        if field.type == "many2one":
            return self._key_of(value, record) if value else ""
        if field.type == "many2many":
            return sorted(self._key_of(item, record) for item in value)
        if field.type == "one2many":
            return [self._encode_fields(child) for child in value]
        return self._plain_value(field, value)

    @api.model
    def _encode_words(self, record, field):
        """Return the words in the languages in use, as one text where all agree."""
        stored = field._get_stored_translations(record) or {}
        return plain_words(self._known_words(stored)) or ""

    @api.model
    def _known_words(self, texts):
        """Drop the languages that are not in use here."""
        langs = {code for code, __ in self.env["res.lang"].get_installed()}
        return {lang: t for lang, t in texts.items() if lang in langs | {"en_US"}}

    @api.model
    def _fingerprint(self, record):
        return fingerprint(self._encode(record))

    # ----------------------------------------------------------- normalising

    @api.model
    def _normalise(self, model, row, pack, path, company):
        """Return the row of a pack in the form `_encode` gives.

        :raise PackError: an unknown field, a value of the wrong type, a record that
            does not exist
        """
        result = {"code": row["code"], "clause": row["clause"]}
        rest = {key: row[key] for key in row if key not in result}
        return result | self._normalise_fields(model, rest, pack, path, company)

    @api.model
    def _normalise_fields(self, model, row, pack, path, company):
        if not isinstance(row, dict):
            raise pack.fail("not_mapping", *path, key=path[-1])
        for key in row:
            if key not in model._pack_fields:
                near = difflib.get_close_matches(key, model._pack_fields, 1)
                known = ", ".join(near or model._pack_fields)
                raise pack.fail("unknown_key", *path, key, key=key, known=known)
        defaults = self._defaults(model)
        result = {}
        for name in model._pack_fields:
            field = model._fields[name]
            nothing = self._nothing(field)
            default = defaults.get(name, nothing)
            value = row.get(name)
            if value is None:
                value = default
            else:
                value = self._normalise_value(
                    field, value, pack, (*path, name), company
                )
            if field.required and not value and nothing == "":
                raise pack.fail("missing_key", *path, key=name)
            if value != default:
                result[name] = value
        return result

    @api.model
    def _normalise_value(self, field, value, pack, path, company):
        comodel = self.env[field.comodel_name] if field.relational else None
        if field.type in ("one2many", "many2many"):
            if not isinstance(value, list):
                raise pack.fail("not_list", *path, key=field.name)
            if field.type == "one2many":
                return [
                    self._normalise_fields(comodel, row, pack, (*path, i), company)
                    for i, row in enumerate(value)
                ]
            for index, key in enumerate(value):
                self._check_key(comodel, key, pack, (*path, index), company)
            return sorted(value)
        if field.type == "many2one":
            if value:
                self._check_key(comodel, value, pack, path, company)
            return value
        return self._normalise_scalar(field, value, pack, path)

    @api.model
    def _normalise_scalar(self, field, value, pack, path):
        if field.type in WORDS and field.translate:
            if isinstance(value, dict) and not (
                "en_US" in value and all(isinstance(t, str) for t in value.values())
            ):
                raise pack.fail("no_english", *path, key=field.name)
            if isinstance(value, str | dict):
                return plain_words(self._known_words(words(value))) or ""
        if field.type == "selection":
            known = field.get_values(self.env)
            if value and value not in known:
                raise pack.fail(
                    "unknown_value", *path, value=value, known=", ".join(known)
                )
            return value
        wanted = {"boolean": bool, "integer": int, "float": int | float}
        wanted["monetary"] = wanted["float"]
        is_flag = isinstance(value, bool)
        if is_flag != (field.type == "boolean") or not isinstance(
            value, wanted.get(field.type, str)
        ):
            raise pack.fail("bad_value", *path, key=field.name)
        try:
            return self._plain_value(field, value)
        except ValueError as error:  # no date
            raise pack.fail("bad_value", *path, key=field.name) from error
