from odoo import fields, models


class ComplaintFlag(models.Model):
    """A circumstance that makes a complaint worse (press, crowd at the door ...). Kept
    by a complaint manager or brought by a policy; the receiver ticks it on a case."""

    _name = "complaint.flag"
    _description = "Complaint Flag"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "color", "description")

    color = fields.Integer()
    description = fields.Text(translate=True)
    company_id = fields.Many2one(default=None)
