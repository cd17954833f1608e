from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..logic import quorum

STATES = [
    ("pending", "To decide"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
]


class CareApproval(models.Model):
    """One record asks to pass one gate under one rule, and what became of it.

    The approval engine alone writes it: a host requests, the deciders use the buttons.
    It holds no name of the record, which not every decider may see.
    """

    _name = "care.approval"
    _description = "Approval"
    _inherit = [
        "care.obligation.mixin",
        "care.approval.decide.mixin",
        "care.approval.notice.mixin",
        "care.approval.compliance",
        "care.engine.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "id desc"
    _mail_post_access = "read"

    name = fields.Char(required=True, translate=True)
    rule_id = fields.Many2one(
        "care.approval.rule", required=True, index=True, ondelete="restrict"
    )
    clause_id = fields.Many2one("care.policy.clause", index=True, ondelete="restrict")
    res_model = fields.Char("Model", required=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True
    )
    gate = fields.Char(required=True)
    state = fields.Selection(STATES, required=True, index=True)
    cancel_kind = fields.Selection(
        [
            ("withdrawn", "Withdrawn"),
            ("returned", "Returned for rework"),
            ("changed", "The record changed"),
            ("deleted", "The record was deleted"),
        ],
        "Cancelled because",
    )
    requester_id = fields.Many2one("res.users", "Asked by", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency", required=True)
    band_amount = fields.Monetary(
        "Amount in the currency of the bands", currency_field="band_currency_id"
    )
    band_currency_id = fields.Many2one("res.currency", required=True)
    before_amount = fields.Monetary(
        "Asked for before",
        currency_field="band_currency_id",
        help="Amounts approved or waiting that the rule counts with this one.",
    )
    before_ids = fields.Many2many(
        "care.approval",
        "care_approval_before_rel",
        "approval_id",
        "before_id",
        string="Counted before",
    )
    cumulated_amount = fields.Monetary(
        "Amount compared",
        currency_field="band_currency_id",
        help="What the limits of the steps were compared with.",
    )
    sum_text = fields.Char("Counted together", compute="_compute_sum_text")
    tally_key = fields.Char(help="Rule and record or customer whose amounts add up.")
    tally_number = fields.Integer(help="Number of the request under that key.")
    requested_at = fields.Datetime("Asked at", required=True)
    due_at = fields.Datetime("To be decided by", help="As the rule says.")
    decider_id = fields.Many2one(
        "res.users",
        "Next decider",
        index="btree_not_null",
        help="The first of those who are asked: the obligation to decide is theirs. "
        "Everybody who is asked has an activity.",
    )
    decided_at = fields.Datetime()
    granted_at = fields.Datetime(help="Kept when a later change makes it void.")
    reason = fields.Text(help="Reasons of a rejection or return, as they were given.")
    decision_count = fields.Integer("Number of decisions")
    guarded_fields = fields.Char(help="Fields whose change makes the approval void.")
    guarded_digest = fields.Char(help="Fingerprint of their values at the request.")
    line_ids = fields.One2many("care.approval.line", "approval_id", "Steps")
    decision_ids = fields.One2many("care.approval.decision", "approval_id", "Decisions")
    current_user_ids = fields.Many2many(
        "res.users", "care_approval_current_user_rel", string="Asked now"
    )
    current_line_id = fields.Many2one(
        "care.approval.line", "Step", compute="_compute_current_line_id"
    )
    earlier_ids = fields.Many2many(
        "care.approval", string="Earlier requests", compute="_compute_earlier_ids"
    )
    earlier_reason = fields.Text(
        "Not approved before because", compute="_compute_earlier_ids"
    )
    record_name = fields.Char("Record", compute="_compute_record_name")
    record_visible = fields.Boolean(compute="_compute_record_name")
    can_decide = fields.Boolean(compute="_compute_can")
    can_withdraw = fields.Boolean(compute="_compute_can")

    _one_pending = models.UniqueIndex(
        "(rule_id, res_model, res_id) WHERE state = 'pending'",
        "This approval is asked for already.",
    )
    _one_tally_number = models.UniqueIndex(
        "(tally_key, tally_number) WHERE tally_key IS NOT NULL",
        "Another approval was asked for at this moment that counts with this one. "
        "Ask once more.",
    )
    _host_index = models.Index("(res_model, res_id)")

    @api.depends("line_ids.state")
    def _compute_current_line_id(self):
        for approval in self:
            pending = approval.line_ids.filtered(lambda line: line.state == "pending")
            approval.current_line_id = pending[:1]

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_record_name(self):
        for res_model, approvals in self.grouped("res_model").items():
            visible = self.env["res.users"].browse()
            if res_model in self.env:
                records = self.env[res_model].browse(approvals.mapped("res_id"))
                # never by sudo: a name read as superuser must not stay for the user
                visible = records.exists().sudo(False)._filtered_access("read")
            names = {record.id: record.display_name for record in visible}
            for approval in approvals:
                approval.record_visible = approval.res_id in names
                approval.record_name = names.get(
                    approval.res_id, self.env._("Restricted record")
                )

    @api.depends("res_model", "res_id", "rule_id")
    @api.depends_context("uid")
    def _compute_earlier_ids(self):
        """The reader's own rights: requests of another company stay hidden."""
        domain = Domain.OR(
            Domain("res_model", "=", res_model)
            & Domain("res_id", "in", approvals.mapped("res_id"))
            for res_model, approvals in self.grouped("res_model").items()
        )
        found = self.search(domain) if self else self
        for approval in self:
            approval.earlier_ids = found.filtered(
                lambda row, this=approval: (
                    (row.res_model, row.res_id) == (this.res_model, this.res_id)
                    and row.rule_id == this.rule_id
                    and row.id < this._origin.id
                )
            )
            last = approval.earlier_ids.filtered("reason")[:1]
            approval.earlier_reason = last.reason

    @api.depends("band_amount", "before_amount", "cumulated_amount")
    @api.depends_context("lang")
    def _compute_sum_text(self):
        for approval in self:
            if not approval.before_amount:
                approval.sum_text = False
                continue
            money = approval.band_currency_id.format
            approval.sum_text = self.env._(
                "This %(this)s + %(before)s before = %(sum)s",
                this=money(abs(approval.band_amount)),
                before=money(approval.before_amount),
                sum=money(approval.cumulated_amount),
            )

    @api.depends("state", "current_user_ids", "requester_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        manager = user.has_group("customer_care.customer_care_group_manager")
        for approval in self:
            pending = approval.state == "pending"
            approval.can_decide = pending and (
                user in approval.current_user_ids
                or (user in approval.current_line_id.user_ids and approval._may(user))
            )
            approval.can_withdraw = pending and (
                manager or approval.requester_id == user
            )

    @api.model
    def _my_day_domain(self):
        """Return what waits for the current user."""
        return [("state", "=", "pending"), ("current_user_ids", "=", self.env.uid)]

    # -- buttons -------------------------------------------------------------

    def action_approve(self):
        """Approve, asking for the file first where one is wanted. Of several, those
        that cannot be are named and the others approved."""
        self.check_access("read")
        if len(self) > 1:
            return self._decide_many("approve")
        if any(approval.current_line_id.attachment_wanted for approval in self):
            return self._open_comment("approve")
        self._decide("approve")
        return True

    def action_reject(self):
        """Ask for the reason, then reject."""
        return self._open_comment("reject")

    def action_return(self):
        """Ask what is missing, then give the request back for rework."""
        return self._open_comment("return")

    def action_withdraw(self):
        """Take back a request; its requester may, or a manager."""
        self.check_access("read")
        self._lock()
        for approval in self:
            if not approval.can_withdraw:
                raise UserError(approval._why_not_withdraw())
            approval._end("withdrawn", self.env._("Withdrawn"))
        return True

    def action_refresh_deciders(self):
        """Ask the present holders of the roles, after somebody left or changed."""
        self.check_access("read")
        self._lock()
        for approval in self.filtered(lambda approval: approval.state == "pending"):
            if not approval.can_withdraw:
                raise UserError(approval._why_not_withdraw())
            record = approval._host()
            excluded = approval._excluded_users(record)
            for line in approval.sudo().line_ids:
                if line.state in ("waiting", "pending") and line.step_id:
                    users = line.step_id._deciders(record, excluded)
                    line._engine().user_ids = users
            approval._check_staffed()
            approval._ask()
        return True

    def action_open_record(self):
        """Open the record itself, for those who may see it."""
        self.ensure_one()
        self.env[self.res_model].browse(self.res_id).check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [[False, "form"]],
        }

    def _open_comment(self, decision):
        self.check_access("read")
        if len(self) == 1:
            self._check_decider(decision)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_approval_comment_action"
        )
        return action | {
            "context": {
                "default_approval_ids": [Command.set(self.ids)],
                "default_decision": decision,
            }
        }

    def _obligation_department(self):
        """Return the department of the record: its head hears of a late decision."""
        record = self._host()
        return (
            record._approval_department()
            if record
            else super()._obligation_department()
        )

    # -- helpers -------------------------------------------------------------

    def _host(self):
        """Return the record as superuser, empty when it is gone: a decider may decide
        on what he may not read."""
        self.ensure_one()
        this = self.sudo()
        if this.res_model not in self.env:
            return self.env["care.approval"].browse()
        return this.env[this.res_model].browse(this.res_id).exists()

    def _may(self, user):
        """Tell whether somebody of the step may decide though a stand-in is asked."""
        return not quorum.refusal(user.id, self.sudo().line_ids._quorum())

    def _excluded_users(self, record):
        """Return the requester and the people the record is about."""
        excluded = self.sudo().requester_id
        if record:
            excluded |= record._approval_subject_users(self.gate).sudo()
        return excluded

    def _is_unchanged(self, record=None):
        """Tell whether the values approved are those of the record now.

        :param record: the record as superuser, where the caller has it
        """
        this, record = self.sudo(), record or self._host()
        names = [name for name in (this.guarded_fields or "").split(",") if name]
        return (
            bool(record)
            and record._approval_digest(names) == this.guarded_digest
            and this._is_same_customer(record)
        )

    def _is_same_customer(self, record):
        """Tell whether the amounts counted are still those of the record's customer.
        Compared by the customer, which a merge of contacts replaces in both."""
        if "/partner," not in (self.tally_key or ""):
            return True
        partner = record._approval_partner().commercial_partner_id
        return partner == self.partner_id.commercial_partner_id

    def _is_spent(self):
        """Tell whether an approval that was given and became void still counts."""
        record = self._host()
        return not record or record._approval_counts(self)

    def _size_in(self, currency, company):
        """Return the size of the amount in `currency` at the rate of today."""
        size, own = abs(self.band_amount), self.band_currency_id
        if own == currency or not size:
            return size
        self.rule_id._check_rate(own, currency, company)
        today = fields.Date.context_today(self)
        return own._convert(size, currency, company, today)
