from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [
    ("draft", "Draft"),
    ("workshop", "Worked out"),
    ("head", "With the department head"),
    ("executive", "With the executive"),
    ("running", "Running"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
OPEN = ("draft", "workshop")
# what was agreed, fixed once the plan is handed in
_FIXED = {
    "name",
    "partner_id",
    "template_id",
    "company_id",
    "department_id",
    "date_from",
    "date_to",
    "contents",
    "workshop_on",
    "workshop_user_ids",
    "workshop_partner_ids",
    "minutes",
    "review_months",
}


class CareServicePlan(models.Model):
    """What is done for one customer in a period: worked out in a workshop, with
    measurable standards, process, team and budget, approved by the department head and
    then the executive, reviewed at intervals (P04.04, P04.05)."""

    _name = "care.service.plan"
    _description = "Service plan"
    _inherit = [
        "care.obligation.mixin",
        "care.service.plan.flow",
        "care.service.plan.fill",
        "care.service.plan.compliance",
        "care.approval.mixin",
        "care.improvement.mixin",
        "care.step.mixin",
        "care.secrecy.follow.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, id desc"
    _secrecy_skip_links = ("previous_id",)
    _secrecy_relations = ("workshop_partner_ids",)
    _step_fields = {
        "state": "draft",
        "submitted_by_id": False,
        "approved_on": False,
        "revision": 0,
        "previous_id": False,
    }
    _MOVES = {
        ("draft", "workshop"): _USER,
        ("workshop", "draft"): _USER,
        ("workshop", "head"): _USER,
        ("head", "workshop"): _USER,
        ("executive", "workshop"): _USER,
        ("running", "workshop"): _MANAGER,
        ("running", "closed"): _USER,
        ("closed", "running"): _MANAGER,
        ("draft", "cancelled"): _USER,
        ("workshop", "cancelled"): _USER,
        ("head", "cancelled"): _MANAGER,
        ("executive", "cancelled"): _MANAGER,
        ("running", "cancelled"): _MANAGER,
        ("cancelled", "draft"): _MANAGER,
    }

    name = fields.Char("Service plan", required=True, tracking=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    template_id = fields.Many2one(
        "care.service.plan.template",
        index="btree_not_null",
        ondelete="restrict",
    )
    clause_id = fields.Many2one(
        "care.policy.clause",
        compute="_compute_clause_id",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        tracking=True,
    )
    tier_id = fields.Many2one("care.tier", "Grade", related="partner_id.care_tier_id")
    user_id = fields.Many2one(
        "res.users",
        "Account manager",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: fields.Date.context_today(self)
    )
    date_to = fields.Date(
        "Until",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    team_ids = fields.Many2many(
        "care.team.member",
        "care_service_plan_member_rel",
        domain="[('partner_id', '=', partner_id)]",
    )
    contents = fields.Text("Services promised")
    # ---- workshop
    workshop_on = fields.Date(copy=False, tracking=True)
    workshop_user_ids = fields.Many2many(
        "res.users",
        "care_service_plan_user_rel",
        string="Took part",
        copy=False,
        domain="[('share', '=', False)]",
    )
    workshop_partner_ids = fields.Many2many(
        "res.partner",
        "care_service_plan_partner_rel",
        string="People of the customer",
        copy=False,
        domain="[('commercial_partner_id', '=', partner_id)]",
    )
    minutes = fields.Text("Minutes of the workshop", copy=False)
    # ---- contents
    line_ids = fields.One2many(
        "care.service.plan.line", "plan_id", "Standards", copy=True
    )
    step_ids = fields.One2many(
        "care.service.plan.step", "plan_id", "Process", copy=True
    )
    cost_ids = fields.One2many("care.service.plan.cost", "plan_id", "Budget", copy=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    budget = fields.Monetary(
        "Total budget", compute="_compute_costs", store=True, tracking=True
    )
    actual = fields.Monetary("Total spent", compute="_compute_costs", store=True)
    is_over = fields.Boolean("Over budget", compute="_compute_costs", store=True)
    # ---- approval
    submitted_by_id = fields.Many2one(
        "res.users", "Handed in by", readonly=True, copy=False, ondelete="restrict"
    )
    approved_on = fields.Date(readonly=True, copy=False)
    revision = fields.Integer(readonly=True, copy=False, aggregator=None)
    # ---- kickoff
    event_ids = fields.One2many("calendar.event", "care_plan_id", "Meetings")
    kickoff_id = fields.Many2one(
        "calendar.event", "Kickoff meeting", compute="_compute_kickoff_id"
    )
    kickoff_on = fields.Date("Kickoff held on", copy=False, tracking=True)
    kickoff_minutes = fields.Text("Minutes of the kickoff", copy=False)
    # ---- reviews
    review_months = fields.Integer("Months between reviews", default=3)
    review_ids = fields.One2many("care.service.review", "plan_id", "Reviews")
    review_count = fields.Integer("Number of reviews", compute="_compute_reviews")
    next_review = fields.Date(compute="_compute_reviews")
    share_met = fields.Float(
        "Standards met (%)",
        compute="_compute_share_met",
        store=True,
        aggregator="avg",
        help="Of the standards judged by the last review.",
    )
    is_judged = fields.Boolean(compute="_compute_share_met", store=True)
    conclusion = fields.Text(copy=False)
    previous_id = fields.Many2one(
        "care.service.plan",
        "Plan before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    next_ids = fields.One2many("care.service.plan", "previous_id", "Plans after")

    _dates_order = models.Constraint(
        "CHECK (date_from <= date_to)",
        "A plan ends on or after the day it begins. Correct the two days.",
    )
    _months_positive = models.Constraint(
        "CHECK (review_months >= 0)",
        "Months between reviews are not negative. Enter 0 for no reviews.",
    )
    _previous_uniq = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL AND state != 'cancelled'",
        "The next plan is there already. Open it from this one.",
    )

    @api.depends("template_id")
    def _compute_clause_id(self):
        for plan in self:
            plan.clause_id = plan.sudo().template_id.clause_id

    @api.depends("partner_id")
    def _compute_user_id(self):
        for plan in self:
            lead = plan.partner_id.sudo().user_id
            plan.user_id = plan.user_id or lead or self.env.user

    @api.depends("user_id", "company_id")
    def _compute_department_id(self):
        for plan in self:
            keeper = plan.user_id.sudo().with_company(plan.company_id)
            plan.department_id = plan.department_id or keeper.employee_id.department_id

    @api.depends("date_from", "template_id")
    def _compute_date_to(self):
        for plan in self:
            if plan.date_from and (not plan.date_to or plan.date_to < plan.date_from):
                months = plan.template_id.months or 12
                plan.date_to = plan.date_from + relativedelta(months=months, days=-1)

    @api.depends("cost_ids.budget", "cost_ids.actual")
    def _compute_costs(self):
        for plan in self:
            plan.budget = sum(plan.cost_ids.mapped("budget"))
            plan.actual = sum(plan.cost_ids.mapped("actual"))
            plan.is_over = plan.actual > plan.budget

    @api.depends("event_ids.start")
    def _compute_kickoff_id(self):
        for plan in self:
            plan.kickoff_id = plan.event_ids.sorted("start")[:1]

    @api.depends("review_ids.state", "review_ids.date_due")
    def _compute_reviews(self):
        rows = self.env["care.service.review"]._read_group(
            [("plan_id", "in", self.ids)],
            ["plan_id", "state"],
            ["__count", "date_due:min"],
        )
        for plan in self:
            mine = [row for row in rows if row[0] == plan._origin]
            plan.review_count = sum(row[2] for row in mine)
            plan.next_review = next((r[3] for r in mine if r[1] == "planned"), False)

    @api.depends("line_ids.verdict")
    def _compute_share_met(self):
        for plan in self:
            verdicts = plan.line_ids.mapped("verdict")
            met, missed = verdicts.count("met"), verdicts.count("missed")
            plan.is_judged = bool(met + missed)
            plan.share_met = 100 * met / (met + missed) if met + missed else 0

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """A mean leaves out what is not judged."""
        found = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "share_met:avg":
            return found
        known = self._field_to_sql(self._table, "is_judged", query)
        return SQL("%s FILTER (WHERE %s)", found, known)

    # ---- checks

    @api.constrains("partner_id", "workshop_partner_ids")
    def _check_guests(self):
        for plan in self:
            family = plan.partner_id.commercial_partner_id
            for guest in plan.workshop_partner_ids:
                if guest.commercial_partner_id != family:
                    raise ValidationError(
                        self.env._(
                            "%(guest)s does not belong to %(customer)s. Choose one of "
                            "its contacts.",
                            guest=guest.display_name,
                            customer=family.display_name,
                        )
                    )

    @api.constrains("partner_id", "team_ids")
    def _check_team(self):
        for plan in self:
            if plan.team_ids.partner_id - plan.partner_id:
                raise ValidationError(
                    self.env._(
                        "The team of %(plan)s holds members of another customer's "
                        "team. Take them out.",
                        plan=plan.display_name,
                    )
                )

    @api.constrains("kickoff_on", "workshop_on")
    def _check_past(self):
        today = fields.Date.context_today(self)
        for plan in self:
            if max(plan.kickoff_on or today, plan.workshop_on or today) > today:
                raise ValidationError(
                    self.env._(
                        "%(plan)s: a meeting that lies ahead was not held yet. Enter "
                        "the day when it is over.",
                        plan=plan.display_name,
                    )
                )

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        for plan in plans:
            plan.partner_id.check_access("read")
            if plan.template_id and not plan.line_ids:
                plan._fill_from_template()
            if not plan.team_ids:
                plan._fill_team()
        return plans

    def write(self, vals):
        if not self._is_step() and _FIXED & vals.keys():
            for plan in self.filtered(lambda plan: plan.state not in OPEN):
                raise UserError(
                    self.env._(
                        "%(plan)s is handed in and its contents are fixed. Take it "
                        "back for rework first.",
                        plan=plan.display_name,
                    )
                )
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id.check_access("read")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for plan in self:
            if plan.state not in ("draft", "workshop", "cancelled") or plan.approved_on:
                raise UserError(
                    self.env._(
                        "%(plan)s stays on record. Cancel or archive it instead.",
                        plan=plan.display_name,
                    )
                )

    @api.model
    def _my_day_domain(self):
        """Return the plans that the user is to bring to an end."""
        return Domain("user_id", "=", self.env.uid) & Domain("state", "in", OPEN)
