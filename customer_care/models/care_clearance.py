from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..logic import spans

LEVELS = [
    ("1", "Vetted for single records"),
    ("2", "Secret"),
    ("3", "Top secret"),
]


class CareClearance(models.Model):
    """Up to which level one user may see secrets in one company, and when.

    Security officers propose it; its state changes by its buttons alone. It runs while
    its own dates and all proofs its level needs run: `effective_from` until before
    `effective_to`, which whoever asks compares with the present moment. So an end
    takes effect without anything being written.

    Who gives it: the approvals of gate “clear”; the shipped rules ask the general
    manager from level 2 on. Without an approval rule a security officer gives up to
    level 2, and level 3 where he has a running clearance of level 3 himself; the first
    one of a company is given by a Settings administrator. Nobody gives himself one.
    """

    _name = "care.clearance"
    _description = "Clearance"
    _inherit = [
        "care.clearance.flow",
        "care.obligation.mixin",
        "care.approval.mixin",
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "user_id, valid_from desc, id desc"
    _rec_names_search = ("user_id",)
    _guarded_fields = frozenset(
        {
            "state",
            "vetted",
            "effective_from",
            "effective_to",
            "proposed_by_id",
            "given_at",
            "end_kind",
            "end_reason",
            "ended_at",
        }
    )
    _LOCKED = frozenset(
        {"user_id", "company_id", "level", "level_choice", "valid_from", "valid_to"}
    )

    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('id', '!=', uid)]",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    level = fields.Integer(required=True, default=2, tracking=True, index=True)
    level_choice = fields.Selection(
        LEVELS,
        "Clearance for",
        compute="_compute_level_choice",
        inverse="_inverse_level_choice",
    )
    vetted = fields.Boolean(
        default=True, copy=False, help="Grants of single secret records count."
    )
    valid_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        copy=False,
        tracking=True,
    )
    valid_to = fields.Date("Until", copy=False, tracking=True)
    effective_from = fields.Datetime("Runs from", readonly=True, copy=False)
    effective_to = fields.Datetime(
        "Runs until",
        readonly=True,
        copy=False,
        help="The moment it ends, of itself or of a proof; empty: open.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "To approve"),
            ("active", "Given"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Ended"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    is_running = fields.Boolean(
        "In force now", compute="_compute_is_running", search="_search_is_running"
    )
    of_general_manager = fields.Boolean(
        compute="_compute_of_general_manager",
        search="_search_of_general_manager",
        help="The person is a general manager of the company, who does not decide on "
        "himself.",
    )
    proof_text = fields.Text("Proofs", compute="_compute_proof_text")
    note = fields.Text()
    proposed_by_id = fields.Many2one(
        "res.users", "Proposed by", readonly=True, copy=False, ondelete="restrict"
    )
    given_at = fields.Datetime(readonly=True, copy=False)
    end_kind = fields.Selection(
        [
            ("withdrawn", "Withdrawn"),
            ("replaced", "A newer one took its place"),
            ("left", "The person left"),
            ("refused", "Not approved"),
            ("expired", "Its time ran out"),
        ],
        "Why it ended",
        readonly=True,
        copy=False,
    )
    end_reason = fields.Text(readonly=True, copy=False)
    ended_at = fields.Datetime(readonly=True, copy=False)

    _level_known = models.Constraint(
        "CHECK (level BETWEEN 1 AND 3)", "A clearance has level 1, 2 or 3."
    )
    _span = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_to >= valid_from)",
        "A clearance must not end before it begins.",
    )
    _sight_idx = models.Index("(user_id, company_id) WHERE state = 'active'")

    @api.depends("user_id", "level")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(self._fields["level_choice"]._description_selection(self.env))
        for clearance in self:
            level = words.get(str(clearance.level), "")
            parts = (clearance.user_id.name, level)
            clearance.display_name = ": ".join(filter(None, parts))

    @api.depends("level")
    def _compute_level_choice(self):
        for clearance in self:
            known = 1 <= clearance.level <= 3
            clearance.level_choice = str(clearance.level) if known else False

    def _inverse_level_choice(self):
        for clearance in self:
            clearance.level = int(clearance.level_choice or 0)

    @api.depends("state", "effective_from", "effective_to")
    def _compute_is_running(self):
        now = fields.Datetime.now()
        for clearance in self:
            clearance.is_running = clearance._runs_at(now)

    def _runs_at(self, now):
        start, end = self.effective_from, self.effective_to
        begun = self.state == "active" and start and start <= now
        return bool(begun and (not end or now < end))

    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._running_domain()

    @api.model
    def _running_domain(self):
        now = fields.Datetime.now()
        return (
            Domain("state", "=", "active")
            & Domain("effective_from", "<=", now)
            & (Domain("effective_to", "=", False) | Domain("effective_to", ">", now))
        )

    @api.depends("user_id", "company_id")
    def _compute_of_general_manager(self):
        for clearance in self:
            bosses = self._general_managers(clearance.company_id)
            clearance.of_general_manager = clearance.user_id in bosses

    def _search_of_general_manager(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("user_id", "in", self._general_managers(company).ids)
            for company in self.env["res.company"].sudo().search([])
        )

    @api.model
    def _general_managers(self, company):
        return self.env["care.role"].sudo()._resolve("general_manager", company)

    # ---- when it runs

    def _proofs(self):
        return (
            self.env["care.clearance.proof"]
            .sudo()
            .search(
                [
                    ("user_id", "in", self.user_id.ids),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        )

    def _needs(self, proofs):
        """Return [(requirement, the spans in which its proofs meet it)]."""
        mine = proofs.filtered(
            lambda proof: (
                proof.user_id == self.user_id and proof.company_id == self.company_id
            )
        )
        needed = self.env["care.clearance.requirement"]._needed(
            self.level, self.company_id
        )
        return [(row, mine._spans(row)) for row in needed]

    def _own_span(self):
        midnight = self.env["care.clearance.proof"]._midnight
        last = self.valid_to and self.valid_to + timedelta(days=1)
        end = midnight(last, self.company_id) if last else None
        return (midnight(self.valid_from, self.company_id), end)

    def _effective(self, proofs, now):
        """Return (from, until) in force now, next or last; (False, False) for never."""
        needs = [found for _row, found in self._needs(proofs)]
        span = spans.at(spans.common(self._own_span(), needs), now)
        return (span[0], span[1] or False) if span else (False, False)

    def _refresh(self):
        """Find anew when the clearances run; what changed takes effect at once."""
        now, proofs, changed = fields.Datetime.now(), self._proofs(), False
        for clearance in self.sudo():
            start, end = clearance._effective(proofs, now)
            if (clearance.effective_from, clearance.effective_to) != (start, end):
                clearance._put({"effective_from": start, "effective_to": end})
                changed = True
        if changed:
            self._forget_sight()

    @api.model
    def _forget_sight(self):
        """Whatever was remembered of who sees what in this transaction is void."""
        self.env["care.sight"]._forget()

    @api.model
    def _running_level(self, user, company):
        """Return the level a user has in a company now, 0 without a clearance."""
        domain = self._running_domain() & Domain("user_id", "=", user.id)
        domain &= Domain("company_id", "=", company.id)
        return max(self.sudo().search(domain).mapped("level"), default=0)

    @api.depends("user_id", "company_id", "level", "effective_from", "effective_to")
    @api.depends_context("lang", "tz")
    def _compute_proof_text(self):
        proofs, now = self._proofs(), fields.Datetime.now()
        for clearance in self:
            if not clearance.user_id or not clearance.company_id:
                clearance.proof_text = False
                continue
            lines = [
                f"{row.name}: {clearance._need_text(spans.at(found, now), now)}"
                for row, found in clearance._needs(proofs)
            ]
            clearance.proof_text = "\n".join(lines)

    def _need_text(self, span, now):
        if not span:
            return self.env._("missing")
        day = fields.Date.context_today
        start, end = day(self, span[0]), span[1] and day(self, span[1])
        if span[0] > now:
            return self.env._("from %(day)s", day=start)
        if not end:
            return self.env._("there, without an end")
        if span[1] <= now:
            return self.env._("ended on %(day)s", day=end)
        return self.env._("there until %(day)s", day=end)

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """The person is told by name what concerns him, not of each step."""
        return []

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        clearances = super().create(vals_list)
        clearances._check_not_own()
        clearances._put({"proposed_by_id": self.env.uid})
        return clearances

    def write(self, vals):
        if not self._in_engine():
            self._check_draft(vals)
        result = super().write(vals)
        if "user_id" in vals:
            self._check_not_own()
        return result

    def _check_draft(self, vals):
        if self._LOCKED.isdisjoint(vals):
            return
        for clearance in self.sudo().filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "%(record)s was handed in and stays as it is. Withdraw it and "
                    "propose a new one.",
                    record=clearance.display_name,
                )
            )

    def _check_not_own(self):
        """Nobody proposes his own clearance."""
        if self.env.user in self.user_id and not self._in_engine():
            raise AccessError(
                self.env._(
                    "%(user)s proposes no clearance for himself. Ask another security "
                    "officer.",
                    user=self.env.user.name,
                )
            )

    @api.constrains("user_id")
    def _check_internal(self):
        for clearance in self.filtered("user_id.share"):
            raise ValidationError(
                self.env._(
                    "%(user)s is no internal user and gets no clearance.",
                    user=clearance.user_id.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for clearance in self.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "%(record)s was handed in and is kept. Withdraw it instead.",
                    record=clearance.display_name,
                )
            )
