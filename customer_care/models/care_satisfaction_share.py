from odoo import fields, models


class CareSatisfactionShare(models.Model):
    """What the score of one subsidiary weighs in the year of the company above it.
    Managers write it; without rows all subsidiaries weigh the same."""

    _name = "care.satisfaction.share"
    _description = "Weight of a subsidiary"
    _inherit = ["care.link.mixin"]
    _order = "programme_id, id"

    programme_id = fields.Many2one(
        "care.satisfaction.programme",
        "Survey programme",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", "Subsidiary", required=True, index=True, ondelete="cascade"
    )
    weight = fields.Float(digits=(8, 3), required=True, default=1)

    _company_uniq = models.UniqueIndex(
        "(programme_id, company_id)", "This subsidiary has a weight already."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "The weight of a subsidiary is 0 or more."
    )
