from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic.clearance import SECRET
from .care_tier_partner_mixin import MERGE

OWN = "secrecy_own"


class ResPartner(models.Model):
    """A customer: deadline rules and required entries work on it, and its page leads
    to all that is owed."""

    _name = "res.partner"
    _inherit = [
        "care.secrecy.mixin",
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.portrait.partner",
        "care.registration.partner",
        "care.tier.partner.mixin",
        "care.score.partner",
        "care.benchmark.mixin",
        "care.satisfaction.partner",
        "care.improvement.partner",
        "care.callback.partner",
        "care.access.partner",
        "care.territory.partner",
        "care.team.partner",
        "care.occasion.partner",
        "care.plan.partner",
        "care.secret.mixin",
        "care.duplicate.partner",
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

    # ---- confidentiality

    _secrecy_moving_columns = ("partner_share",)

    @api.model
    def _secrecy_links(self):
        """A contact follows the company it belongs to, and nothing else."""
        return {"parent_id": "res.partner"}

    @api.model
    def _secrecy_link_sql(self, row, name, comodel):
        """Our own companies and whoever works here take no level from a parent."""
        return SQL(
            """CASE WHEN %(share)s IS FALSE OR EXISTS (
                        SELECT 1 FROM res_company c WHERE c.partner_id = %(id)s)
                    THEN 0 ELSE %(level)s END""",
            share=SQL.identifier(row, "partner_share"),
            id=SQL.identifier(row, "id"),
            level=super()._secrecy_link_sql(row, name, comodel),
        )

    @api.model
    def _secrecy_family_domain(self, family):
        return Domain("commercial_partner_id", "=", family)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_same_vat_partner_id(self):
        """A hidden customer with the same number is not there."""
        result = super()._compute_same_vat_partner_id()
        if self.env["care.mask"]._on_names():
            for name in ("same_vat_partner_id", "same_company_registry_partner_id"):
                for partner in self:
                    if partner[name]._secrecy_hidden():
                        partner[name] = False
        return result

    def _get_needaction_count(self):
        """Messages on hidden records are not counted."""
        if not self.env["care.mask"]._on():
            return super()._get_needaction_count()
        unread = [("res_partner_id", "=", self.id), ("is_read", "!=", True)]
        return self.env["mail.notification"].search_count(unread)

    def _secrecy_is_staff_below(self):
        """Return whether somebody who works here is put under a secret customer,
        whose name does not pass to that person's card then."""
        # a hidden partner's values must not come to memory
        partner = self.sudo().with_context(prefetch_fields=False)
        return not partner.partner_share and partner.parent_id.secrecy_level >= SECRET

    def _get_complete_name(self):
        if self._secrecy_is_staff_below():
            self = self.with_context(partner_display_name_hide_company=True)
        return super()._get_complete_name()

    def _compute_commercial_company_name(self):
        result = super()._compute_commercial_company_name()
        for partner in self:
            if partner._secrecy_is_staff_below():
                partner.commercial_company_name = False
        return result

    def _secrecy_rename_staff(self):
        """Reckon the names of our people under customers whose level has changed."""
        domain = [("id", "child_of", self.ids), ("partner_share", "=", False)]
        staff = self.sudo().with_context(active_test=False).search(domain)
        for name in ("commercial_company_name", "complete_name"):
            self.env.add_to_compute(self._fields[name], staff)

    def _secrecy_is_high(self):
        """Return whether this contact would be classified if nobody worked here."""
        partner = self.sudo()
        return bool(partner.secrecy_own or partner.parent_id.secrecy_level)

    def _secrecy_check_raise(self):
        raised = self.sudo().filtered("secrecy_own")
        companies = (
            self.env["res.company"]
            .sudo()
            .search_fetch([("partner_id", "in", raised.ids)], ["partner_id"])
        )
        for partner in raised:
            if partner in companies.partner_id or not all(
                partner.with_context(active_test=False).user_ids.mapped("share")
            ):
                raise UserError(
                    self.env._(
                        "“%(partner)s” is one of our own companies or users and stays "
                        "public. Classify customers and their contacts.",
                        partner=partner.display_name,
                    )
                )
        return super()._secrecy_check_raise()

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if partners.sudo().parent_id:
            self.env["care.sight"]._forget()
        return partners

    def write(self, vals):
        rights = self.env["ir.model.access"]
        if not rights.check(self._name, "write", raise_exception=False):
            self._check_known()  # Odoo reads them before it asks for rights
        if self.env.context.get("care_merge") is MERGE:
            # the one kept has the higher level already
            vals = {key: vals[key] for key in vals.keys() - {"secrecy_level", OWN}}
        result = super().write(vals)
        if OWN in vals:
            self._secrecy_rename_staff()
        if "parent_id" in vals:
            self.env["care.sight"]._forget()
        return result
