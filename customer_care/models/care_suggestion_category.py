from odoo import fields, models


class CareSuggestionCategory(models.Model):
    """A kind of suggestion, such as service process or product; managers write it."""

    _name = "care.suggestion.category"
    _description = "Kind of suggestion"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the kind is there for every company."
    )
