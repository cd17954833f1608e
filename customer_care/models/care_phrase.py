import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_PLACE = re.compile(r"\{([^{}]*)\}")


class CarePhrase(models.Model):
    """Standard wording for one situation: a greeting, the opening of a call.

    Managers and policy packs write it. Greetings put in the names where it says
    {contact}, {customer}, {occasion}, {company} or {user}; people copy it.
    """

    _name = "care.phrase"
    _description = "Standard wording"
    _inherit = ["care.pack.row.mixin"]
    _order = "use, sequence, id"
    _pack_fields = ("name", "sequence", "use", "body", "hint")

    use = fields.Selection(
        [
            ("greeting", "Greeting"),
            ("opening", "Opening of a call"),
            ("visit", "Visit"),
            ("thanks", "Thanks"),
            ("apology", "Apology"),
            ("complaint", "Answer to a complaint"),
            ("closing", "Closing"),
            ("warning", "Warning"),
            ("other", "Other"),
        ],
        "Used for",
        required=True,
        default="greeting",
    )
    body = fields.Text(
        "Wording",
        required=True,
        translate=True,
        help="{contact}, {customer}, {occasion}, {company} and {user} are replaced.",
    )
    hint = fields.Text("When to use it", translate=True)
    copy_text = fields.Text(compute="_compute_copy_text")
    company_id = fields.Many2one(help="Empty: the wording is for every company.")

    @api.depends("body")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_copy_text(self):
        """The wording with the names that are known here."""
        known = {"company": self.env.company.name, "user": self.env.user.name}
        for phrase in self:
            text = phrase.body or ""
            for name, value in known.items():
                text = text.replace(f"{{{name}}}", value)
            phrase.copy_text = text

    @api.model
    def _places(self):
        return ("contact", "customer", "occasion", "company", "user")

    @api.constrains("body")
    def _check_places(self):
        for phrase in self:
            unknown = set(_PLACE.findall(phrase.body or "")) - set(self._places())
            if unknown:
                raise ValidationError(
                    self.env._(
                        "“%(phrase)s” names {%(place)s}, which nothing replaces. Use "
                        "%(known)s.",
                        phrase=phrase.name,
                        place=sorted(unknown)[0],
                        known=", ".join(f"{{{name}}}" for name in self._places()),
                    )
                )

    @api.model
    def _fill(self, text, values):
        """Return `text` with the {places} replaced; nothing of it is evaluated."""
        known = self._places()
        return _PLACE.sub(
            lambda found: (
                str(values.get(found[1]) or "") if found[1] in known else found[0]
            ),
            text or "",
        )
