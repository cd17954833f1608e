from odoo import models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    """Who is asked for an approval keeps the activity until the approval is decided.

    An activity is as secret as the record it is on."""

    _name = "mail.activity"
    _inherit = ["care.secrecy.follow.mixin", "mail.activity"]

    def _check_asked(self):
        """Refuse to take an open approval off the list of who decides it."""
        if self.env.su:
            return
        asked = self.sudo().filtered(
            lambda row: (
                row.automated and row.active and row.res_model == "care.approval"
            )
        )
        ids = set(asked.mapped("res_id"))
        for approval in self.env["care.approval"].sudo().browse(ids).exists():
            if approval.state == "pending":
                raise UserError(
                    self.env._(
                        "“%(approval)s” waits for your decision. Open it, and approve "
                        "or reject it there.",
                        approval=approval.name,
                    )
                )

    def _action_done(self, feedback=False, attachment_ids=None):
        self._check_asked()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def write(self, vals):
        if {"active", "user_id", "res_id", "res_model_id", "automated"} & vals.keys():
            self._check_asked()
        return super().write(vals)

    def unlink(self):
        self._check_asked()
        return super().unlink()

    def _check_access(self, operation):
        """One on a hidden record is refused as one on a record that is not there."""
        result = super()._check_access(operation)
        mask = self.env["care.mask"]
        if not result or not mask._on():
            return result
        if operation == "create":
            return result[0], lambda: result[0]._make_access_error(operation)
        unknown = result[0]._unknown()
        if not unknown:
            return result
        return result[0], lambda: mask._missing_error(unknown)
