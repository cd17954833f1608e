from odoo import fields, models


class CareTrainingTopic(models.Model):
    """A content of training, such as products or information security (P04.08);
    managers write it."""

    _name = "care.training.topic"
    _description = "Content of training"
    _order = "sequence, id"

    code = fields.Char(required=True, copy=False)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the content is there for all companies."
    )

    _code_uniq = models.UniqueIndex(
        "(code, company_id) NULLS NOT DISTINCT",
        "This code is taken. Choose another code.",
    )
