from odoo import fields, models


class CareIntent(models.Model):
    """How far a customer wants to buy. Managers and packs write it."""

    _name = "care.intent"
    _description = "Intent"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "is_intending")

    is_intending = fields.Boolean(
        "Intending",
        help="With contact details, a customer of this intent counts as intending.",
    )
