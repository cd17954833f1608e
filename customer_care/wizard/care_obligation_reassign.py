from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"


class CareObligationReassign(models.TransientModel):
    """Hands the open work of somebody over, all at once. A manager fills it in: who
    leaves, who takes over (a person, or by role whoever holds the rule's role), what
    is moved. It counts before anything happens, and one button does it."""

    _name = "care.obligation.reassign"
    _description = "Hand over open work"
    _inherit = ["care.link.mixin"]

    obligation_ids = fields.Many2many(
        "care.obligation", help="Chosen in the list. Empty: all of the person."
    )
    user_id = fields.Many2one("res.users", "From", context={"active_test": False})
    to_kind = fields.Selection(
        [("user", "A person"), ("role", "Who else holds the role")],
        "To",
        required=True,
        default="user",
    )
    to_user_id = fields.Many2one(
        "res.users", "Takes over", domain="[('share', '=', False)]"
    )
    rule_ids = fields.Many2many(
        "care.obligation.rule", string="Only these rules", help="Empty: all of them."
    )
    model_ids = fields.Many2many(
        "ir.model",
        string="Only records of",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        help="Empty: all of them.",
    )
    with_activities = fields.Boolean(
        "Other activities too",
        default=True,
        help="All of the person's. Those about the obligations go along anyway.",
    )
    end_roles = fields.Boolean(
        "End the roles",
        help="The roles the person holds end yesterday, so that nothing new comes.",
    )
    approvals_until = fields.Date(
        "Decides approvals until",
        help="Whoever takes over stands in for the person's approvals until then. "
        "Empty: approvals stay.",
    )
    note = fields.Char("Reason")
    obligation_count = fields.Integer("Obligations", compute="_compute_counts")
    left_count = fields.Integer("Stay, for nobody fits", compute="_compute_counts")
    activity_count = fields.Integer("Activities", compute="_compute_counts")
    role_count = fields.Integer("Roles", compute="_compute_counts")
    takers = fields.Html("Who gets how many", compute="_compute_counts")

    @api.depends(
        "obligation_ids",
        "user_id",
        "to_kind",
        "to_user_id",
        "rule_ids",
        "model_ids",
        "with_activities",
        "end_roles",
    )
    def _compute_counts(self):
        for wizard in self:
            found, chosen = wizard._get_obligations(), wizard._choose()
            wizard.obligation_count = len(chosen)
            wizard.left_count = len(found) - len(chosen)
            wizard.activity_count = len(wizard._get_activities())
            wizard.role_count = len(wizard._get_assignments())
            wizard.takers = wizard._get_takers(chosen)

    def _get_takers(self, chosen):
        counts = {}
        for user_id in chosen.values():
            counts[user_id] = counts.get(user_id, 0) + 1
        names = self.env["res.users"].sudo().browse(counts)
        lines = Markup().join(
            Markup("<li>%s: %s</li>") % (user.name, counts[user.id]) for user in names
        )
        return Markup("<ul>%s</ul>") % lines if lines else False

    # ---- what is moved

    def _get_obligations(self):
        """Return the open obligations meant, as far as the user may see them."""
        domain = Domain("is_pending", "=", True)
        if self.obligation_ids:
            domain &= Domain("id", "in", self.obligation_ids.ids)
        elif not self.user_id:
            return self.env["care.obligation"]
        if self.user_id:
            domain &= Domain("user_id", "=", self.user_id.id)
        if self.rule_ids:
            domain &= Domain("rule_id", "in", self.rule_ids.ids)
        if self.model_ids:
            names = self.model_ids.sudo().mapped("model")
            domain &= Domain("res_model", "in", names)
        return self.env["care.obligation"].search(domain)

    def _choose(self):
        """Return {obligation id: user id} of those for whom somebody is found."""
        found = self._get_obligations()
        if self.to_kind == "user":
            user_id = self.to_user_id.id
            mine = found.filtered(lambda one: one.user_id != self.to_user_id)
            return dict.fromkeys(mine.ids, user_id) if user_id else {}
        requests, asked = [], []
        for obligation in found.sudo():
            role = obligation.rule_id.role_id or obligation.duty_id.role_id
            if role:
                asked.append(obligation)
                requests.append(
                    (
                        role,
                        obligation.company_id,
                        obligation.department_id,
                        obligation.partner_id,
                    )
                )
        leavers = self.user_id or found.user_id
        holders = self.env["care.role"]._resolve_many(requests, excluded=leavers.ids)
        return {
            obligation.id: users[:1].id
            for obligation, users in zip(asked, holders, strict=True)
            if users
        }

    def _get_activities(self):
        """Return the activities of the person, as far as the user may see them and
        whoever takes over may as well."""
        activities = self.env["mail.activity"]
        if not (self.with_activities and self.user_id and self.to_user_id):
            return activities
        if self.to_kind != "user" or self.obligation_ids:
            return activities
        domain = Domain("user_id", "=", self.user_id.id)
        domain &= Domain("res_model", "!=", "care.approval")  # see approvals_until
        if self.model_ids:
            names = self.model_ids.sudo().mapped("model")
            domain &= Domain("res_model", "in", names)
        found = activities.search(domain)
        readable = found.with_user(self.to_user_id).sudo(False)._filtered_access("read")
        return found & readable.with_env(self.env)

    def _get_assignments(self):
        """Return the role assignments that end."""
        assignments = self.env["care.role.assignment"]
        if not self.end_roles or not self.user_id:
            return assignments
        today = fields.Date.context_today(self)
        lasts = Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        return assignments.search(Domain("user_id", "=", self.user_id.id) & lasts)

    # ---- doing it

    def action_reassign(self):
        """Move what was counted, and tell who takes over."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Open work is handed over by a customer care manager. Ask one."
                )
            )
        obligations, chosen = self._get_obligations(), self._choose()
        activities, roles = self._get_activities(), self._get_assignments()
        if not (chosen or activities or roles or self.approvals_until):
            raise UserError(
                self.env._(
                    "Nothing would change hands. Choose whose work it is and who "
                    "takes over."
                )
            )
        self._check_takers(obligations, chosen)
        chosen = self.env["care.callback"]._hand_over(obligations, chosen)
        obligations._reassign(chosen, self.note)
        # both may see what the activities are about; one message tells of them all
        quick = activities.sudo().with_context(mail_activity_quick_update=True)
        quick.write({"user_id": self.to_user_id.id})
        self._end_roles(roles)
        self._name_stand_in()
        self._tell_takers(chosen, activities)
        return self._done(len(chosen), len(activities))

    def _check_takers(self, obligations, chosen):
        """Refuse who could not work on what they get."""
        takers = self.env["res.users"].sudo().browse(set(chosen.values()))
        for user in takers | self.to_user_id.sudo():
            if not user.active or user.share or not user.has_group(USER):
                raise UserError(
                    self.env._(
                        "%(user)s has no access to Customer care. Choose a person "
                        "who has, or have the access given.",
                        user=user.name,
                    )
                )
        for obligation in obligations.sudo():
            user = takers.browse(chosen.get(obligation.id, ()))
            if user and obligation.company_id - user.company_ids:
                raise UserError(
                    self.env._(
                        "%(user)s does not work in %(company)s, to which "
                        "%(obligation)s belongs. Choose another person for it.",
                        user=user.name,
                        company=obligation.company_id.name,
                        obligation=obligation.display_name,
                    )
                )

    def _end_roles(self, roles):
        yesterday = fields.Date.subtract(fields.Date.context_today(self), days=1)
        begun = roles.filtered(lambda r: not r.date_from or r.date_from <= yesterday)
        begun.write({"date_to": yesterday})
        (roles - begun).action_archive()

    def _name_stand_in(self):
        if not self.approvals_until or not self.to_user_id or not self.user_id:
            return
        self.env["care.delegation"].create(
            {
                "user_id": self.user_id.id,
                "delegate_id": self.to_user_id.id,
                "scope": "approvals",
                "date_from": fields.Date.context_today(self),
                "date_to": self.approvals_until,
                "reason": self.note,
            }
        )

    def _tell_takers(self, chosen, activities):
        """One message to each person, whatever the number."""
        counts = {}
        for user_id in [*chosen.values(), *[self.to_user_id.id] * len(activities)]:
            counts[user_id] = counts.get(user_id, 0) + 1
        for user in self.env["res.users"].sudo().browse(counts):
            env = self.env(su=True, context={"lang": user.lang})
            env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                subject=env._(
                    "%(count)s tasks were handed over to you", count=counts[user.id]
                ),
                body=env._(
                    "%(manager)s handed them over. They stand in My day.",
                    manager=self.env.user.name,
                ),
            )

    def _done(self, count, activity_count):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s obligations and %(activities)s activities changed "
                    "hands.",
                    count=count,
                    activities=activity_count,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
