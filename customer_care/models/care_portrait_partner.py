from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import clean_context

from .care_engine_mixin import _ENGINE
from .care_tier_partner_mixin import MERGE

_VERIFIED = ("verified_at", "verified_by", "review_due")
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

    care_overview = fields.Text("Overview", groups=_USER, help="What the company does.")
    verified_at = fields.Datetime(
        "Data verified", readonly=True, copy=False, groups=_USER
    )
    verified_by = fields.Many2one(
        "res.users", "Verified by", readonly=True, copy=False, groups=_USER
    )
    review_due = fields.Date(
        "Data to verify by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=_USER,
        help="When the data are checked with the customer again.",
    )
    care_review_count = fields.Integer(
        "Data reviews", compute="_compute_care_portrait_counts", groups=_USER
    )
    care_credit_note_count = fields.Integer(
        "Credit notes on standing",
        compute="_compute_care_portrait_counts",
        groups=_USER,
    )

    def _compute_care_portrait_counts(self):
        for name, model in [
            ("care_review_count", "care.data.review"),
            ("care_credit_note_count", "care.credit.note"),
        ]:
            domain = [("partner_id", "in", self.ids)]
            rows = self.env[model]._read_group(domain, ["partner_id"], ["__count"])
            counts = {partner.id: count for partner, count in rows}
            for partner in self:
                partner[name] = counts.get(partner.id, 0)

    # ---- nobody writes by hand that data were verified

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._care_refuse_verified(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not vals.keys().isdisjoint(_VERIFIED):
            if self.env.context.get("care_merge") is MERGE:
                vals = {name: vals[name] for name in vals if name not in _VERIFIED}
            else:
                self._care_refuse_verified(vals)
        return super().write(vals)

    def _care_refuse_verified(self, vals):
        found = any(vals.get(name) for name in _VERIFIED) or (
            self._ids and not vals.keys().isdisjoint(_VERIFIED)
        )
        if found and self.env.context.get("care_engine") is not _ENGINE:
            raise AccessError(
                self.env._(
                    "A customer's data are verified by a review: ask the customer by "
                    "link or phone."
                )
            )

    def _care_verified(self, user, months):
        """Note that the data were checked with the customer now."""
        now = fields.Datetime.now()
        context = clean_context(self.env.context) | {"care_engine": _ENGINE}
        self.with_env(self.env(su=True, context=context)).write(
            {
                "verified_at": now,
                "verified_by": user.id,
                "review_due": fields.Date.add(now.date(), months=months),
            }
        )

    def _care_merge(self, kept):
        """Of two checks that run, the one of the contact kept goes on."""
        self.env["care.data.review"]._keep_one(self, kept)
        return super()._care_merge(kept)

    # ---- relationship cards

    def _care_card_sheets(self):
        """Return [(kept apart, partners)]: those of a key customer on sheets of their
        own, with its contacts; all others one after the other, key customers last."""
        apart, plain = [], self.browse()
        for partner in self:
            family = partner | partner.child_ids.filtered(
                lambda child: child.type == "contact" and child not in self
            )
            if partner.commercial_partner_id.care_tier_id.card_apart:
                apart.append((True, family))
            else:
                plain |= family
        return ([(False, plain)] if plain else []) + apart

    # ---- buttons

    def action_report_care_change(self):
        """Report a change at the customer."""
        self.ensure_one()
        return self.env["care.data.change"]._open_window(self)

    def action_review_care_data(self):
        """Have the data checked now, or go on with the check that runs."""
        self.ensure_one()
        self.check_access("read")
        reviews = self.env["care.data.review"]
        review = reviews.search(
            [
                ("partner_id", "=", self.id),
                ("kind", "=", "periodic"),
                ("state", "in", ("open", "sent", "answered")),
            ],
            limit=1,
        )
        if not review:
            rules = self.env["care.data.review.rule"].search([("active", "=", True)])
            rule = rules.filtered(
                lambda r: self.sudo().filtered_domain(r._rule_domain("domain"))
            )[:1]
            review = reviews._open(self, rule)
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.data.review",
            "res_id": review.id,
            "views": [(False, "form")],
        }

    def action_view_care_reviews(self):
        """Open the checks of the customer's data."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_data_review_action"
        )
        return action | {"domain": [("partner_id", "=", self.id)], "context": {}}

    def action_view_care_credit_notes(self):
        """Open what is known of the customer's credit standing."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_credit_note_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

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
