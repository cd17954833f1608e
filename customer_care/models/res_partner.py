from odoo import fields, models


class ResPartner(models.Model):
    """A customer: deadline rules and required entries work on it, and its page leads
    to all that is owed."""

    _name = "res.partner"
    _inherit = [
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.tier.partner.mixin",
        "care.score.partner",
        "care.benchmark.mixin",
        "care.improvement.partner",
        "care.callback.partner",
        "res.partner",
    ]

    _obligation_place_fields = ("company_id",)

    care_obligation_count = fields.Integer(
        "Open obligations of the customer",
        compute="_compute_care_obligation_count",
        groups="customer_care.customer_care_group_user",
    )

    def _compute_care_obligation_count(self):
        families = {
            partner: partner.with_context(active_test=False)._family_ids()
            for partner in self
        }
        counts = dict(
            self.env["care.obligation"]._read_group(
                [
                    (
                        "partner_id",
                        "in",
                        [id_ for ids in families.values() for id_ in ids],
                    ),
                    ("is_pending", "=", True),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        by_id = {partner.id: count for partner, count in counts.items()}
        for partner, ids in families.items():
            partner.care_obligation_count = sum(by_id.get(id_, 0) for id_ in ids)

    def _family_ids(self):
        """Return the ids of the customer and of its contacts."""
        return [*self.ids, *self.child_ids.ids]

    def _obligation_partner(self):
        return self

    def action_view_care_obligations(self):
        """Open what is owed to the customer and its contacts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_obligation_action"
        )
        return action | {
            "domain": [("partner_id", "child_of", self.id)],
            "context": {"search_default_pending": 1},
        }
