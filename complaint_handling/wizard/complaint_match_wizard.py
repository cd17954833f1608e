from odoo import api, fields, models


class ComplaintMatchWizard(models.TransientModel):
    """The window in which the receiver chooses the customer among those who fit."""

    _name = "complaint.match.wizard"
    _description = "Choose the Customer"
    _inherit = ["care.link.mixin"]

    case_id = fields.Many2one("complaint.case", required=True, ondelete="cascade")
    candidate_ids = fields.Many2many(related="case_id.candidate_ids")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        domain="[('id', 'in', candidate_ids)]",
    )

    @api.model
    def _title(self):
        return self.env._("Customers who fit")

    def action_choose(self):
        self.ensure_one()
        self.case_id.write({"partner_id": self.partner_id.id})
        return {"type": "ir.actions.act_window_close"}
