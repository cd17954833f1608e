from odoo import fields, models


class CareSatisfactionPoint(models.Model):
    """The points one form gives one factor, or that it gives none. Written by the
    engine, in one statement for many forms."""

    _name = "care.satisfaction.point"
    _description = "Points of a factor"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "answer_id, factor_id"
    _rec_name = "factor_id"
    _log_access = False

    answer_id = fields.Many2one(
        "care.satisfaction.answer",
        "Survey answer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    factor_id = fields.Many2one(
        "care.satisfaction.factor",
        "Rated factor",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company")
    points = fields.Float(digits=(16, 6), aggregator="avg")
    weight = fields.Float(digits=(6, 3), aggregator=None)
    state = fields.Selection(
        [
            ("given", "Answered"),
            ("not_applicable", "Does not apply"),
            ("missing", "Not answered"),
        ],
        required=True,
    )
