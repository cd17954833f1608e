from odoo import api, fields, models
from odoo.fields import Domain

from .care_sanction_group import SCOPES
from .care_sanction_rule import KINDS

STATES = [
    ("proposed", "To confirm"),
    ("confirmed", "Confirmed"),
    ("appealed", "Appealed"),
    ("upheld", "Upheld"),
    ("reduced", "Reduced"),
    ("reversed", "Reversed"),
    ("dismissed", "Dismissed"),
]
# States in which it counts, and those in which it never happened.
IN_FORCE = ("confirmed", "appealed", "upheld", "reduced")
VOID = ("reversed", "dismissed")


class CareSanction(models.Model):
    """One fine, loss of points or reward of a person: proposed by a rule, decided by
    people. The engine alone writes it, so nobody can forge an amount."""

    _name = "care.sanction"
    _description = "Sanction"
    _inherit = [
        "care.engine.mixin",
        "care.document.mixin",
        "care.sanction.compliance",
        "care.sanction.proposal",
        "care.sanction.ledger",
        "care.sanction.recurrence",
        "care.sanction.verdict",
        "care.sanction.notice",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "occurrence_date desc, id desc"
    _secrecy_skip_links = ("first_id",)

    number = fields.Char(readonly=True, index=True)
    name = fields.Char("What for", required=True, translate=True, readonly=True)
    rule_id = fields.Many2one(
        "care.sanction.rule", required=True, readonly=True, ondelete="restrict"
    )
    clause_id = fields.Many2one(
        "care.policy.clause", readonly=True, ondelete="restrict"
    )
    group_id = fields.Many2one(
        "care.sanction.group", "Progression", readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    trigger = fields.Selection(
        lambda self: self.env["care.sanction.rule"]._fields["trigger"].selection,
        "Proposed when",
        readonly=True,
    )
    state = fields.Selection(
        STATES, required=True, default="proposed", readonly=True, tracking=True
    )
    obligation_id = fields.Many2one(
        "care.obligation", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", "Person concerned", readonly=True, index=True, ondelete="restrict"
    )
    department_id = fields.Many2one(
        "hr.department", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, readonly=True, ondelete="restrict"
    )
    proposed_by_id = fields.Many2one(
        "res.users", "Entered by", readonly=True, ondelete="restrict"
    )
    note = fields.Text("Remark", readonly=True)
    # when
    started_at = fields.Datetime("Happened at", required=True, readonly=True)
    occurrence_date = fields.Date("Date of the event", required=True, readonly=True)
    month = fields.Date(
        compute="_compute_month", store=True, help="First day of its month."
    )
    # again each working day until put right
    occurrence = fields.Integer("Time", default=1, readonly=True)
    first_id = fields.Many2one(
        "care.sanction",
        "First time",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    again_ids = fields.One2many("care.sanction", "first_id")
    next_at = fields.Datetime("Counts again at", readonly=True)
    put_right_at = fields.Datetime("Put right at", readonly=True)
    # how much: what the engine counted, then what stands
    item_count = fields.Integer("Items", default=1, readonly=True)
    loss = fields.Monetary(readonly=True)
    scope = fields.Selection(SCOPES, "Counted of", readonly=True)
    ordinal = fields.Integer("In the month", readonly=True)
    factor = fields.Float(default=1.0, readonly=True)
    amount_proposed = fields.Monetary("Proposed amount", readonly=True)
    points_proposed = fields.Float("Proposed points", readonly=True)
    amount_min = fields.Monetary("At least", readonly=True)
    amount_max = fields.Monetary("At most", readonly=True)
    pay_min_pct = fields.Float("Performance pay from (%)", readonly=True)
    pay_max_pct = fields.Float("up to (%)", readonly=True)
    amount = fields.Monetary(readonly=True)
    points = fields.Float(readonly=True)
    pay_pct = fields.Float("Performance pay (%)", readonly=True)
    # who decides
    decider_ids = fields.Many2many(
        "res.users", "care_sanction_decider_rel", string="Decided by", readonly=True
    )
    confirmed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    confirmed_at = fields.Datetime(readonly=True)
    appeal_until = fields.Date(readonly=True)
    decision_ids = fields.One2many("care.sanction.decision", "sanction_id")
    can_confirm = fields.Boolean(compute="_compute_can")
    can_appeal = fields.Boolean(compute="_compute_can")
    can_settle = fields.Boolean(compute="_compute_can")
    can_reverse = fields.Boolean(compute="_compute_can")
    can_put_right = fields.Boolean(compute="_compute_can")

    _occurrence_uniq = models.UniqueIndex(
        "(rule_id, res_model, res_id, obligation_id, user_id, occurrence_date) "
        "NULLS NOT DISTINCT WHERE trigger != 'manual'",
        "This violation is charged for this day already.",
    )
    _again_uniq = models.UniqueIndex(
        "(first_id, occurrence) WHERE first_id IS NOT NULL",
        "This violation is charged for this time already.",
    )
    _next_idx = models.Index("(next_at, id) WHERE next_at IS NOT NULL")
    _month_idx = models.Index("(group_id, month) WHERE group_id IS NOT NULL")
    _user_day_idx = models.Index("(user_id, occurrence_date)")
    _clause_idx = models.Index("(clause_id, occurrence_date)")

    @api.depends("occurrence_date")
    def _compute_month(self):
        for sanction in self:
            day = sanction.occurrence_date
            sanction.month = day and day.replace(day=1)

    @api.depends("number", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for sanction in self:
            parts = (sanction.number, sanction.name)
            sanction.display_name = " ".join(filter(None, parts))

    @api.depends("state", "user_id", "decider_ids", "confirmed_by_id", "next_at")
    @api.depends_context("uid")
    def _compute_can(self):
        for sanction in self:
            state = sanction.state
            sanction.can_confirm = state == "proposed" and sanction._may_confirm()
            sanction.can_appeal = sanction._may_appeal()
            sanction.can_settle = state == "appealed" and sanction._may_settle()
            sanction.can_reverse = (
                state in ("confirmed", "upheld", "reduced") and sanction._may_reverse()
            )
            sanction.can_put_right = bool(sanction.next_at) and sanction._may_confirm()

    @api.model
    def _my_day_domain(self):
        """Return the sanctions that the user is to confirm or whose appeal is theirs
        to decide."""
        me = self.env.uid
        mine = Domain("decider_ids", "in", me) & Domain("user_id", "!=", me)
        return mine & (
            Domain("state", "=", "proposed")
            | (Domain("state", "=", "appealed") & Domain("confirmed_by_id", "!=", me))
        )

    def action_view_again(self):
        """Open the other times the same violation counted."""
        self.ensure_one()
        first = self.first_id or self
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_sanction_action"
        )
        domain = ["|", ("id", "=", first.id), ("first_id", "=", first.id)]
        return action | {"domain": domain, "context": {}}
