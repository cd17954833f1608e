from odoo import api, fields, models


class ComplaintReasonWizard(models.TransientModel):
    """The window that asks why a case is cancelled or reopened."""

    _name = "complaint.reason.wizard"
    _description = "Reason of a Step"
    _inherit = ["care.link.mixin"]

    case_id = fields.Many2one("complaint.case", required=True, ondelete="cascade")
    step = fields.Selection([("cancel", "Cancel"), ("reopen", "Reopen")], required=True)
    reason = fields.Text(required=True)

    @api.model
    def _title(self, step):
        if step == "reopen":
            return self.env._("Reopen the case")
        return self.env._("Cancel the case")

    def action_apply(self):
        self.ensure_one()
        self.case_id.check_access("write")
        if self.step == "reopen":
            self.case_id._reopen(self.reason)
        else:
            self.case_id._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
