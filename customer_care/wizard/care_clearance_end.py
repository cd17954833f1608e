from odoo import fields, models
from odoo.exceptions import UserError


class CareClearanceEnd(models.TransientModel):
    """Why clearances, proofs or grants end now; a security officer's words."""

    _name = "care.clearance.end"
    _description = "End of a clearance, a proof or a grant"
    _inherit = ["care.link.mixin"]

    clearance_ids = fields.Many2many(
        "care.clearance", "care_clearance_end_clearance_rel", readonly=True
    )
    proof_ids = fields.Many2many(
        "care.clearance.proof", "care_clearance_end_proof_rel", readonly=True
    )
    grant_ids = fields.Many2many(
        "care.access.grant", "care_clearance_end_grant_rel", readonly=True
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        """End them at this moment."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why it ends."))
        if self.clearance_ids:
            self.clearance_ids._withdraw(self.reason)
        if self.proof_ids:
            self.proof_ids._check_officer()
            self.proof_ids.check_access("read")
            self.proof_ids._end(fields.Datetime.now(), self.reason)
        if self.grant_ids:
            self.grant_ids._revoke(self.reason)
        return {"type": "ir.actions.act_window_close"}
