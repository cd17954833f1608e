from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintSeverityWizard(models.TransientModel):
    """The window that asks why a severity is lowered."""

    _name = "complaint.severity.wizard"
    _description = "Lower the Severity"
    _inherit = ["care.link.mixin"]

    case_id = fields.Many2one("complaint.case", required=True, ondelete="cascade")
    current_id = fields.Many2one(related="case_id.severity_id", string="Now")
    severity_id = fields.Many2one("complaint.severity", required=True)
    reason = fields.Char(required=True)

    @api.model
    def _title(self):
        return self.env._("Lower the severity")

    def action_lower(self):
        self.ensure_one()
        self.case_id.check_access("write")
        self.case_id._check_not_closed({"name": self.case_id.name})
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the severity is lowered."))
        self.case_id._change_severity(self.severity_id, reason=self.reason)
        return {"type": "ir.actions.act_window_close"}
