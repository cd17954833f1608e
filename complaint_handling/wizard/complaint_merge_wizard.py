from odoo import api, fields, models


class ComplaintMergeWizard(models.TransientModel):
    """The window that asks which open case is the same matter."""

    _name = "complaint.merge.wizard"
    _description = "Merge Complaints"
    _inherit = ["care.link.mixin"]

    case_id = fields.Many2one("complaint.case", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    commercial_partner_id = fields.Many2one(related="case_id.commercial_partner_id")
    target_id = fields.Many2one(
        "complaint.case",
        string="Merge into",
        required=True,
        ondelete="cascade",
        domain="[('id', '!=', case_id), ('company_id', '=', company_id),"
        " ('merged_into_id', '=', False),"
        " ('state', 'not in', ('closed', 'cancelled'))]",
    )

    @api.model
    def _title(self):
        return self.env._("Merge into another case")

    def action_merge(self):
        self.ensure_one()
        self.case_id.check_access("write")
        self.target_id.check_access("write")
        self.case_id._merge_into(self.target_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "complaint.case",
            "res_id": self.target_id.id,
            "view_mode": "form",
        }
