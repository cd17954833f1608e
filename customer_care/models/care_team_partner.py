from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

LEAD = "account_manager"
_LOUD = 20  # from here on, moves are told by one message and not record by record


class Move(NamedTuple):
    """Why customers change hands. It travels in the context of the write; no client
    can send one."""

    reason: str
    at: object = None
    res_model: str | None = None
    res_id: int | None = None


class CareTeamPartner(models.AbstractModel):
    """The customer's team and its person in charge (Odoo's salesperson).

    `_care_assign` moves customers; a change of the salesperson by any other door
    (form, import, another app) is kept in the same history.
    """

    _name = "care.team.partner"
    _description = "Customer with a team"

    care_team_ids = fields.One2many(
        "care.team.member",
        "partner_id",
        "Team",
        groups="customer_care.customer_care_group_user",
    )
    care_attribution_count = fields.Integer(
        "Changes of the person in charge",
        compute="_compute_care_attribution_count",
        groups="customer_care.customer_care_group_user",
    )

    care_team_size = fields.Integer(
        "People in the team",
        compute="_compute_care_team",
        groups="customer_care.customer_care_group_user",
        help="Those in it today, with the person in charge.",
    )
    care_team_lack = fields.Char(
        "The team lacks",
        compute="_compute_care_team",
        groups="customer_care.customer_care_group_user",
        help="What the customer's grade asks of the team and it has not.",
    )
    care_team_short = fields.Boolean(
        "Team too small",
        compute="_compute_care_team",
        search="_search_care_team_short",
        groups="customer_care.customer_care_group_user",
    )

    @api.depends("user_id", "care_tier_id", "care_team_ids.is_current")
    @api.depends_context("company", "lang")
    def _compute_care_team(self):
        standing = self._care_team_standing()
        for partner in self:
            size, lacks = standing.get(partner._origin.id, (0, []))
            partner.care_team_size = size
            partner.care_team_lack = ", ".join(lacks)
            partner.care_team_short = bool(lacks)

    def _care_team_companies(self):
        """Return whose grades count: those of the customer's own company, else of the
        reader's. The engine of deadlines reads for all companies."""
        if "allowed_company_ids" in self.env.context:
            everybody = self.env.company
        else:
            everybody = self.env["res.company"].sudo().search([("active", "=", True)])
        return {
            partner: partner.company_id or everybody for partner in self.sudo()._origin
        }

    def _care_team_standing(self):
        """Return {customer id: (people in the team, [what it lacks])}."""
        members = self.env["care.team.member"].sudo()
        rows = members.search(
            [("partner_id", "in", self._origin.ids), ("is_current", "=", True)]
        ).grouped("partner_id")
        found = {}
        for partner, companies in self._care_team_companies().items():
            team, lead = rows.get(partner, members), partner.user_id.filtered("active")
            for company in companies:
                mine = team.filtered(lambda row, c=company: row.company_id == c)
                size = len(mine.user_id | lead)
                tier = partner.with_company(company).care_tier_id
                lacks = tier._team_lacks(size, mine.role_id, bool(lead))
                if lacks or partner.id not in found:
                    found[partner.id] = (size, lacks)
        return found

    def _search_care_team_short(self, operator, value):
        if operator != "in":
            return NotImplemented
        tiers = self.env["care.tier"].sudo()._wanting_team()
        ids = []
        if tiers:
            partners = self.sudo().browse(tiers._customer_ids())
            standing = partners._care_team_standing()
            ids = [id_ for id_, (_size, lacks) in standing.items() if lacks]
        found = Domain("id", "in", ids)
        return found if True in value else ~found

    def _compute_care_attribution_count(self):
        counts = dict(
            self.env["care.attribution"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.care_attribution_count = counts.get(partner._origin, 0)

    # ---- moving customers

    def _care_assign(self, user, reason, at=None, origin=None):
        """Give customers to `user`, or to nobody where it is empty, and keep why.

        The only door by which code moves customers; it asks for no right, its callers
        do. Contacts that had the same person in charge go along.
        :param at: since when it counts, now when left out
        :param origin: the record that caused it (a ruling, a hand-over)
        :return: the customers that changed hands
        """
        user = user or self.env["res.users"]
        customers = self.sudo().filtered(lambda p: p.user_id != user)
        if not customers:
            return self.browse()
        customers._care_check_taker(user)
        move = Move(
            (reason or "").strip() or self.env._("Not said"),
            at,
            origin._name if origin else None,
            origin.id if origin else None,
        )
        customers |= customers._care_same_hands()
        quiet = {"mail_auto_subscribe_no_notify": len(customers) > 1}
        if len(customers) > _LOUD:
            quiet["mail_notrack"] = True
        customers.with_context(care_move=move, **quiet).write({"user_id": user.id})
        return customers.with_env(self.env)

    def _care_same_hands(self):
        """Return the contacts below who have the same person in charge."""
        return self.with_context(active_test=False).search(
            Domain.OR(
                Domain("commercial_partner_id", "in", customers.ids)
                & Domain("id", "not in", customers.ids)
                & Domain("user_id", "=", lead.id)
                for lead, customers in self.grouped("user_id").items()
            )
        )

    def _care_check_taker(self, user):
        """Refuse who cannot look after these customers."""
        if not user:
            return
        person = user.sudo()
        if not person.active or person.share:
            raise UserError(
                self.env._(
                    "%(user)s does not work here and cannot take over customers. "
                    "Choose an employee.",
                    user=person.name,
                )
            )
        strange = (self - self._care_takeable(person))[:1]
        if strange:
            raise UserError(
                self.env._(
                    "%(user)s cannot take over %(customer)s. Choose somebody else.",
                    user=person.name,
                    customer=strange.with_env(self.env).display_name,
                )
            )

    def _care_takeable(self, user):
        """Return the customers that `user` may look after: of a company of his, and
        none that is hidden from him."""
        person = user.sudo()
        if not person.active or person.share:
            return self.browse()
        mine = self.filtered(
            lambda p: (
                not p.sudo().company_id or p.sudo().company_id in person.company_ids
            )
        )
        deaf = self.env["care.secrecy.notice"]._deaf_pairs(
            self._name, {(person.id, id_) for id_ in mine.ids}
        )
        return mine - self.browse(id_ for _user_id, id_ in deaf)

    # ---- every door keeps the history

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        owned = partners.sudo().filtered("user_id")
        owned._care_keep_history({}, self.env._("First entered"))
        return partners

    def write(self, vals):
        if "user_id" not in vals:
            return super().write(vals)
        before = {partner.id: partner.user_id.id for partner in self.sudo()}
        result = super().write(vals)
        self.sudo()._care_keep_history(before, self._care_door())
        return result

    def _care_door(self):
        if self.env.context.get("import_file"):
            return self.env._("Import")
        return self.env._("Changed on the customer")

    def _care_keep_history(self, before, reason):
        """Keep the moves of customers; their contacts are told with them."""
        move = self.env.context.get("care_move")
        if not isinstance(move, Move):
            move = Move(reason)
        moves = [
            (
                partner.id,
                partner.company_id.id or None,
                before.get(partner.id) or None,
                partner.user_id.id or None,
            )
            for partner in self
            if partner.commercial_partner_id == partner
            and partner.user_id.id != before.get(partner.id, False)
        ]
        self.env["care.attribution"]._note(moves, move)
        if moves and before:
            self._care_lead_changed()

    def _care_lead_changed(self):
        """Let what is owed by the account manager follow, by the job."""
        found = self.env.execute_query(
            SQL(
                """UPDATE care_obligation_rule r SET follow_wanted = TRUE
                     FROM care_role k
                    WHERE k.id = r.role_id AND k.code = %s
                      AND r.follow_wanted IS NOT TRUE
                      AND EXISTS (SELECT FROM care_obligation o
                                   WHERE o.rule_id = r.id AND o.done_at IS NULL)
                RETURNING r.id""",
                LEAD,
            )
        )
        if found:
            rules = self.env["care.obligation.rule"].browse(id_ for (id_,) in found)
            rules.invalidate_recordset(["follow_wanted"], flush=False)
            self.env["care.obligation"]._call_follow_job()

    def _care_team_changed(self):
        """What the grade asks of the team may be fulfilled now."""
        self.env["care.obligation"]._sync(self)

    def action_view_care_attributions(self):
        """Open who was in charge of the customer, when and why."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_attribution_action"
        )
        return action | {"domain": [("partner_id", "=", self.id)], "context": {}}
