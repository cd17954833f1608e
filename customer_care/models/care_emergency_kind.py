from odoo import fields, models


class CareEmergencyKind(models.Model):
    """A kind of emergency, such as a product hazard; managers write it (P04.11)."""

    _name = "care.emergency.kind"
    _description = "Kind of emergency"
    _order = "sequence, id"
    _pack_key = "code"

    code = fields.Char(required=True, copy=False)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the kind is there for every company."
    )

    _code_uniq = models.UniqueIndex(
        "(code, company_id) NULLS NOT DISTINCT",
        "This code is taken. Choose another code.",
    )
