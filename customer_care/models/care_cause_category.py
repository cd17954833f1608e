from odoo import fields, models


class CareCauseCategory(models.Model):
    """A kind of cause (people, process, material ...); managers and packs write the
    list, improvements and their figures use it."""

    _name = "care.cause.category"
    _description = "Kind of cause"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "description")

    description = fields.Text(translate=True)
