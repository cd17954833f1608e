from odoo import api, models

from ..logic import credit_code, import_day
from ..tools.import_rows import FROM_SCREEN


class IrFieldsConverter(models.AbstractModel):
    """Imported values: an external id of a hidden record is an unknown one, a day is
    read strictly, and a customer is the one that is meant or none."""

    _inherit = "ir.fields.converter"

    def _xmlid_to_record_id(self, xmlid, model):
        found = super()._xmlid_to_record_id(xmlid, model)
        if found and not model.browse(found).exists():
            return None
        return found

    @api.model
    def _str_to_date(self, model, field, value, savepoint):
        if self._care_is_file(value) and not import_day.parse(value):
            raise self._format_import_error(
                ValueError,
                self.env._(
                    "“%(value)s” is no day of the calendar. Write “%%(field)s” like "
                    "1985-02-28, or give the cells in Excel the format of a date."
                ),
                {"value": value},
            )
        return super()._str_to_date(model, field, value, savepoint)

    @api.model
    def _str_to_datetime(self, model, field, value, savepoint):
        if self._care_is_file(value) and not import_day.parse(value):
            raise self._format_import_error(
                ValueError,
                self.env._(
                    "“%(value)s” is no time of a day. Write “%%(field)s” like "
                    "2026-02-28 10:30:00, or give the cells in Excel the format of a "
                    "date."
                ),
                {"value": value},
            )
        return super()._str_to_datetime(model, field, value, savepoint)

    def _care_is_file(self, value):
        return self.env.context.get(FROM_SCREEN) and isinstance(value, str)

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        """A customer is found by its credit code too, and never one of several; a
        class of customers is one of the kind that the column wants."""
        if subfield is None and value and self.env.context.get(FROM_SCREEN):
            if field.comodel_name == "res.partner":
                found = self._care_customer(field, value)
                if found:
                    return found, []
            elif field.comodel_name == "care.segment" and isinstance(
                field.domain, list
            ):
                self = self.with_context(care_segment_domain=field.domain)
        return super().db_id_for(model, field, subfield, value, savepoint)

    def _care_customer(self, field, value):
        """Return the id of the customer with this credit code; refuse a name that
        several have, for one of them would be taken."""
        self.env.context.get("import_flush", lambda **kw: None)(model="res.partner")
        partners = self.env["res.partner"]
        code = credit_code.clean(value)
        field_of_code = partners._fields["credit_code"]
        if credit_code.is_valid(code) and partners._has_field_access(
            field_of_code, "read"
        ):
            found = partners.search([("credit_code", "=", code)], limit=2)
            if len(found) == 1:
                return found.id
        found = partners.name_search(name=value, operator="=", limit=2)
        if len(found) > 1:
            raise self._format_import_error(
                ValueError,
                self.env._(
                    "Several customers are called “%(name)s”. Write the credit code of "
                    "the one meant into “%%(field)s”."
                ),
                {"name": value},
            )
        return found and found[0][0]
