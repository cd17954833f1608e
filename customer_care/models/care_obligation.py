import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic.obligation_clock import RUNNING, Step, miss
from .care_obligation_spec import UNITS
from .care_obligation_store import Journal, Row

STATES = [
    ("open", "Open"),
    ("paused", "Paused"),
    ("met", "Met"),
    ("missed", "Missed"),
    ("waived", "Waived"),
    ("cancelled", "Called off"),
]


class CareObligation(models.Model):
    """One thing owed: what a rule or a duty wants of one record, by when, and how it
    went. The engine writes it; people act on the record itself, and managers waive."""

    _name = "care.obligation"
    _description = "Obligation"
    _inherit = [
        "care.engine.mixin",
        "care.obligation.store",
        "care.obligation.plan",
        "care.obligation.people",
        "care.obligation.reassign.mixin",
        "care.obligation.sync",
        "care.obligation.glance",
        "care.obligation.scan",
        "care.obligation.sweep",
        "care.obligation.notice",
        "care.obligation.activity",
        "care.obligation.duty",
        "care.obligation.story",
        "care.obligation.compliance",
        "care.secrecy.follow.mixin",
    ]
    _order = "due_at, id"
    _secrecy_skip_links = ("evidence_attachment_id",)

    name = fields.Char(required=True, translate=True, readonly=True)
    rule_id = fields.Many2one("care.obligation.rule", ondelete="set null")
    duty_id = fields.Many2one("care.duty", ondelete="set null")
    clause_id = fields.Many2one("care.policy.clause", ondelete="set null")
    res_model = fields.Char("Record model", required=True)
    res_id = fields.Many2oneReference(
        "Record id", model_field="res_model", required=True
    )
    document = fields.Char("Record", compute="_compute_document")
    round = fields.Integer(default=1, required=True)
    partner_id = fields.Many2one("res.partner", "Customer", ondelete="set null")
    department_id = fields.Many2one("hr.department", ondelete="set null")
    user_id = fields.Many2one("res.users", "Responsible", ondelete="set null")
    instead_of_id = fields.Many2one(
        "res.users",
        "Instead of",
        ondelete="set null",
        help="Whom the record or the role names.",
    )
    taken_over = fields.Boolean(help="Handed over by a manager, not by a stand-in.")
    company_id = fields.Many2one("res.company", ondelete="set null")
    calendar_id = fields.Many2one(
        "resource.calendar", "Working schedule", ondelete="set null"
    )
    amount = fields.Integer("Time allowed")
    unit = fields.Selection(UNITS)
    at_time = fields.Char("At")
    start_at = fields.Datetime("Started", required=True)
    due_from = fields.Datetime("Counted from")
    due_on = fields.Date("Date in the record")
    base_due_at = fields.Datetime("Due without pauses")
    due_at = fields.Datetime("Due", required=True)
    paused_at = fields.Datetime("Paused since")
    paused_seconds = fields.Integer("Seconds paused", default=0)
    done_at = fields.Datetime("Done")
    missed_at = fields.Datetime("Missed")
    state = fields.Selection(STATES, required=True, default="open")
    escalation_level = fields.Integer(default=0, help="How many rungs have fired.")
    next_fire_at = fields.Datetime("Looked at again")
    waive_reason = fields.Text()
    replan = fields.Boolean(help="The job counts the due time anew.")
    event_ids = fields.One2many("care.obligation.event", "obligation_id", "Clock log")
    is_pending = fields.Boolean(
        "Still to do", compute="_compute_is_pending", search="_search_is_pending"
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_pending", search="_search_is_overdue"
    )
    can_waive = fields.Boolean(compute="_compute_can_waive")

    _round_uniq = models.UniqueIndex(
        "(rule_id, res_model, res_id, round)",
        "The record has this obligation already.",
    )
    _duty_round_uniq = models.UniqueIndex(
        "(duty_id, round) WHERE duty_id IS NOT NULL",
        "This occurrence of the duty exists already.",
    )
    _fire_idx = models.Index("(next_fire_at, id) WHERE next_fire_at IS NOT NULL")
    _replan_idx = models.Index("(id) WHERE replan")
    _record_idx = models.Index("(res_model, res_id)")
    _clause_idx = models.Index("(clause_id, due_at) WHERE clause_id IS NOT NULL")
    _pending_user_idx = models.Index(
        "(user_id, due_at) "
        "WHERE done_at IS NULL AND state IN ('open', 'paused', 'missed')"
    )
    _pending_partner_idx = models.Index(
        "(partner_id) WHERE partner_id IS NOT NULL "
        "AND done_at IS NULL AND state IN ('open', 'paused', 'missed')"
    )
    _instead_idx = models.Index("(instead_of_id) WHERE instead_of_id IS NOT NULL")
    _running_calendar_idx = models.Index(
        "(calendar_id) WHERE state IN ('open', 'paused')"
    )

    # ---- what is shown

    @api.depends("state", "done_at", "due_at")
    def _compute_is_pending(self):
        now = fields.Datetime.now()
        for obligation in self:
            pending = (
                obligation.state in (*RUNNING, "missed") and not obligation.done_at
            )
            obligation.is_pending = pending
            obligation.is_overdue = pending and (
                obligation.state == "missed"
                or (obligation.state == "open" and obligation.due_at < now)
            )

    def _search_is_pending(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("done_at", "=", False) & Domain(
            "state", "in", [*RUNNING, "missed"]
        )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "=", "open") & Domain(
            "due_at", "<", fields.Datetime.now()
        )
        return Domain("done_at", "=", False) & (Domain("state", "=", "missed") | late)

    @api.model
    def _my_day_domain(self):
        """Return what waits for the current user."""
        return Domain("user_id", "=", self.env.uid) & Domain("is_pending", "=", True)

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_document(self):
        """Name the record, for those who may read it."""
        for model_name, obligations in self.grouped("res_model").items():
            names = {}
            if model_name in self.env:
                records = self.env[model_name].with_context(active_test=False)
                records = records.browse(obligations.mapped("res_id")).exists()
                if records.has_access("read"):
                    readable = records._filtered_access("read")
                    names = {record.id: record.display_name for record in readable}
            for obligation in obligations:
                obligation.document = names.get(obligation.res_id, False)

    @api.depends("state", "rule_id")
    @api.depends_context("uid")
    def _compute_can_waive(self):
        for obligation in self:
            obligation.can_waive = (
                obligation.state in RUNNING and obligation._may_waive()
            )

    def action_open_document(self):
        """Open the record the obligation is about."""
        self.ensure_one()
        if (
            self.res_model not in self.env
            or not self.env[self.res_model].browse(self.res_id).exists()
        ):
            raise UserError(
                self.env._("The record of %(name)s is gone.", name=self.display_name)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # ---- waiving

    def action_waive(self):
        """Ask for the reason."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_obligation_waive_action"
        ) | {"context": {"default_obligation_ids": self.ids}}

    def _may_waive(self):
        if self.env.user.has_group("customer_care.customer_care_group_manager"):
            return True
        role = self.sudo().rule_id.waive_role_id or self.sudo().duty_id.waive_role_id
        if not role:
            return False
        return self.env.user in role._resolve(
            company=self.sudo().company_id,
            department=self.sudo().department_id,
            partner=self.sudo().partner_id,
        )

    def _waive(self, reason):
        """Waive open obligations for a reason; what was missed stays missed."""
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is waived."))
        for obligation in self:
            if not obligation._may_waive():
                raise AccessError(
                    self.env._(
                        "%(name)s is waived by a customer care manager. "
                        "Ask one of them.",
                        name=obligation.display_name,
                    )
                )
        journal = Journal(self._now())
        journal.old = self._load(SQL("id = ANY(%s)", self.ids))
        for row in journal.old:
            if row.state not in RUNNING or (
                row.state == "open" and row.due_at < journal.now
            ):
                raise UserError(
                    self.env._(
                        "%(name)s cannot be waived: it has ended or its time has "
                        "passed, and that stays on record.",
                        name=self.browse(row.id).display_name,
                    )
                )
            row.state, row.waive_reason = "waived", reason.strip()
            row.next_fire_at = row.paused_at = None
            journal.log(row, "waive", note=reason.strip())
        self._save(journal)
        self._forget_records(journal.old)

    def _forget_records(self, rows):
        for row in rows:
            if row.res_model in self.env:
                self._forget(self.env[row.res_model].browse(row.res_id))

    # ---- duties

    @api.model
    def _create_for_duty(self, vals_list):
        """Add occurrences of duties; one that exists already is left as it is.

        :param vals_list: dicts with duty_id, name (text or {lang: text}), round,
            start_at, and due_at or amount, unit, at_time; the other columns if known
        :return: the obligations that are new
        """
        journal = Journal(self._now())
        rows, texts = [], []
        for vals in vals_list:
            vals = dict(vals)
            texts.append(_translations(vals.pop("name")))
            vals.setdefault("res_model", "care.duty")
            vals.setdefault("res_id", vals["duty_id"])
            if vals.get("due_at"):
                vals["base_due_at"] = vals["due_at"]
            row = Row(**{key: value or None for key, value in vals.items()})
            row.amount, row.unit = row.amount or 0, vals.get("unit") or None
            row.calendar_id = row.calendar_id or self._company_calendar(row.company_id)
            rows.append(row)
        present = self._present({(row.user_id, row.company_id) for row in rows})
        for row in rows:
            there = present[row.user_id, row.company_id]
            if there != row.user_id:
                row.user_id, row.instead_of_id = there, row.user_id
        self._recount([row for row in rows if not row.due_at], journal, None)
        self._set_next_fire(rows, self._ladders(rows), fired={})
        journal.new, journal.names = rows, texts
        self._save(journal)
        return self.browse(row.id for row in rows if row.id)

    def _meet(self, done_at=None):
        """End occurrences of duties, which have no record to look at."""
        journal = Journal(self._now())
        journal.old = self._load(SQL("id = ANY(%s)", self.ids))
        for row in journal.old:
            moment = min(done_at or journal.now, journal.now)
            self._finish_row(row, max(moment, row.start_at), journal)
        self._save(journal)

    def _cancel_for_duty(self):
        """Call off occurrences that still run, because their duty was stopped."""
        self._call_off(self._load(SQL("id = ANY(%s)", self.ids)), "rule")

    def _finish_row(self, row, done_at, journal):
        if row.state == "missed" and not row.done_at:
            row.done_at = done_at
            journal.log(row, "late_done")
        elif row.state in RUNNING:
            row.paused_at, row.done_at = None, done_at
            if done_at <= row.due_at:
                row.state = "met"
                journal.log(row, "meet")
            else:
                self._log_step(journal, row, miss(row))
                self._log_step(journal, row, Step("late_done"))
        row.next_fire_at = None


def _translations(name):
    """Return a name as JSON text of a translated column."""
    return json.dumps(name if isinstance(name, dict) else {"en_US": name})
