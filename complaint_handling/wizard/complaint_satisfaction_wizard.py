from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.complaint_aftercare_mixin import SATISFACTION


class ComplaintSatisfactionWizard(models.TransientModel):
    """The window in which the customer's satisfaction with the result is noted."""

    _name = "complaint.satisfaction.wizard"
    _description = "Satisfaction with the Result"
    _inherit = ["care.link.mixin"]

    case_id = fields.Many2one("complaint.case", required=True, ondelete="cascade")
    satisfaction = fields.Selection(SATISFACTION, required=True)
    reaction = fields.Text(
        string="Reaction of the customer",
        help="In the customer's words. Empty: what is on the case stays.",
    )

    @api.model
    def _title(self):
        return self.env._("Ask for satisfaction")

    def action_save(self):
        self.ensure_one()
        self.case_id.check_access("write")
        if self.case_id.state not in ("answered", "rejected", "closed"):
            raise UserError(
                self.env._(
                    "%(case)s is not answered yet. Ask the customer afterwards.",
                    case=self.case_id.display_name,
                )
            )
        self.case_id._record_satisfaction(self.satisfaction, self.reaction)
        return {"type": "ir.actions.act_window_close"}
