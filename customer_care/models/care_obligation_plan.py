import contextlib
from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..logic import obligation_clock as clock
from ..logic import wall_clock
from ..logic.wall_add import wall_add
from .care_obligation_places import Places
from .care_obligation_store import Journal

_CONTEXT = {"active_test": False}
INLINE = 1000  # more than that is left to the job
BATCH = 1000
_CLOCKED = ("minute", "hour", "working_hour")  # counted from the end of a date


class CareObligationPlan(models.AbstractModel):
    """When obligations fall due, when their ladder fires, and how both move.

    Counting is the calendar's. A company without any working time counts by the clock
    on the wall, so that no record is refused because of its calendar.
    """

    _name = "care.obligation.plan"
    _description = "Due times of obligations"

    # ---- counting

    @api.model
    def _add_many(self, requests):
        """Return the end of each (calendar id, start, amount, unit, at_time)."""
        found = {}
        by_calendar = defaultdict(list)
        for request in dict.fromkeys(requests):
            by_calendar[request[0]].append(request)
        for calendar_id, asked in by_calendar.items():
            calendar = self.env["resource.calendar"].sudo().browse(calendar_id or ())
            try:
                ends = calendar.care_add_many([request[1:] for request in asked])
            except (UserError, ValueError):
                # ensure_one of no calendar is a ValueError
                ends = [self._add_one(calendar, *request[1:]) for request in asked]
            found.update(zip(asked, ends, strict=True))
        return [found[request] for request in requests]

    def _add_one(self, calendar, start, amount, unit, at_time):
        if not calendar:
            return wall_add(start, amount, unit)
        try:
            return calendar.care_add(start, amount, unit, at_time=at_time)
        except UserError:  # never opens: count by the clock on the wall
            return wall_add(start, amount, unit)

    @api.model
    def _credit(self, row, start, end):
        """Return the seconds a pause is worth: only working ones of a working unit."""
        calendar = self.env["resource.calendar"].sudo().browse(row.calendar_id or ())
        if (row.unit or "").startswith("working") and calendar:
            with contextlib.suppress(UserError):  # never opens: the clock on the wall
                return calendar.care_between(start, end)
        return int((end - start).total_seconds())

    @api.model
    def _shift(self, row, moment, seconds):
        """Return `moment` moved by what a pause was worth."""
        calendar = self.env["resource.calendar"].sudo().browse(row.calendar_id or ())
        if seconds and (row.unit or "").startswith("working") and calendar:
            with contextlib.suppress(UserError):  # never opens: the clock on the wall
                return calendar.care_shift(moment, seconds, working=True)
        return wall_add(moment, (seconds or 0) / 60, "minute")

    @api.model
    def _advance(self, row, facts):
        """Bring one row in line with its record; return the steps."""
        return clock.advance(
            row,
            facts,
            lambda start, end: self._credit(row, start, end),
            lambda moment, seconds: self._shift(row, moment, seconds),
        )

    @api.model
    def _zone_start(self, day, calendar_id):
        """Return the naive UTC moment at which the local `day` starts."""
        calendar = self.env["resource.calendar"].sudo().browse(calendar_id or ())
        zone = wall_clock.zone(calendar.tz or "UTC")
        return wall_clock.to_datetime(wall_clock.instant_of(day, 0, zone))

    # ---- the ladder

    @api.model
    def _points(self, rows, ladders):
        """Return {index of row: [(moment, level)]} of the rungs that may still fire.

        :param ladders: for each row a tuple of Rung
        """
        requests, places = [], []
        for index, (row, ladder) in enumerate(zip(rows, ladders, strict=True)):
            for rung in ladder:
                amount = -rung.amount if rung.before else rung.amount
                requests.append((row.calendar_id, row.due_at, amount, rung.unit, None))
                places.append((index, rung.level))
        points = defaultdict(list)
        for (index, level), moment in zip(
            places, self._add_many(requests), strict=True
        ):
            points[index].append((moment, level))
        return points

    @api.model
    def _set_next_fire(self, rows, ladders, fired=None):
        """Set when the sweep must look at each row again."""
        fired = self._fired_levels(rows) if fired is None else fired
        live = [
            (row, ladder if row.state == "missed" else _before_due(row, ladder))
            for row, ladder in zip(rows, ladders, strict=True)
        ]
        points = self._points(
            [row for row, _l in live], [ladder for _r, ladder in live]
        )
        for index, (row, _ladder) in enumerate(live):
            row.next_fire_at = clock.next_fire(
                row, points[index], fired.get(row.id, ())
            )

    @api.model
    def _ladders(self, rows):
        """Return for each row the ladder of its rule or duty."""
        by_rule = {
            spec.id: spec.ladder
            for specs in self.env["care.obligation.rule"]._specs().values()
            for spec in specs
        }
        by_duty = {duty.id: duty._ladder() for duty in self._duties_of(rows)}
        return [
            by_duty.get(row.duty_id, ())
            if row.duty_id
            else by_rule.get(row.rule_id, ())
            for row in rows
        ]

    def _duties_of(self, rows):
        ids = {row.duty_id for row in rows if row.duty_id}
        if not ids:
            return ()
        duties = self.env["care.duty"].sudo().browse(ids).exists()
        return duties.filtered("active")

    # ---- moving

    @api.model
    def _on_rules_changed(self, rules):
        """Move what runs under these rules; big sets are left to the job."""
        active = rules.filtered("active")
        if active:
            self._replan_where(SQL("rule_id = ANY(%s)", active.ids), "changed_rule")

    @api.model
    def _on_duties_changed(self, duties):
        """Set the ladders of the open occurrences of these duties again."""
        if duties:
            self._replan_where(SQL("duty_id = ANY(%s)", duties.ids), "changed_rule")

    @api.model
    def _on_calendar_changed(self, calendars):
        """Move what is counted in these working hours. Called by resource.calendar."""
        if calendars:
            self._replan_where(
                SQL("calendar_id = ANY(%s)", calendars.ids), "changed_calendar"
            )

    def _replan_where(self, condition, reason):
        marked = self.env.execute_query(
            SQL(
                """UPDATE care_obligation SET replan = true
                    WHERE %s AND (state IN ('open', 'paused')
                          OR (state = 'missed' AND done_at IS NULL))
                RETURNING id""",
                condition,
            )
        )
        if not marked:
            return
        self.env["care.obligation"].browse(
            [id_ for (id_,) in marked]
        ).invalidate_recordset(flush=False)
        if len(marked) <= INLINE:
            rows = self._load(SQL("id = ANY(%s)", [id_ for (id_,) in marked]))
            self._replan(rows, reason)
        else:
            cron = self.env.ref("customer_care.ir_cron_obligation_sweep", False)
            if cron:
                cron.sudo()._trigger()

    def _replan(self, rows, reason):
        """Count the due times of marked rows anew and log each that moved."""
        journal = Journal(self._now())
        journal.old = rows
        specs = {
            spec.id: spec
            for found in self.env["care.obligation.rule"]._specs().values()
            for spec in found
        }
        running = [row for row in rows if row.state in clock.RUNNING]
        for row in running:
            spec = specs.get(row.rule_id)
            if spec:
                row.amount, row.unit, row.at_time = spec.amount, spec.unit, spec.at_time
                row.calendar_id = spec.calendar_id or self._company_calendar(
                    row.company_id
                )
        self._read_dates(running, specs)
        self._recount(running, journal, reason)
        for row in rows:
            row.replan = False
        self._set_next_fire(rows, self._ladders(rows))
        self._save(journal)

    def _read_dates(self, rows, specs):
        """Read again what the records say of their start and of their due date."""
        by_rule = defaultdict(list)
        for row in rows:
            spec = specs.get(row.rule_id)
            if spec and spec.due_field is None:
                row.due_from = row.due_on = None
            if spec and (spec.start_field or spec.due_field):
                by_rule[row.rule_id].append(row)
        for rule_id, found in by_rule.items():
            spec = specs[rule_id]
            hosts = self._hosts(spec.model, [row.res_id for row in found]).exists()
            seen = {
                host.id: host
                for mine in Places(self, hosts).read_by(spec)
                for host in mine
            }
            for row in found:
                if row.res_id in seen:
                    self._read_row_dates(row, spec, seen[row.res_id])

    def _read_row_dates(self, row, spec, host):
        """Set start and due date of a row from its record. Return whether the due
        time may be another one now."""
        before = row.start_at, row.due_from
        if spec.start_field and row.round == 1:
            start = self._moment(host, spec.start_field, row.calendar_id)
            row.start_at = start or row.start_at
        if spec.due_field:
            moment, day = self._counted_from(host, spec, row.calendar_id)
            if moment:
                row.due_from, row.due_on = moment, day
        return (row.start_at, row.due_from) != before

    @api.model
    def _counted_from(self, host, spec, calendar_id):
        """Return (moment, date) that the due field gives; a date counts from its
        start, or from its end where hours are added. (None, None) when empty."""
        value = host[spec.due_field]
        if not value:
            return None, None
        if host._fields[spec.due_field].type != "date":
            return value.replace(microsecond=0), None
        day = value + timedelta(days=1) if spec.unit in _CLOCKED else value
        return self._zone_start(day, calendar_id), value

    def _recount(self, rows, journal, reason):
        """Set base and due time of rows from their start; log those that moved."""
        rows = [row for row in rows if row.unit]
        requests = [
            (
                row.calendar_id,
                row.due_from or row.start_at,
                row.amount,
                row.unit,
                row.at_time,
            )
            for row in rows
        ]
        for row, base in zip(rows, self._add_many(requests), strict=True):
            before = row.due_at
            row.base_due_at = base
            row.due_at = (
                self._shift(row, base, row.paused_seconds)
                if row.paused_seconds
                else base
            )
            if row.due_from:  # a record may come with a date that has passed
                row.start_at = min(row.start_at, row.due_at)
            if before and before != row.due_at:
                journal.log(
                    row, "move", due_before=before, due_after=row.due_at, reason=reason
                )

    @api.model
    def _process_replans(self, limit=BATCH):
        """Move one batch of what is marked. Return how many were."""
        rows = self._load(SQL("replan"), lock=True, limit=limit)
        if rows:
            self._replan(rows, "changed_rule")
        return len(rows)

    @api.model
    def _company_calendar(self, company_id):
        company = (
            self.env["res.company"].sudo().browse(company_id or self.env.company.id)
        )
        return company.resource_calendar_id.id or None

    @api.model
    def _moment(self, host, name, calendar_id):
        """Return the value of a date or time field as naive UTC, None when empty."""
        value = host[name]
        if not value:
            return None
        if host._fields[name].type == "date":
            return self._zone_start(value, calendar_id)
        return value.replace(microsecond=0)

    @api.model
    def _hosts(self, model_name, ids):
        """Return records as the engine reads them: all rights, archived ones too,
        nothing of the caller's context."""
        env = self.env(su=True, context=_CONTEXT)
        return env[model_name].browse(ids)

    @api.model
    def _today_in(self, calendar_id, now):
        calendar = self.env["resource.calendar"].sudo().browse(calendar_id or ())
        zone = wall_clock.zone(calendar.tz or "UTC")
        return wall_clock.local(wall_clock.to_instant(now), zone).date()


def _before_due(row, ladder):
    """Return the rungs that can fire before the row is due."""
    return tuple(rung for rung in ladder if rung.before)
