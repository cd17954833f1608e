import base64

from odoo import fields, models

from ..models.care_approval_decision import DECISIONS


class CareApprovalComment(models.TransientModel):
    """The words and the file a decider gives with a decision on one or more approvals.

    The decider fills it in; it hands the decision over to the approvals.
    """

    _name = "care.approval.comment"
    _description = "Comment on a decision"
    _inherit = ["care.link.mixin"]

    approval_ids = fields.Many2many("care.approval", required=True, readonly=True)
    decision = fields.Selection(DECISIONS, required=True)
    comment = fields.Text()
    file = fields.Binary("Attachment", attachment=False)
    file_name = fields.Char()

    def action_confirm(self):
        """Decide as the current user."""
        self.ensure_one()
        attachment = None
        if self.file:
            attachment = (self.file_name or "file", base64.b64decode(self.file))
        found = self.approval_ids._decide_many(self.decision, self.comment, attachment)
        close = {"type": "ir.actions.act_window_close"}
        if found is True:
            return close
        found["params"]["next"] = close
        return found
