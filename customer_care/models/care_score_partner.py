from odoo import fields, models


class CareScorePartner(models.AbstractModel):
    """The part of a customer's page that leads to its scores."""

    _name = "care.score.partner"
    _description = "Scores of a customer"

    care_score_count = fields.Integer(
        "Number of scores",
        compute="_compute_care_score_count",
        groups="customer_care.customer_care_group_user",
    )

    def _compute_care_score_count(self):
        counts = dict(
            self.env["care.score"]._read_group(
                [("partner_id", "in", self.ids), ("is_latest", "=", True)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.care_score_count = counts.get(partner._origin, 0)

    def action_view_care_scores(self):
        """Open the latest scores of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_score_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.id)],
            "context": {"search_default_latest": 1},
        }
