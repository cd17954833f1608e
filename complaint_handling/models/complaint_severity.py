from odoo import fields, models


class ComplaintSeverity(models.Model):
    """How bad a complaint is; kept by a complaint manager or brought by a policy.
    Deadlines, approvals and callbacks ask for it in their domains."""

    _name = "complaint.severity"
    _description = "Complaint Severity"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "color", "is_major", "description")

    sequence = fields.Integer(help="Higher is worse.")
    company_id = fields.Many2one(default=None)
    color = fields.Integer()
    is_major = fields.Boolean(
        string="Major",
        help="A case of this severity is a major complaint: it is told to those named "
        "for that at once, and a crisis group may be called.",
    )
    description = fields.Text(translate=True)
