from odoo import api, fields, models

from .care_occasion_channel import CHANNELS


class CareOccasionPartner(models.AbstractModel):
    """The customer's page shows greetings, own events and what he does not want."""

    _name = "care.occasion.partner"
    _description = "Customer in the care calendar"

    care_salutation = fields.Char(
        "Form of address",
        help="How greetings address the contact. Empty: by name.",
        groups="customer_care.customer_care_group_user",
    )
    care_greeting_channel = fields.Selection(
        CHANNELS,
        "Likes to be greeted by",
        help="Taken first where an occasion has this channel.",
        groups="customer_care.customer_care_group_user",
    )
    care_occasion_date_ids = fields.One2many(
        "care.occasion.date",
        "partner_id",
        "Own events",
        groups="customer_care.customer_care_group_user",
    )
    care_opt_out_ids = fields.One2many(
        "care.opt.out",
        "partner_id",
        "Opt-outs",
        groups="customer_care.customer_care_group_user",
    )
    care_touch_count = fields.Integer(
        "Greetings",
        compute="_compute_care_touch_count",
        groups="customer_care.customer_care_group_user",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_care_touch_count(self):
        touches = self.env["care.touch"]
        for name in ("customer_id", "partner_id"):
            rows = touches._read_group(
                [(name, "in", self.ids), ("state", "!=", "skipped")],
                [name],
                ["__count"],
            )
            counts = {partner.id: count for partner, count in rows}
            for partner in self:
                if bool(partner.parent_id) == (name == "partner_id"):
                    partner.care_touch_count = counts.get(partner.id, 0)

    def _care_unhappy_ids(self):
        """Return the ids among `self` of those who are dissatisfied at present: no
        advertising reaches them. Set-based; add-ons that know of dissatisfaction add
        theirs to what `super()` returns.

        :return: set of ids, those of contacts whose customer is dissatisfied too
        """
        return set()

    def action_view_care_touches(self):
        """Open the greetings to the customer and its contacts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_touch_action"
        )
        return action | {
            "domain": [("partner_id", "child_of", self.id)],
            "context": {},
        }
