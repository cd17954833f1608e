from odoo import fields, models


class CareObligationWaive(models.TransientModel):
    """Asks a manager why obligations are waived. The user fills it in."""

    _name = "care.obligation.waive"
    _description = "Waive obligations"
    _inherit = ["care.link.mixin"]

    obligation_ids = fields.Many2many("care.obligation", string="Obligations")
    reason = fields.Text(required=True)

    def action_waive(self):
        """Waive the obligations for the reason given."""
        for wizard in self:
            wizard.obligation_ids._waive(wizard.reason)
        return {"type": "ir.actions.act_window_close"}
