from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError

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
        "care.approval.notice.mixin",
        "care.approval.compliance",
        "care.engine.mixin",
        "mail.thread",
        "mail.activity.mixin",
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
    band_amount = fields.Monetary("Amount compared", currency_field="band_currency_id")
    band_currency_id = fields.Many2one("res.currency", required=True)
    requested_at = fields.Datetime("Asked at", required=True)
    decided_at = fields.Datetime()
    reason = fields.Text(help="Reasons of a rejection or return, as they were given.")
    decision_count = fields.Integer("Number of decisions")
    guarded_fields = fields.Char(help="Fields whose change makes the approval void.")
    guarded_digest = fields.Char(help="Fingerprint of their values at the request.")
    line_ids = fields.One2many("care.approval.line", "approval_id", "Steps")
    decision_ids = fields.One2many("care.approval.decision", "approval_id", "Decisions")
    current_user_ids = fields.Many2many(
        "res.users", "care_approval_current_user_rel", string="To be decided by"
    )
    current_line_id = fields.Many2one(
        "care.approval.line", "Step", compute="_compute_current_line_id"
    )
    record_name = fields.Char("Record", compute="_compute_record_name")
    record_visible = fields.Boolean(compute="_compute_record_name")
    can_decide = fields.Boolean(compute="_compute_can")
    can_withdraw = fields.Boolean(compute="_compute_can")

    _one_pending = models.UniqueIndex(
        "(rule_id, res_model, res_id) WHERE state = 'pending'",
        "This approval is asked for already.",
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

    @api.depends("state", "current_user_ids", "requester_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        manager = user.has_group("customer_care.customer_care_group_manager")
        for approval in self:
            pending = approval.state == "pending"
            approval.can_decide = pending and user in approval.current_user_ids
            approval.can_withdraw = pending and (
                manager or approval.requester_id == user
            )

    # -- buttons -------------------------------------------------------------

    def action_approve(self):
        """Approve, asking for the file first where one is wanted."""
        self.check_access("read")
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
        for approval in self:
            approval._check_decider(decision)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_approval_comment_action"
        )
        return action | {
            "context": {
                "default_approval_ids": [Command.set(self.ids)],
                "default_decision": decision,
            }
        }

    # -- deciding ------------------------------------------------------------

    def _decide(self, decision, comment="", attachment=None):
        """Write the current user's decision on each approval.

        :param attachment: (file name, content as bytes) or None
        """
        self.check_access("read")
        self._lock()
        for approval in self:
            approval._check_decider(decision)
            approval._check_unchanged(decision)
            approval._write_decision(decision, (comment or "").strip(), attachment)
        return self

    def _lock(self):
        """Lock the approvals, so a second person finds the first one's decision."""
        self.env.flush_all()
        try:
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody is deciding %(approvals)s at this moment. "
                    "Reload the page and look what was decided.",
                    approvals=", ".join(self.mapped("name")),
                )
            ) from error
        self.invalidate_recordset()

    def _check_decider(self, decision):
        """Refuse everybody but a person the current line asks."""
        self.ensure_one()
        approval, user = self.sudo(), self.env.user
        if approval.state != "pending":
            raise UserError(self._why_over())
        if user in approval._excluded_users(approval._host()):
            raise UserError(
                self.env._(
                    "%(user)s asked for %(approval)s or is concerned by it, so another "
                    "person decides: %(people)s.",
                    user=user.name,
                    approval=self.name,
                    people=approval._people_text() or "-",
                )
            )
        why = quorum.refusal(
            user.id, approval.line_ids._quorum(), approving=decision == "approve"
        )
        if why:
            raise UserError(self._refusal_text(why))

    def _check_unchanged(self, decision):
        if decision == "approve" and not self._is_unchanged():
            raise UserError(
                self.env._(
                    "The record changed after %(approval)s was asked for. Return it, "
                    "so that %(requester)s asks again.",
                    approval=self.name,
                    requester=self.sudo().requester_id.name,
                )
            )

    def _write_decision(self, decision, comment, attachment):
        approval = self._engine()
        line = approval.current_line_id
        if decision == "approve" and line.attachment_wanted and not attachment:
            raise UserError(
                self.env._(
                    "“%(step)s” of %(approval)s wants a file. Attach it.",
                    step=line.name,
                    approval=self.name,
                )
            )
        if decision != "approve" and not comment:
            raise UserError(
                self.env._(
                    "%(approval)s is not approved without a reason. Write it down.",
                    approval=self.name,
                )
            )
        file = self._keep_file(attachment)
        approval.env["care.approval.decision"].create(
            {
                "approval_id": self.id,
                "line_id": line.id,
                "user_id": self.env.uid,
                "at": fields.Datetime.now(),
                "decision": decision,
                "comment": comment,
                "attachment_id": file.id,
                "file_digest": file.checksum,
            }
        )
        approval.decision_count += 1
        self._advance(decision, line, comment)

    def _advance(self, decision, line, comment):
        """Close the line that is decided, ask the next one or end the request."""
        self._log_decision(decision, line, comment)
        if decision == "return":
            return self._end("returned", comment)
        if decision == "reject":
            line.state = "rejected"
            return self._end("rejected", comment)
        approval = self._engine()
        approval.line_ids.invalidate_recordset(["decision_ids"])
        quora = approval.line_ids._quorum()
        for position, quorum_line in enumerate(quora):
            if quorum.is_done(quorum_line):
                approval.line_ids[position].state = "approved"
        if quorum.current(quora) is None:
            return self._end("approved")
        return self._ask()

    def _check_staffed(self):
        """Refuse steps that cannot all be decided by different people."""
        lines = self.sudo().line_ids
        index = quorum.unstaffed(lines._quorum())
        if index is not None:
            raise UserError(
                self.env._(
                    "“%(step)s” of %(approval)s finds only people who decide another "
                    "step: %(people)s. Nobody decides twice; assign one more person "
                    "under Customer care > Configuration > Role assignments.",
                    step=lines[index].name,
                    approval=self.name,
                    people=", ".join(lines[index].user_ids.mapped("name")) or "-",
                )
            )

    def _ask(self):
        """Name the people who may decide now and raise their activities."""
        approval = self._engine()
        quora = approval.line_ids._quorum()
        index = quorum.current(quora)
        approval.line_ids[index].state = "pending"
        people = self.env["res.users"].sudo().browse(quorum.askable(quora))
        gone = approval.current_user_ids - people
        new = people - approval.current_user_ids
        approval.current_user_ids = people
        self._close_activities(gone)
        self._raise_activities(new)

    def _end(self, how, reason=""):
        """End a request: `how` is approved, rejected or a kind of cancelling."""
        cancelled = how not in ("approved", "rejected")
        approval = self._engine()
        for line in approval.line_ids:
            if line.state in ("waiting", "pending"):
                line.state = "skipped"
        approval.write(
            {
                "state": "cancelled" if cancelled else how,
                "cancel_kind": how if cancelled else False,
                "decided_at": fields.Datetime.now(),
                "reason": reason,
                "current_user_ids": [Command.clear()],
            }
        )
        self._close_activities()
        self._tell_requester()
        record = self._host()
        if record and how != "deleted":
            if cancelled:
                record._on_approval_cancelled(self)
            else:
                record._on_approval_decided(self)

    # -- helpers -------------------------------------------------------------

    def _host(self):
        """Return the record as superuser, empty when it is gone: a decider may decide
        on what he may not read."""
        self.ensure_one()
        this = self.sudo()
        if this.res_model not in self.env:
            return self.env["care.approval"].browse()
        return this.env[this.res_model].browse(this.res_id).exists()

    def _excluded_users(self, record):
        """Return the requester and the people the record is about."""
        excluded = self.sudo().requester_id
        if record:
            excluded |= record._approval_subject_users(self.gate).sudo()
        return excluded

    def _is_unchanged(self):
        this, record = self.sudo(), self._host()
        names = [name for name in (this.guarded_fields or "").split(",") if name]
        return bool(record) and record._approval_digest(names) == this.guarded_digest
