from odoo import fields, models


class CareAppraisalOutcome(models.Model):
    """What an appraisal may lead to: pay, promotion, praise, criticism, training or
    transfer (P04.10); managers write it."""

    _name = "care.appraisal.outcome"
    _description = "Outcome of an appraisal"
    _order = "sequence, id"
    _pack_key = "code"

    code = fields.Char(required=True, copy=False)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_training = fields.Boolean(
        "Leads to training",
        help="Whoever gets it is owed training until the next appraisal is better.",
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the outcome is there for all companies."
    )

    _code_uniq = models.UniqueIndex(
        "(code, company_id) NULLS NOT DISTINCT",
        "This code is taken. Choose another code.",
    )
