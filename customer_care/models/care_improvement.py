from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .care_improvement_rule import KINDS

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [
    ("draft", "To plan"),
    ("planned", "Planned"),
    ("doing", "In progress"),
    ("checking", "Effect to check"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
RESULTS = [("effective", "Effective"), ("not_effective", "Not effective")]
ENDED = ("closed", "cancelled")
# What a plan fixes: person, date and measure, and when the effect is looked at.
_FIXED = {"user_id", "date_due", "measure", "check_date", "kind"}
# What ended stays as it was.
_KEPT = _FIXED | {
    "name",
    "cause",
    "cause_category_id",
    "result",
    "check_user_id",
    "department_id",
    "partner_id",
    "clause_id",
    "company_id",
}


class CareImprovement(models.Model):
    """One improvement (CAPA): a cause, a measure with person and date, and the check
    of its effect. People work on it; its state changes by its buttons alone."""

    _name = "care.improvement"
    _description = "Improvement"
    _inherit = [
        "care.obligation.mixin",
        "care.approval.mixin",
        "care.requirement.mixin",
        "care.step.mixin",
        "care.document.mixin",
        "care.improvement.compliance",
        "care.improvement.flow",
        "care.improvement.source",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.mixin",
    ]
    _order = "date_due, id desc"
    _secrecy_skip_links = ("previous_id",)

    # what only steps write
    _step_fields = {
        "state": "draft",
        "number": False,
        "origin": "manual",
        "origin_key": False,
        "rule_id": False,
        "previous_id": False,
        "cycle": 1,
        "res_model": False,
        "res_id": 0,
        "done_at": False,
        "check_result": False,
        "check_note": False,
        "checked_at": False,
        "checked_by_id": False,
        "supervisor_id": False,
        "cancel_reason": False,
    }
    _MOVES = {
        ("draft", "planned"): _USER,
        ("planned", "doing"): _USER,
        ("doing", "checking"): _USER,
        ("checking", "closed"): _USER,
        ("planned", "draft"): _MANAGER,
        ("doing", "draft"): _MANAGER,
        ("draft", "cancelled"): _MANAGER,
        ("planned", "cancelled"): _MANAGER,
        ("doing", "cancelled"): _MANAGER,
        ("checking", "cancelled"): _MANAGER,
    }

    name = fields.Char("What is to improve", required=True, tracking=True)
    number = fields.Char(readonly=True, copy=False, index=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="corrective", tracking=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        copy=False,
        tracking=True,
        group_expand=True,
    )
    clause_id = fields.Many2one("care.policy.clause", index=True, ondelete="restrict")
    rule_id = fields.Many2one(
        "care.improvement.rule",
        "Opened by rule",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    origin = fields.Selection(
        [
            ("manual", "By hand"),
            ("indicator", "Indicator under its pass mark"),
            ("repeat", "Repeated"),
            ("record", "Record of a rule"),
            ("inspection", "Finding of an inspection"),
            ("other", "Another engine"),
        ],
        required=True,
        default="manual",
        readonly=True,
        copy=False,
    )
    origin_key = fields.Char(readonly=True, copy=False)
    res_model = fields.Char("Origin model", readonly=True, copy=False)
    res_id = fields.Many2oneReference("Origin id", readonly=True, copy=False)
    link_ids = fields.One2many("care.improvement.link", "improvement_id", "Records")
    # cause
    cause_category_id = fields.Many2one(
        "care.cause.category", "Kind of cause", ondelete="restrict", tracking=True
    )
    cause = fields.Text("Root cause", tracking=True)
    why_ids = fields.One2many("care.improvement.why", "improvement_id", copy=True)
    # plan
    measure = fields.Text(tracking=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", index=True, ondelete="restrict", tracking=True
    )
    date_due = fields.Date("To be done by", index=True, copy=False, tracking=True)
    supervisor_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
        help="Watches over the measure; named by who approves the plan.",
    )
    department_id = fields.Many2one("hr.department", index=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    # done
    result = fields.Text("What was done", copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    evidence_ids = fields.Many2many("ir.attachment", copy=False)
    # effect
    check_date = fields.Date("Effect checked on", copy=False, tracking=True)
    check_user_id = fields.Many2one(
        "res.users", "Effect checked by", ondelete="restrict", tracking=True
    )
    check_result = fields.Selection(
        RESULTS, "Effect", readonly=True, copy=False, tracking=True
    )
    check_note = fields.Text("Finding of the check", readonly=True, copy=False)
    checked_at = fields.Datetime(readonly=True, copy=False)
    checked_by_id = fields.Many2one(
        "res.users", "Checked by", readonly=True, copy=False, ondelete="restrict"
    )
    cancel_reason = fields.Text(readonly=True, copy=False)
    # cycles
    cycle = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "care.improvement",
        "Earlier cycle",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many("care.improvement", "previous_id", "Later cycles")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    can_name_supervisor = fields.Boolean(compute="_compute_can")
    can_check = fields.Boolean(compute="_compute_can")

    _open_uniq = models.UniqueIndex(
        "(origin, origin_key, company_id) "
        "WHERE origin_key IS NOT NULL AND state NOT IN ('closed', 'cancelled')",
        "An improvement for this is open already.",
    )
    _key_idx = models.Index("(origin, origin_key) WHERE origin_key IS NOT NULL")
    _record_idx = models.Index("(res_model, res_id) WHERE res_model IS NOT NULL")
    _checked_before_closed = models.Constraint(
        "CHECK (state != 'closed' OR (check_result IS NOT NULL "
        "AND checked_at IS NOT NULL AND checked_by_id IS NOT NULL))",
        "An improvement is closed after the check of its effect alone.",
    )
    _fixed_when_planned = models.Constraint(
        "CHECK (state IN ('draft', 'cancelled') OR (user_id IS NOT NULL "
        "AND date_due IS NOT NULL AND measure IS NOT NULL "
        "AND check_date IS NOT NULL))",
        "A plan names the person, the date, the measure and the day of the check.",
    )

    @api.depends("name", "number")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " ".join(filter(None, (record.number, record.name)))

    @api.depends("state", "date_due", "check_date")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for record in self:
            wait = record.check_date if record.state == "checking" else record.date_due
            record.is_late = bool(record.state not in ENDED and wait and wait < today)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return (
            Domain("state", "in", ("draft", "planned", "doing"))
            & Domain("date_due", "<", today)
        ) | (Domain("state", "=", "checking") & Domain("check_date", "<", today))

    @api.depends_context("uid")
    @api.depends("state", "user_id", "check_user_id", "approval_ids.state")
    def _compute_can(self):
        for record in self:
            record.can_check = record.state == "checking" and record._may_check()
            record.can_name_supervisor = (
                record.state not in ENDED and record._may_name_supervisor()
            )

    @api.constrains("date_due", "check_date")
    def _check_dates(self):
        for record in self:
            due, check = record.date_due, record.check_date
            if due and check and check < due:
                raise ValidationError(
                    self.env._(
                        "The effect of %(record)s is checked after its measure is "
                        "done. Choose a later day.",
                        record=record.display_name,
                    )
                )

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            numbers = self.env["ir.sequence"].sudo().with_company(record.company_id)
            level = record.sudo().secrecy_level
            number = numbers._care_next("care.improvement", level)
            record._step_write({"number": number})
        records._claim_evidence()
        return records

    def write(self, vals):
        if not self._is_step():
            self._check_fixed(vals)
        result = super().write(vals)
        if "evidence_ids" in vals:
            self._claim_evidence()
        return result

    def _claim_evidence(self):
        """Files just uploaded belong to their improvement from now on."""
        for record in self:
            fresh = record.sudo().evidence_ids.filtered(
                lambda file: (
                    file.create_uid == self.env.user
                    and not file.res_id
                    and file.res_model in (False, self._name)
                )
            )
            if fresh:
                fresh.write({"res_model": self._name, "res_id": record.id})

    def _check_fixed(self, vals):
        """What a plan fixed is changed by managers alone, what has ended by nobody."""
        manager = self.env.su or self.env.user.has_group(_MANAGER)
        if _KEPT & vals.keys():
            self._check_not_ended()
        if _FIXED & vals.keys() and not manager:
            for record in self.filtered(lambda record: record.state != "draft"):
                raise AccessError(
                    self.env._(
                        "The plan of %(record)s is fixed: person, date and measure "
                        "change through a customer care manager.",
                        record=record.display_name,
                    )
                )

    def _check_not_ended(self):
        for record in self.sudo():
            if record.state in ENDED:
                raise UserError(
                    self.env._(
                        "%(record)s has ended and stays as it is. Open a new one.",
                        record=record.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for record in self:
            if record.state not in ("draft", "cancelled") or record.sudo().approval_ids:
                raise UserError(
                    self.env._(
                        "%(record)s stays on record. Cancel it instead.",
                        record=record.display_name,
                    )
                )

    # ---- the engines

    def _approval_gates(self):
        return [
            ("plan", self.env._("Plan of the measure")),
            ("close", self.env._("Closing")),
        ]

    def _approval_guarded_fields(self, gate):
        if gate == "plan":
            return {"user_id", "date_due", "measure", "cause"}
        return {"check_result", "check_note"}

    def _approval_subject_users(self, gate):
        return self.user_id

    def _on_approval_decided(self, approval):
        """Go on by itself once the last approval of the gate is there."""
        then = {"plan": ("draft", "planned"), "close": ("checking", "closed")}
        before, after = then.get(approval.gate, (None, None))
        for record in self.filtered(lambda record: record.state == before):
            ready = approval.gate != "close" or record.check_result
            if (
                approval.state == "approved"
                and ready
                and record._approval_is_granted(approval.gate)
            ):
                record._enter(after)

    def _on_approval_cancelled(self, approval):
        """A plan whose approval became void is planned anew."""
        if approval.gate == "plan" and approval.cancel_kind == "changed":
            back = self.filtered(lambda record: record.state in ("planned", "doing"))
            back._step_write({"state": "draft"})

    @api.model
    def _my_day_domain(self):
        """Return what waits for the user: to plan, to do, to check."""
        me, today = self.env.uid, fields.Date.context_today(self)
        return (
            Domain("user_id", "=", me)
            & Domain("state", "in", ("draft", "planned", "doing"))
        ) | (
            Domain("check_user_id", "=", me)
            & Domain("state", "=", "checking")
            & Domain("check_date", "<=", today)
        )
