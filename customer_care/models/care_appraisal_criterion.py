from odoo import fields, models


class CareAppraisalCriterion(models.Model):
    """One thing that is judged in an appraisal, with its weight; managers write it."""

    _name = "care.appraisal.criterion"
    _description = "What is judged in an appraisal"
    _order = "scheme_id, sequence, id"
    _pack_fields = ("sequence", "name", "hint", "weight")

    scheme_id = fields.Many2one(
        "care.appraisal.scheme", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="scheme_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("What is judged", required=True, translate=True)
    hint = fields.Char(translate=True)
    weight = fields.Float(required=True, default=100)

    _weight_positive = models.Constraint(
        "CHECK (weight > 0)", "A weight is more than 0."
    )
