from odoo import api, fields, models

_USER = "customer_care.customer_care_group_user"


class CarePlanPartner(models.AbstractModel):
    """The customer's page leads to its service plans and incentives."""

    _name = "care.plan.partner"
    _description = "Customer with service plans"

    care_plan_count = fields.Integer(
        "Service plans", compute="_compute_care_plan_counts", groups=_USER
    )
    care_incentive_count = fields.Integer(
        "Incentives of the customer", compute="_compute_care_plan_counts", groups=_USER
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_care_plan_counts(self):
        for name, model in [
            ("care_plan_count", "care.service.plan"),
            ("care_incentive_count", "care.incentive"),
        ]:
            rows = self.env[model]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
            counts = {partner.id: count for partner, count in rows}
            for partner in self:
                partner[name] = counts.get(partner._origin.id, 0)

    def action_view_care_plans(self):
        """Open the customer's service plans."""
        return self._open_care_plan_rows("care_service_plan_action")

    def action_view_care_incentives(self):
        """Open the customer's incentives."""
        return self._open_care_plan_rows("care_incentive_action")

    def _open_care_plan_rows(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"customer_care.{name}")
        return action | {
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }
