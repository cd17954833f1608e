from odoo import fields, models


class ResPartner(models.Model):
    """A customer shows the complaints of the whole company behind it."""

    _inherit = "res.partner"

    complaint_case_count = fields.Integer(
        string="Complaints",
        compute="_compute_complaint_case_count",
        groups="complaint_handling.complaint_handling_group_user",
    )

    def _compute_complaint_case_count(self):
        commercial = self.commercial_partner_id
        groups = self.env["complaint.case"]._read_group(
            [("commercial_partner_id", "in", commercial.ids)],
            ["commercial_partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.complaint_case_count = counts.get(
                partner.commercial_partner_id.id, 0
            )

    def action_view_complaint_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "complaint_handling.complaint_case_action"
        )
        commercial = self.commercial_partner_id
        action["domain"] = [("commercial_partner_id", "=", commercial.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
