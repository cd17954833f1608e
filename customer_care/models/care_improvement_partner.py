from odoo import fields, models


class CareImprovementPartner(models.AbstractModel):
    """The part of a customer's page that leads to its improvements."""

    _name = "care.improvement.partner"
    _description = "Improvements of a customer"

    care_improvement_count = fields.Integer(
        "Number of improvements",
        compute="_compute_care_improvement_count",
        groups="customer_care.customer_care_group_user",
    )

    def _compute_care_improvement_count(self):
        counts = dict(
            self.env["care.improvement"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.care_improvement_count = counts.get(partner._origin, 0)

    def action_view_care_improvements(self):
        """Open the improvements of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_improvement_action"
        )
        return action | {"domain": [("partner_id", "=", self.id)], "context": {}}
