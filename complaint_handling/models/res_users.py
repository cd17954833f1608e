from odoo import fields, models


class ResUsers(models.Model):
    """A user knows the cases against him only to be kept away from all they left."""

    _inherit = "res.users"

    complaint_accused_case_ids = fields.Many2many(
        "complaint.case",
        "complaint_case_accused_rel",
        "user_id",
        "case_id",
        string="Complaints about this person",
        readonly=True,
        groups="base.group_system",
        copy=False,
    )
