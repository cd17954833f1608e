import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..logic import recurrence, wall_clock

_logger = logging.getLogger(__name__)
_MOST = 400  # occurrences of one duty made in one run
_RUNNING = ("open", "paused")


class CareDutyRun(models.AbstractModel):
    """Makes the occurrences of duties, and settles them when evidence comes.

    An occurrence is a `care.obligation` whose round is its day as a number, such as
    20260301: so the database itself refuses a second one for the same day.
    """

    _name = "care.duty.run"
    _description = "Occurrences of duties"

    last_start = fields.Date("Last made", readonly=True, copy=False)
    next_start_at = fields.Datetime(
        "Next start", compute="_compute_next_start_at", store=True, index=True
    )

    @api.depends(
        "rrule",
        "dtstart",
        "start_time",
        "produce_from",
        "last_start",
        "calendar_id.tz",
        "company_id.resource_calendar_id.tz",
    )
    def _compute_next_start_at(self):
        for duty in self:
            first = duty.produce_from
            if first and duty.last_start:
                first = max(first, duty.last_start + timedelta(days=1))
            days = duty._get_next_days(1, first) if first and duty.rrule else ()
            duty.next_start_at = duty._get_start(days[0]) if days else False

    # ---- the schedule's clock

    def _get_calendar(self):
        """Return the schedule that counts: its own, or the company's."""
        self.ensure_one()
        duty = self.sudo()
        company = duty.company_id or self.env.company
        return duty.calendar_id or company.resource_calendar_id

    def _get_start(self, day):
        """Return the naive UTC moment at which the occurrence of `day` starts."""
        seconds = wall_clock.parse_clock(self.start_time or "00:00")
        zone = self._get_calendar()._care_zone()
        return wall_clock.to_datetime(wall_clock.instant_of(day, seconds, zone))

    def _get_at_time(self):
        """Return the time of the day it is due at; whole days end with the last."""
        whole = self.unit in ("day", "month") and self.start_time in (False, "00:00")
        return self.at_time or ("24:00" if whole else None)

    def _get_day(self, moment):
        """Return the local date of a naive UTC moment, or of a date itself."""
        if not hasattr(moment, "hour"):
            return moment
        zone = self._get_calendar()._care_zone()
        return wall_clock.local(wall_clock.to_instant(moment), zone).date()

    # ---- producing

    @api.model
    def _cron_produce(self):
        """Make every occurrence whose start has come, the missed ones too."""
        now = fields.Datetime.now()
        due = self.search([("next_start_at", "<=", now)])
        progress = self.env["ir.cron"]._commit_progress
        for number, duty in enumerate(due, 1):
            try:
                with self.env.cr.savepoint():
                    duty._produce(now)
            except OperationalError:
                raise  # the database asks to try the whole job again
            except Exception:
                _logger.exception("Duty %s could not be started", duty.code)
            if not progress(1, remaining=len(due) - number):
                return

    def _produce(self, now):
        """Make the occurrences that have started by `now` and return the new ones."""
        self.ensure_one()
        days = []
        first = self._get_day(self.next_start_at) if self.next_start_at else None
        for day in first and self._get_next_days(_MOST, first) or ():
            if self._get_start(day) > now:
                break
            days.append(day)
        if not days:
            return self.env["care.obligation"]
        ledger = self.env["care.obligation"]
        made = ledger._create_for_duty([self._prepare_occurrence(day) for day in days])
        self.last_start = days[-1]
        for occurrence in made:
            day = self._get_day(occurrence.start_at)
            begin, end = recurrence.period_before(self.rrule, self.dtstart, day)
            occurrence._set_period(begin, end)
            occurrence._run_duty_action()
        return made

    def _prepare_occurrence(self, day):
        names = {}
        for code, _name in self.env["res.lang"].get_installed():
            duty = self.with_context(lang=code)
            names[code] = f"{duty.name} ({format_date(duty.env, day)})"
        return {
            "duty_id": self.id,
            "clause_id": self.clause_id.id,
            "name": names,
            "round": int(day.strftime("%Y%m%d")),
            "start_at": self._get_start(day),
            **self._prepare_due_vals(day),
            "calendar_id": self._get_calendar().id,
            "company_id": self.company_id.id,
            "department_id": self.department_id.id,
            "user_id": self._get_responsibles()[:1].id,
        }

    def _get_responsibles(self):
        """Return who may do it: the person named, or everyone who holds the role."""
        self.ensure_one()
        duty = self.sudo()
        if duty.user_id or not duty.role_id:
            return duty.user_id
        return duty.role_id._resolve(
            company=duty.company_id or self.env.company, department=duty.department_id
        )

    # ---- what runs

    def _get_running(self):
        return self.env["care.obligation"].search(
            [("duty_id", "in", self.ids), ("state", "in", _RUNNING)]
        )

    def _assign_running(self):
        """Give the occurrences that run to the people now responsible."""
        self.env.flush_all()
        self.env["care.obligation"]._follow_duties(self)

    # ---- settling

    @api.model
    def _fulfil_by(self, records):
        """Meet what waits for such records: each duty of their companies whose evidence
        they are."""
        waiting = self.sudo().search(
            [("evidence", "=", "record"), ("evidence_model_name", "=", records._name)]
        )
        for record in records:
            for duty in waiting:
                if duty.company_id and duty.company_id != record.company_id:
                    continue
                if duty._rule_fitting(record, "evidence_domain"):
                    duty._fulfil(duty, record)

    @api.model
    def _fulfil(self, duty, evidence, company=None):
        """Meet the open occurrence that `evidence` belongs to and return it.

        :param duty: a duty or its code
        :param evidence: the record that shows it was done (an ir.attachment for a
            duty that wants a file); empty where none is wanted
        :return: care.obligation, empty when no open occurrence fits
        :raise UserError: the record is not the evidence that the duty wants
        """
        if isinstance(duty, str):
            company = company or self.env.company
            duty = self.sudo().search(
                [("code", "=", duty), ("company_id", "in", (company.id, False))],
                order="company_id",
                limit=1,
            )
        if not duty:
            return self.env["care.obligation"]
        duty._check_evidence(evidence)
        occurrence = duty._get_occurrence_of(evidence)
        occurrence._finish_duty(evidence)
        return occurrence

    def _check_evidence(self, evidence):
        """Refuse what is not the evidence wanted."""
        self.ensure_one()
        wanted = {"record": self.evidence_model_name, "file": "ir.attachment"}
        model_name = wanted.get(self.evidence)
        if not model_name:
            return
        if not evidence:
            raise UserError(
                self.env._(
                    "%(duty)s is done when its evidence is there: choose the record or "
                    "attach the file.",
                    duty=self.display_name,
                )
            )
        fits = evidence._name == model_name
        if fits and self.evidence == "record":
            fits = bool(self._rule_fitting(evidence, "evidence_domain"))
        if not fits:
            raise UserError(
                self.env._(
                    "%(record)s is not the evidence that %(duty)s wants. Look at the "
                    "condition in the duty.",
                    record=evidence.sudo().display_name,
                    duty=self.display_name,
                )
            )

    def _get_occurrence_of(self, evidence):
        """Return the occurrence still to be done whose period the evidence fits."""
        ledger = self.env["care.obligation"].sudo()
        pending = ledger.search(
            Domain("duty_id", "=", self.id) & Domain("is_pending", "=", True),
            order="start_at desc",
        ).with_env(self.env)
        given = self.env.context.get("care_duty_occurrence")
        if given in pending.ids:
            return ledger.browse(given).with_env(self.env)
        return (
            pending.sudo()
            .filtered(lambda occurrence: self._fits_period(occurrence, evidence))[:1]
            .with_env(self.env)
        )

    def _fits_period(self, occurrence, evidence):
        """Return whether the date of the evidence falls where the duty wants it."""
        name = self.evidence_date_field
        if self.evidence != "record" or not name:
            return True
        moment = evidence.sudo()[name]
        if not moment:
            return False
        day = self._get_day(moment)
        if self.evidence_period == "before":
            first, last = occurrence.period_start, occurrence.period_end
            return bool(first and last) and first <= day <= last
        start = self._get_day(occurrence.start_at)
        following = self._get_next_days(1, start + timedelta(days=1))
        return start <= day and (not following or day < following[0])
