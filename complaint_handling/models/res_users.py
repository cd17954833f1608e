from odoo import api, fields, models


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
    complaint_closed_callback_ids = fields.Many2many(
        "care.callback",
        string="Callbacks about such complaints",
        compute="_compute_complaint_closed",
        compute_sudo=True,
        groups="base.group_system",
    )
    complaint_closed_improvement_ids = fields.Many2many(
        "care.improvement",
        string="Improvements about such complaints",
        compute="_compute_complaint_closed",
        compute_sudo=True,
        groups="base.group_system",
    )

    @api.depends("complaint_accused_case_ids")
    def _compute_complaint_closed(self):
        callbacks = self.env["care.callback"].with_context(active_test=False)
        improvements = self.env["care.improvement"].with_context(active_test=False)
        for user in self:
            ids = user.with_context(active_test=False).complaint_accused_case_ids.ids
            about = [("res_model", "=", "complaint.case"), ("res_id", "in", ids)]
            user.complaint_closed_callback_ids = (
                callbacks.search(about) if ids else callbacks
            )
            user.complaint_closed_improvement_ids = (
                improvements.search(about) if ids else improvements
            )
