from odoo import fields, models


class CareProjectCostKind(models.Model):
    """A kind of cost of projects, such as material or subcontracts. Managers and
    policy packs write it."""

    _name = "care.project.cost.kind"
    _description = "Kind of project cost"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence")

    line_ids = fields.One2many("care.project.cost", "kind_id", "Cost lines")
