from odoo import fields, models


class CareRegistrationRuling(models.TransientModel):
    """The window in which a claim is ruled, with the reasons."""

    _name = "care.registration.ruling"
    _description = "Rule a claim"
    _inherit = ["care.link.mixin"]

    claim_id = fields.Many2one("care.registration.claim", required=True, readonly=True)
    proposal = fields.Selection(related="claim_id.proposal")
    proposal_text = fields.Char(related="claim_id.proposal_text")
    ruling = fields.Text("Reasons")

    def action_uphold(self):
        """Give the customer to the claimant."""
        self.ensure_one()
        self.claim_id._rule("upheld", self.ruling)
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Leave the customer where it is."""
        self.ensure_one()
        self.claim_id._rule("refused", self.ruling)
        return {"type": "ir.actions.act_window_close"}
