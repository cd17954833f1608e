import logging
from datetime import datetime, timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..logic.progression import repeats
from .care_sanction_proposal import Event

_logger = logging.getLogger(__name__)
BATCH = 200
MOST = 60  # times that one run adds to one violation; the next run goes on
_VOID = ("reversed", "dismissed")


class CareSanctionRecurrence(models.AbstractModel):
    """A violation that is not put right counts anew each working day, until it is.

    A late job makes up the days it missed, each once: the time a row counts for is
    reckoned from the first, not from when the job ran.
    """

    _name = "care.sanction.recurrence"
    _description = "Sanctions that count again"

    @api.model
    def _cron_recur(self):
        """Count again what was not put right; commits after each batch."""
        progress = self.env["ir.cron"]._commit_progress
        while done := self._recur_batch():
            if not progress(done, remaining=1):
                return
        progress(remaining=0)

    @api.model
    def _recur_batch(self):
        """Look at one batch; return how many violations it had."""
        now = fields.Datetime.now()
        self.env["care.sanction"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM care_sanction WHERE next_at <= %s
                    ORDER BY next_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
                now,
                BATCH,
            )
        )
        found = self._engine().browse(id_ for (id_,) in rows)
        if found and not found._try_recur(now):
            for first in found:
                if not first._try_recur(now):
                    first.next_at = now + timedelta(days=1)
        return len(rows)

    def _try_recur(self, now):
        """Tell whether these could be looked at; what one did is undone otherwise."""
        try:
            with self.env.cr.savepoint():
                self._recur(now)
                self.env.flush_all()
            return True
        except OperationalError:
            raise
        except Exception:
            numbers = ", ".join(self.mapped("number"))
            level = logging.ERROR if len(self) == 1 else logging.INFO
            _logger.log(level, "Could not count again: %s", numbers, exc_info=True)
            return False

    def _recur(self, now):
        """Add the times that have come since, and say when the next one comes."""
        events = []
        for first in self:
            events += first._times_since(now)
        self._propose(events)

    def _times_since(self, now):
        """Return the Event of each time one violation counted since, and write when
        it counts next."""
        rule = self.rule_id
        stopped, right_at = self._put_right(now)
        last = max([self.occurrence, *self.again_ids.mapped("occurrence")])
        events = []

        def moment_of(number):
            return self._moment_of(rule, self.company_id, self.started_at, number)

        if not stopped:
            for number, moment in repeats(last + 1, moment_of, now, right_at, MOST):
                events.append(self._again_event(number, moment))
                last = number
        following = moment_of(last + 1)
        over = stopped or (right_at and right_at <= following)
        self.write(
            {"next_at": False if over else following, "put_right_at": right_at or False}
        )
        return events

    @api.model
    def _moment_of(self, rule, company, started_at, number):
        """Return when a violation counts for the `number`-th time."""
        calendar = company.sudo().resource_calendar_id
        days = rule.recur_days * (number - 1)
        return calendar.care_add(started_at, days, "working_day")

    def _again_event(self, number, moment):
        record = self._document_record()
        record = record if record else None
        fits = record is not None and record._name == self.rule_id.model_name
        return Event(
            self.rule_id,
            record,
            self.obligation_id,
            self.user_id,
            moment,
            self._local_day(self.company_id, moment),
            self.company_id,
            self.department_id,
            self.env["res.partner"],
            occurrence=number,
            first=self,
            count=self.rule_id._count_of(record) if fits else self.item_count,
            loss=self.rule_id._loss_of(record) if fits else self.loss,
        )

    def _put_right(self, now):
        """Return (whether it ends without counting again, when it was put right)."""
        if self.state in _VOID or not self.rule_id.recur_days:
            return True, self.put_right_at
        if self.put_right_at:
            return False, self.put_right_at
        if self.obligation_id:
            ended = self.obligation_id.state in ("waived", "cancelled")
            return ended, self.obligation_id.done_at
        if self.trigger == "manual":
            return False, None
        record = self._document_record()
        if not record:
            return True, None
        return self._put_right_record(record)

    def _put_right_record(self, record):
        rule = self.rule_id
        held = (rule.done_domain or "[]").strip() != "[]"
        if held and not rule._rule_fitting(record, "done_domain"):
            return False, None
        moment = rule.done_field and record[rule.done_field]
        if moment and not isinstance(moment, datetime):
            moment = self._local_start(self.company_id, moment)
        # put right, but nobody knows when: what the job missed is not charged
        return (True, None) if held and not moment else (False, moment or None)

    def action_put_right(self):
        """Say that a violation is put right: it counts no more."""
        for sanction in self:
            sanction.check_access("read")
            first = sanction.sudo()
            if not first.next_at:
                raise UserError(
                    self.env._(
                        "%(sanction)s does not count again.",
                        sanction=sanction.display_name,
                    )
                )
            if not sanction._may_confirm():
                raise AccessError(
                    self.env._(
                        "%(sanction)s is put right by who decides on it. Ask them.",
                        sanction=sanction.display_name,
                    )
                )
            engine = sanction._engine()
            engine.write({"put_right_at": fields.Datetime.now()})
            engine._recur(fields.Datetime.now())
        return True
