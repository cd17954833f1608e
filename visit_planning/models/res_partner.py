from odoo import api, fields, models


class ResPartner(models.Model):
    """A customer shows the visits paid to it and to its contacts."""

    _inherit = "res.partner"

    visit_count = fields.Integer(
        "Visits",
        compute="_compute_visit_count",
        groups="visit_planning.visit_planning_group_user",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_visit_count(self):
        groups = self.env["visit.visit"]._read_group(
            [("partner_id", "child_of", self.ids)], ["partner_id"], ["__count"]
        )
        self.visit_count = 0
        wanted = set(self.ids)
        for partner, count in groups:
            while partner:
                if partner.id in wanted:
                    self.browse(partner.id).visit_count += count
                partner = partner.parent_id

    def action_view_visits(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "visit_planning.visit_visit_action"
        )
        action["domain"] = [("partner_id", "child_of", self.ids)]
        action["context"] = {"default_partner_id": self.id}
        return action
