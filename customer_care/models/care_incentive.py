from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..logic import scores

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [
    ("proposed", "Proposed"),
    ("asked", "To approve"),
    ("granted", "Approved"),
    ("handed", "Handed over"),
    ("expired", "Expired"),
    ("refused", "Refused"),
    ("revoked", "Revoked"),
    ("dropped", "Not taken up"),
]
# what is approved, fixed once it is asked for
_FIXED = {
    "rule_id",
    "partner_id",
    "referred_id",
    "lead_id",
    "date",
    "date_from",
    "date_to",
    "base",
    "amount",
    "percent",
    "reason",
    "company_id",
}


class CareIncentive(models.Model):
    """One reward for one customer under one rule: proposed by the job or by hand,
    approved, handed over with proof, or used as a discount until a day (P04.17)."""

    _name = "care.incentive"
    _description = "Incentive"
    _inherit = [
        "care.obligation.mixin",
        "care.incentive.flow",
        "care.incentive.compliance",
        "care.approval.mixin",
        "care.step.mixin",
        "care.secrecy.follow.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _step_fields = {
        "state": "proposed",
        "number": False,
        "is_by_job": False,
        "granted_on": False,
        "handed_by_id": False,
        "revoke_reason": False,
    }
    _MOVES = {
        ("proposed", "asked"): _USER,
        ("proposed", "granted"): _USER,
        ("proposed", "dropped"): _USER,
        ("asked", "proposed"): _USER,
        ("refused", "proposed"): _USER,
        ("granted", "handed"): _USER,
        ("granted", "revoked"): _MANAGER,
        ("handed", "revoked"): _MANAGER,
        ("dropped", "proposed"): _MANAGER,
    }

    number = fields.Char(readonly=True, copy=False, index=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="proposed",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    rule_id = fields.Many2one(
        "care.incentive.rule", required=True, index=True, ondelete="restrict"
    )
    clause_id = fields.Many2one(
        related="rule_id.clause_id", store=True, index="btree_not_null"
    )
    kind = fields.Selection(related="rule_id.kind", store=True)
    basis = fields.Selection(related="rule_id.basis")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    referred_id = fields.Many2one(
        "res.partner",
        "Customer brought",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('referrer_id', '=', partner_id)]",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        "Deal",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('won_status', '=', 'won')]",
    )
    user_id = fields.Many2one(
        "res.users",
        "Account manager",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    date = fields.Date(
        "Earned on",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self),
    )
    date_from = fields.Date(
        "Period from",
        compute="_compute_period",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        "Period until",
        compute="_compute_period",
        store=True,
        readonly=False,
        precompute=True,
    )
    occasion_key = fields.Char(
        compute="_compute_occasion_key",
        store=True,
        precompute=True,
        copy=False,
        export_string_translation=False,
    )
    base = fields.Float("Figure or deal", help="What it was earned by.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_reward",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    percent = fields.Float(
        "Discount (%)",
        digits=(16, 2),
        compute="_compute_reward",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
    )
    reason = fields.Text("Why")
    is_by_job = fields.Boolean("Proposed by the rule", readonly=True, copy=False)
    granted_on = fields.Date(readonly=True, copy=False)
    valid_until = fields.Date(copy=False, tracking=True)
    handed_on = fields.Date("Handed over on", copy=False)
    handed_by_id = fields.Many2one(
        "res.users", "Handed over by", readonly=True, copy=False, ondelete="restrict"
    )
    receiver = fields.Char("Received by", copy=False)
    proof_ids = fields.Many2many(
        "ir.attachment", string="Proof of handing over", copy=False
    )
    revoke_reason = fields.Text("Why revoked", readonly=True, copy=False)
    reason_asked = fields.Text("Reason of the end", copy=False)

    _occasion_uniq = models.UniqueIndex(
        "(rule_id, partner_id, company_id, occasion_key) WHERE state != 'dropped'",
        "The customer was proposed for this under the rule already. Open that one.",
    )
    _numbers_positive = models.Constraint(
        "CHECK (amount >= 0 AND percent BETWEEN 0 AND 100)",
        "Amounts are not negative, and percentages lie between 0 and 100.",
    )

    @api.depends("number", "rule_id", "partner_id")
    def _compute_display_name(self):
        for record in self:
            parts = (record.number, record.rule_id.name, record.partner_id.display_name)
            record.display_name = " ".join(filter(None, parts))

    @api.depends("partner_id", "company_id")
    def _compute_user_id(self):
        for record in self:
            lead = record.partner_id.sudo().commercial_partner_id.user_id
            record.user_id = record.user_id or lead or self.env.user
            keeper = record.user_id.sudo().with_company(record.company_id)
            record.department_id = (
                record.department_id or keeper.employee_id.department_id
            )

    @api.depends("rule_id", "date")
    def _compute_period(self):
        for record in self:
            if record.date and record.rule_id:
                begin, end = scores.period_of(record.rule_id.period, record.date)
                record.date_from, record.date_to = begin, end

    @api.depends("rule_id", "date_from", "date_to", "referred_id", "lead_id")
    def _compute_occasion_key(self):
        for record in self:
            basis = record.rule_id.basis
            if basis == "referral":
                record.occasion_key = f"referral-{record.referred_id.id}"
            elif basis == "deal":
                record.occasion_key = f"deal-{record.lead_id.id}"
            else:
                record.occasion_key = f"{record.date_from}..{record.date_to}"

    @api.depends("rule_id", "base")
    def _compute_reward(self):
        for record in self:
            rule = record.rule_id
            record.amount = record.currency_id.round(rule._reward(record.base))
            record.percent = rule.percent

    @api.onchange("lead_id")
    def _onchange_lead_id(self):
        if self.lead_id:
            self.base = self.lead_id.expected_revenue
            self.date = self.lead_id.date_closed or self.date

    # ---- checks

    @api.constrains("rule_id", "partner_id", "referred_id", "lead_id")
    def _check_occasion(self):
        for record in self:
            refusal = record._occasion_refusal()
            if refusal:
                raise ValidationError(refusal)

    def _occasion_refusal(self):
        basis, customer = self.rule_id.basis, self.partner_id.display_name
        deal = self.sudo().lead_id
        if basis in ("deal", "referral"):
            buyer = self.referred_id if basis == "referral" else self.partner_id
            if basis == "referral" and not buyer:
                return self.env._(
                    "Choose the customer whom %(customer)s brought.", customer=customer
                )
            if basis == "referral" and buyer.sudo().referrer_id != self.partner_id:
                return self.env._(
                    "%(buyer)s is not registered as brought by %(customer)s.",
                    buyer=buyer.display_name,
                    customer=customer,
                )
            family = deal.partner_id.commercial_partner_id
            if deal.won_status != "won" or family != buyer.commercial_partner_id:
                return self.env._(
                    "A reward for %(customer)s needs a closed deal with %(buyer)s. "
                    "Choose the deal that was won.",
                    customer=customer,
                    buyer=buyer.display_name,
                )
        return ""

    # ---- saving

    @api.model
    def _make(self, vals_list):
        """Create what the job found; marked as such."""
        records = self.create(vals_list)
        if records:
            records._step_write({"is_by_job": True})
        return records

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [
            {key: value for key, value in vals.items() if key != "occasion_key"}
            for vals in vals_list
        ]
        records = super().create(vals_list)
        for record in records:
            for linked in (record.partner_id, record.referred_id, record.lead_id):
                linked.check_access("read")
            numbers = self.env["ir.sequence"].sudo().with_company(record.company_id)
            level = record.sudo().secrecy_level
            record._step_write({"number": numbers._care_next("care.incentive", level)})
        return records

    def write(self, vals):
        vals = {key: value for key, value in vals.items() if key != "occasion_key"}
        if not self._is_step() and _FIXED & vals.keys():
            for record in self.filtered(lambda record: record.state != "proposed"):
                raise UserError(
                    self.env._(
                        "%(record)s is handed in and stays as it was asked for. Take "
                        "it back first.",
                        record=record.display_name,
                    )
                )
        result = super().write(vals)
        for name in ("partner_id", "referred_id", "lead_id"):
            if name in vals:
                self[name].check_access("read")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for record in self:
            if record.state not in ("proposed", "dropped") or record.is_by_job:
                raise UserError(
                    self.env._(
                        "%(record)s stays on record. Say that it is not taken up.",
                        record=record.display_name,
                    )
                )

    @api.model
    def _my_day_domain(self):
        """Return the incentives that the user is to hand over."""
        return Domain("user_id", "=", self.env.uid) & Domain("state", "=", "granted")
