from datetime import date

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

# kinds of fields a customer can check in words
KINDS = ("char", "text", "date", "selection", "many2one")
STANDARD = "name, phone, email, website, street, city, zip, industry_id"
_USER = "customer_care.customer_care_group_user"
# never shown on a page without login, whatever a rule says
_CLOSED = frozenset({"parent_id", "company_id", "user_id", "comment"})


class CareDataReviewFields(models.AbstractModel):
    """How a field of a contact is shown to the customer as words, and how the words
    he answers become a value again. Nothing is stored."""

    _name = "care.data.review.fields"
    _description = "Fields that customers check"

    @api.model
    def _is_known(self, name):
        """Return whether customers can check the field."""
        field = self.env["res.partner"]._fields.get(name)
        return bool(
            field
            and field.type in KINDS
            and field.store
            and not field.readonly
            and not field.company_dependent
            and name not in _CLOSED
            and field.groups in (None, False, "", _USER)
            and self._is_open_link(field)
            and not name.startswith(("secrecy_", "care_secret"))
        )

    @api.model
    def _is_open_link(self, field):
        """Return whether a field names nobody and nothing that may be classified."""
        if field.type != "many2one":
            return True
        mask = self.env["care.mask"]
        return field.comodel_name != "res.users" and not mask._hideable(
            field.comodel_name
        )

    @api.model
    def _label(self, name):
        field = self.env["res.partner"]._fields[name]
        return field.get_description(self.env, ["string"])["string"]

    @api.model
    def _words(self, partner, name):
        """Return the value as the customer reads it, empty for none."""
        field, value = partner._fields[name], partner[name]
        if field.type == "many2one":
            return value.sudo().name or ""
        if field.type == "selection":
            choices = dict(field._description_selection(self.env))
            return choices.get(value) or ""
        if field.type == "date":
            return format_date(self.env, value) if value else ""
        return value or ""

    @api.model
    def _value(self, partner, name, words):
        """Return the value that the words mean.

        :raise UserError: they name no choice, no record or no date
        """
        field, words = partner._fields[name], (words or "").strip()
        if field.type in ("char", "text") or not words:
            return words or False
        found = getattr(self, f"_value_{field.type}")(field, words)
        if not found:
            raise UserError(
                self.env._(
                    "“%(words)s” is no %(field)s that we know. Correct the new value "
                    "of %(partner)s, or refuse it.",
                    words=words,
                    field=self._label(name),
                    partner=partner.display_name,
                )
            )
        return found

    def _value_selection(self, field, words):
        choices = field._description_selection(self.env)
        return next((key for key, label in choices if words in (key, label)), False)

    def _value_many2one(self, field, words):
        model = self.env[field.comodel_name]
        return model.search([(model._rec_name, "=ilike", words)], limit=1).id

    def _value_date(self, _field, words):
        for part in ("年", "月", "/", "."):
            words = words.replace(part, "-")
        try:
            return date(*map(int, words.rstrip("日").split("-")))
        except (ValueError, TypeError):
            return False
