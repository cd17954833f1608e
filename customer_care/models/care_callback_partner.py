from odoo import api, fields, models


class CareCallbackPartner(models.AbstractModel):
    """The customer's page leads to the calls made to them and to their contacts."""

    _name = "care.callback.partner"
    _description = "Customer with callbacks"

    care_callback_count = fields.Integer(
        "Callbacks",
        compute="_compute_care_callback_count",
        groups="customer_care.customer_care_group_user",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_care_callback_count(self):
        families = {
            partner: partner.with_context(active_test=False)._family_ids()
            for partner in self
        }
        every = [id_ for ids in families.values() for id_ in ids]
        counts = dict(
            self.env["care.callback"]._read_group(
                [("partner_id", "in", every)], ["partner_id"], ["__count"]
            )
        )
        by_id = {partner.id: count for partner, count in counts.items()}
        for partner, ids in families.items():
            partner.care_callback_count = sum(by_id.get(id_, 0) for id_ in ids)

    def action_view_care_callbacks(self):
        """Open the calls to the customer and its contacts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_callback_action"
        )
        return action | {
            "domain": [("partner_id", "child_of", self.id)],
            "context": {"create": False},
        }
