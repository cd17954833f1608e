from odoo import fields, models


class CareRegistrationCancel(models.TransientModel):
    """The window in which a line of the register is cancelled, with the reason."""

    _name = "care.registration.cancel"
    _description = "Cancel a registration"
    _inherit = ["care.link.mixin"]

    registration_id = fields.Many2one("care.registration", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_cancel_line(self):
        """Strike the line through."""
        self.ensure_one()
        self.registration_id._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
