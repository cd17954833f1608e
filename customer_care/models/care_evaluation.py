from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..logic import tiers

MANAGER = "customer_care.customer_care_group_manager"


class CareEvaluation(models.Model):
    """One yearly evaluation of all customers under a scheme, from the figures over
    the sections' grades and the review meeting to the grades in force.

    The chair and managers lead it; its state moves by its buttons alone.
    """

    _name = "care.evaluation"
    _description = "Evaluation of customers"
    _inherit = [
        "care.evaluation.open",
        "care.evaluation.steps",
        "care.evaluation.apply",
        "care.evaluation.lists",
        "care.obligation.mixin",
        "care.approval.mixin",
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.mixin",
    ]
    _order = "window_from desc, id desc"
    _secrecy_skip_links = ("calendar_event_id",)
    _guarded_fields = frozenset(
        {
            "state",
            "opened_at",
            "applied_at",
            "calendar_event_id",
            "is_applying",
            "clause_id",
        }
    )
    # Fixed once the customers are on the list
    _FIXED = frozenset({"scheme_id", "company_id", "kind", "year", "date_figures"})
    # Fixed once the grades wait for their approval
    _DECIDED = frozenset(
        {"valid_from", "valid_to", "minutes", "attachment_ids", "participant_ids"}
    )

    name = fields.Char(compute="_compute_name", store=True, readonly=False, copy=False)
    scheme_id = fields.Many2one(
        "care.tier.scheme", required=True, index=True, ondelete="restrict"
    )
    clause_id = fields.Many2one(related="scheme_id.clause_id", store=True, index=True)
    kind = fields.Selection(
        [("yearly", "Yearly"), ("extra", "Between the years")],
        required=True,
        default="yearly",
    )
    year = fields.Integer(
        required=True,
        default=lambda self: fields.Date.context_today(self).year,
        aggregator=None,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("pregrading", "Sections grade"),
            ("review", "Review meeting"),
            ("approval", "Approval"),
            ("applied", "In force"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    window_from = fields.Date(
        "From", compute="_compute_window_from", store=True, readonly=False, copy=False
    )
    window_to = fields.Date(
        "Until", compute="_compute_window_to", store=True, readonly=False, copy=False
    )
    date_figures = fields.Date(
        "Figures as of",
        compute="_compute_date_figures",
        store=True,
        readonly=False,
        copy=False,
    )
    valid_from = fields.Date(
        "Grades from",
        compute="_compute_valid_from",
        store=True,
        readonly=False,
        copy=False,
    )
    valid_to = fields.Date(
        "Grades until",
        compute="_compute_valid_to",
        store=True,
        readonly=False,
        copy=False,
    )
    user_id = fields.Many2one(
        "res.users",
        "Chair",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
        ondelete="restrict",
    )
    # ---- the review meeting
    meeting_at = fields.Datetime("Meeting", copy=False)
    participant_ids = fields.Many2many("res.users", string="Participants", copy=False)
    minutes = fields.Html(copy=False)
    attachment_ids = fields.Many2many("ir.attachment", string="Files", copy=False)
    calendar_event_id = fields.Many2one("calendar.event", readonly=True, copy=False)
    # ---- the customers
    line_ids = fields.One2many("care.evaluation.line", "evaluation_id", "Customers")
    section_ids = fields.One2many("care.evaluation.section", "evaluation_id")
    line_count = fields.Integer("Customers to grade", compute="_compute_counts")
    changed_count = fields.Integer("Other grade than before", compute="_compute_counts")
    open_section_count = fields.Integer(
        "Sections still grading", compute="_compute_counts"
    )
    opened_at = fields.Datetime(readonly=True, copy=False)
    applied_at = fields.Datetime(readonly=True, copy=False)
    is_applying = fields.Boolean("Being put in force", readonly=True, copy=False)
    is_mine_to_lead = fields.Boolean(compute="_compute_is_mine_to_lead")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    _yearly_uniq = models.UniqueIndex(
        "(scheme_id, company_id, year) WHERE kind = 'yearly' AND state != 'cancelled'",
        "This year's evaluation is there already. Open that one.",
    )
    _dates = models.Constraint(
        "CHECK (valid_to >= valid_from AND window_to >= window_from)",
        "An evaluation and its grades must not end before they begin.",
    )

    @api.depends("scheme_id", "year")
    def _compute_name(self):
        for evaluation in self:
            scheme = evaluation.scheme_id.name or ""
            evaluation.name = f"{scheme} {evaluation.year}".strip()

    # One method for each day: a day that is given would leave the others of its method
    # empty.
    def _window(self):
        """Return the first and last day of the window of the scheme in the year."""
        scheme, today = self.scheme_id, fields.Date.context_today(self)
        if self.kind != "yearly" or not (scheme.window_from and scheme.window_to):
            return today, today
        year = self.year or today.year
        return tiers.window(scheme.window_from, scheme.window_to, year)

    @api.depends("scheme_id", "year", "kind")
    def _compute_window_from(self):
        for evaluation in self:
            evaluation.window_from = evaluation._window()[0]

    @api.depends("scheme_id", "year", "kind")
    def _compute_window_to(self):
        for evaluation in self:
            evaluation.window_to = evaluation._window()[1]

    @api.depends("window_from")
    def _compute_date_figures(self):
        for evaluation in self:
            evaluation.date_figures = evaluation.window_from

    @api.depends("window_to")
    def _compute_valid_from(self):
        for evaluation in self:
            last = evaluation.window_to
            evaluation.valid_from = last and last + timedelta(days=1)

    @api.depends("scheme_id", "valid_from")
    def _compute_valid_to(self):
        for evaluation in self:
            scheme, first = evaluation.scheme_id, evaluation.valid_from
            evaluation.valid_to = first and tiers.last_day(
                first, scheme.default_months or 12, scheme.grace_days
            )

    @api.depends("line_ids.is_changed", "section_ids.state")
    def _compute_counts(self):
        lines = self.env["care.evaluation.line"]._read_group(
            [("evaluation_id", "in", self.ids)],
            ["evaluation_id", "is_changed"],
            ["__count"],
        )
        sections = self.env["care.evaluation.section"]._read_group(
            [("evaluation_id", "in", self.ids), ("state", "=", "open")],
            ["evaluation_id"],
            ["__count"],
        )
        still = {evaluation.id: count for evaluation, count in sections}
        counts = {(e.id, changed): count for e, changed, count in lines}
        for evaluation in self:
            id_ = evaluation._origin.id
            changed = counts.get((id_, True), 0)
            evaluation.changed_count = changed
            evaluation.line_count = changed + counts.get((id_, False), 0)
            evaluation.open_section_count = still.get(id_, 0)

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine_to_lead(self):
        manager = self.env.user.has_group(MANAGER)
        for evaluation in self:
            evaluation.is_mine_to_lead = manager or evaluation.user_id == self.env.user

    # ---- what cannot be

    @api.constrains("scheme_id", "company_id")
    def _check_company_of_scheme(self):
        for evaluation in self:
            company = evaluation.scheme_id.company_id
            if company and company != evaluation.company_id:
                raise ValidationError(
                    self.env._(
                        "%(scheme)s belongs to %(company)s. Choose a scheme of the "
                        "company of the evaluation.",
                        scheme=evaluation.scheme_id.name,
                        company=company.name,
                    )
                )

    def copy_data(self, default=None):
        """A copy is for the year after: each year has one evaluation of a scheme."""
        return [
            vals
            if "year" in (default or {}) or evaluation.kind != "yearly"
            else vals | {"year": evaluation.year + 1}
            for evaluation, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def write(self, vals):
        if not self._in_engine():
            self._check_lead()
            self._check_fixed(vals)
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_files()
        return result

    def _check_lead(self):
        """Only the chair and managers lead; others grade their lines."""
        for evaluation in self.filtered(lambda e: not e.is_mine_to_lead):
            raise UserError(
                self.env._(
                    "%(evaluation)s is led by %(user)s. Ask them.",
                    evaluation=evaluation.name,
                    user=evaluation.user_id.name,
                )
            )

    def _check_fixed(self, vals):
        for evaluation in self:
            fixed = set() if evaluation.state == "draft" else self._FIXED
            if evaluation.state in ("approval", "applied", "cancelled"):
                fixed = fixed | self._DECIDED
            found = [
                n for n in fixed.intersection(vals) if evaluation._differs(n, vals)
            ]
            if found:
                raise UserError(
                    self.env._(
                        "%(field)s of %(evaluation)s no longer changes at this step. "
                        "Take it back a step first.",
                        field=self.fields_get(found)[found[0]]["string"],
                        evaluation=evaluation.name,
                    )
                )

    def _differs(self, name, vals):
        field = self._fields[name]
        if field.type in ("many2many", "html"):
            return True
        new = field.convert_to_cache(vals[name], self)
        return new != field.convert_to_cache(self[name], self)

    def _own_files(self):
        for evaluation in self:
            mine = evaluation.sudo().attachment_ids.filtered(
                lambda a: not a.res_id and a.create_uid == self.env.user
            )
            mine.write({"res_model": self._name, "res_id": evaluation.id})

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for evaluation in self.filtered(lambda e: e.state != "draft"):
            raise UserError(
                self.env._(
                    "%(evaluation)s has begun and is kept. Cancel it instead.",
                    evaluation=evaluation.name,
                )
            )

    # ---- approvals

    def _approval_gates(self):
        return [("apply", self.env._("Grades in force"))]

    def _approval_guarded_fields(self, gate):
        return {"valid_from", "valid_to", "minutes"}

    def _on_approval_decided(self, approval):
        """A refusal sends the grades back to the review."""
        if approval.state == "rejected":
            self._back_to_review()

    def _on_approval_cancelled(self, approval):
        self._back_to_review()

    def _back_to_review(self):
        """Not once grades are being put in force: half of them would be."""
        waiting = self.filtered(lambda e: e.state == "approval" and not e.is_applying)
        waiting._put({"state": "review"})
