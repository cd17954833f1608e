import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .care_obligation_store import Journal

_logger = logging.getLogger(__name__)


class CareObligationDuty(models.AbstractModel):
    """What an occurrence of a duty has beside other obligations: the period it looks
    back on, its evidence, and a button with which the responsible says it is done."""

    _name = "care.obligation.duty"
    _description = "Occurrence of a duty"

    period_start = fields.Date("Period from")
    period_end = fields.Date("Period to")
    evidence_model = fields.Char()
    evidence_id = fields.Many2oneReference("Evidence id", model_field="evidence_model")
    evidence_attachment_id = fields.Many2one(
        "ir.attachment", "Evidence file", ondelete="restrict"
    )
    evidence_document = fields.Char("Evidence", compute="_compute_evidence_document")
    action_error = fields.Text("Its action failed")
    can_finish = fields.Boolean(compute="_compute_can_finish")

    @api.depends("evidence_model", "evidence_id", "evidence_attachment_id")
    @api.depends_context("uid", "lang")
    def _compute_evidence_document(self):
        """Name the evidence, for those who may read it."""
        for obligation in self:
            record = obligation._get_evidence()
            if record and record.has_access("read"):
                obligation.evidence_document = record.display_name
            else:
                name = obligation.sudo().evidence_attachment_id.name
                obligation.evidence_document = name

    def _get_evidence(self):
        name, ident = self.evidence_model, self.evidence_id
        known = name and ident and name in self.env
        return self.env[name].browse(ident).exists() if known else None

    @api.depends("state", "done_at", "duty_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_finish(self):
        for obligation in self:
            obligation.can_finish = bool(
                obligation.duty_id
                and obligation.is_pending
                and obligation._may_finish()
            )

    def _may_finish(self):
        if self.user_id == self.env.user or self.env.user.has_group(
            "customer_care.customer_care_group_manager"
        ):
            return True
        return self.env.user in self.sudo().duty_id._get_responsibles()

    # ---- buttons

    def action_done(self):
        """Say that an occurrence is done; ask for the evidence where it is wanted."""
        self.ensure_one()
        self._check_may_finish()
        if self.sudo().duty_id.evidence == "none":
            self._finish_duty(None)
            return True
        return self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_duty_done_action"
        ) | {"context": {"default_obligation_id": self.id}}

    def action_open_evidence(self):
        """Open the record or the file that shows it was done."""
        self.ensure_one()
        record = self._get_evidence()
        if record:
            return {
                "type": "ir.actions.act_window",
                "res_model": record._name,
                "res_id": record.id,
                "views": [(False, "form")],
            }
        if self.evidence_attachment_id:
            return {
                "type": "ir.actions.act_url",
                "url": f"/web/content/{self.evidence_attachment_id.id}?download=true",
            }
        raise UserError(
            self.env._("%(name)s has no evidence yet.", name=self.display_name)
        )

    def action_run_again(self):
        """Run the action of the duty again after it failed."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("customer_care.customer_care_group_manager"):
            raise AccessError(
                self.env._(
                    "The action of %(name)s is run again by a customer care manager. "
                    "Ask one of them.",
                    name=self.display_name,
                )
            )
        self._run_duty_action()

    def _check_may_finish(self):
        self.check_access("read")
        if not self.duty_id:
            raise UserError(
                self.env._(
                    "%(name)s is done in its record: open it and finish it there.",
                    name=self.display_name,
                )
            )
        if not self.is_pending:
            raise UserError(
                self.env._("%(name)s has ended already.", name=self.display_name)
            )
        if not self._may_finish():
            raise AccessError(
                self.env._(
                    "%(name)s is not yours to finish. Ask %(user)s or a customer care "
                    "manager.",
                    name=self.display_name,
                    user=self.user_id.name or self.env._("the responsible"),
                )
            )

    # ---- the engine

    def _finish_duty(self, evidence):
        """Keep the evidence and end the occurrence now."""
        if not self:
            return
        self.ensure_one()
        duty = self.sudo().duty_id
        duty._check_evidence(evidence)
        vals = {"action_error": False}
        if evidence and evidence._name == "ir.attachment":
            vals["evidence_attachment_id"] = evidence.id
        elif evidence:
            vals |= {"evidence_model": evidence._name, "evidence_id": evidence.id}
        self._engine().write(vals)
        self.env.flush_all()
        self._meet()

    def _set_period(self, begin, end):
        self._engine().write({"period_start": begin, "period_end": end})

    def _run_duty_action(self):
        """Run what the duty wants at the start; a failure is kept, not raised, so that
        the occurrence stays and the other duties go on."""
        self.ensure_one()
        duty = self.sudo().duty_id
        if not duty.action_id:
            return
        action = duty.action_id.with_company(duty.company_id or self.env.company)
        action = action.with_context(
            active_model="care.duty",
            active_id=duty.id,
            active_ids=duty.ids,
            care_duty_occurrence=self.id,
            care_period_start=fields.Date.to_string(self.period_start),
            care_period_end=fields.Date.to_string(self.period_end),
        )
        failure = False
        try:
            with self.env.cr.savepoint():
                action.run()
                self.env.flush_all()
        except OperationalError:
            raise  # the database asks to try the whole job again
        except Exception as error:
            _logger.exception("The action of occurrence %s failed", self.id)
            failure = f"{type(error).__name__}: {error}"[:1000]
        if failure or self.action_error:
            self._engine().write({"action_error": failure})

    @api.model
    def _recount_duties(self, duties):
        """Count the running occurrences of these duties anew and log what moved."""
        journal = Journal(self._now())
        journal.old = self._load(
            SQL("duty_id = ANY(%s) AND state IN ('open', 'paused')", duties.ids)
        )
        by_id = {duty.id: duty for duty in duties.sudo()}
        for row in journal.old:
            duty = by_id[row.duty_id]
            row.calendar_id = duty._get_calendar().id
            day, before = duty._get_day(row.start_at), row.due_at
            vals = {"unit": None, "due_at": before, **duty._prepare_due_vals(day)}
            for name, value in vals.items():
                setattr(row, name, value)
            if row.due_at != before:
                row.base_due_at = row.due_at
                journal.log(
                    row,
                    "move",
                    due_before=before,
                    due_after=row.due_at,
                    reason="changed_rule",
                )
        self._recount(journal.old, journal, "changed_rule")
        self._set_next_fire(journal.old, self._ladders(journal.old))
        self._save(journal)
