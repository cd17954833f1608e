from odoo import fields, models

_USER = "customer_care.customer_care_group_user"


def _segment(label, kind, **kwargs):
    return fields.Many2one(
        "care.segment",
        label,
        domain=[("kind", "=", kind)],
        ondelete="restrict",
        groups=_USER,
        **kwargs,
    )


class CarePortraitPartner(models.AbstractModel):
    """What kind of customer or contact somebody is: the classes users choose, what is
    known of the person, and the way to all that happened."""

    _name = "care.portrait.partner"
    _description = "Customer with a portrait"
    _inherit = ["care.portrait.birthday"]

    care_size_id = _segment("Size", "size", index="btree_not_null")
    care_relation_id = _segment("Relation", "relation", index="btree_not_null")
    care_nature_id = _segment("Nature of the firm", "nature")
    care_kind = fields.Selection(
        [("general", "General"), ("special", "Special")],
        "Kind of customer",
        groups=_USER,
        help="Special are lawyers, banks, advertisers and others who serve us.",
    )
    care_special_id = _segment("Kind of special partner", "special")
    care_ability_id = _segment("Ability to buy", "ability")
    care_latent_need = fields.Text("Latent need", groups=_USER)
    care_decision_role_id = _segment("Decision role", "role", index="btree_not_null")
    care_sex = fields.Selection(
        [("male", "Male"), ("female", "Female")], "Sex", groups=_USER
    )
    care_preference_ids = fields.Many2many(
        "care.preference",
        "care_partner_preference_rel",
        "partner_id",
        "preference_id",
        "Preferences",
        groups=_USER,
    )

    def action_view_care_timeline(self):
        """Open all that happened with the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_timeline_partner_action"
        )
        customer = self.commercial_partner_id
        return action | {
            "domain": [("partner_id", "=", customer.id)],
            "context": {"search_default_contact_id": self.id}
            if self != customer
            else {},
        }
