from odoo import api, models
from odoo.tools import SQL

from ..logic.obligation_clock import RUNNING, Facts, Step, miss, wants_new_round
from .care_obligation_places import Places, group_by_model, matching
from .care_obligation_plan import INLINE
from .care_obligation_store import Journal, Row

_SHOWN = [
    "obligation_ids",
    "obligation_open_count",
    "obligation_next_due_at",
    "obligation_state",
]


class CareObligationSync(models.AbstractModel):
    """Compares records with the rules of their model and writes what follows.

    Everything is done for a whole set of records at once: a thousand records cost as
    many queries as one.
    """

    _name = "care.obligation.sync"
    _description = "Obligations of a set of records"

    @api.model
    def _sync(self, records, rules=None):
        """Bring the obligations of `records` in line with the rules of their model.

        :param rules: care.obligation.rule, all active ones of the model when left out
        """
        if rules is None:
            specs = self.env["care.obligation.rule"]._for_model(records._name)
        else:
            specs = [s for s in rules._get_specs() if s.model == records._name]
        if records and specs:
            self._sync_specs(records, specs)

    @api.model
    def _sync_specs(self, records, specs, fresh=None, created=False, late=False):
        """Do the work of `_sync`.

        :param fresh: ids of the rules whose clock may start and end in one save
        :param created: the records are new, nothing is on record for them
        :param late: seen by a job; the record tells best when it last changed
        :return: number of obligations started
        """
        hosts = self._hosts(records._name, records._ids)
        ended, started = self.with_env(hosts.env)._sync_hosts(
            hosts, specs, fresh, created, late
        )
        self._forget(records)
        self._tell_hosts(ended)
        return started

    def _sync_hosts(self, hosts, specs, fresh, created, late):
        """Do it with all rights; return (rows that ended by how, number started)."""
        journal = Journal(self._now())
        last = {} if created else self._last_rows(hosts, specs)
        journal.old = list(last.values())
        places = Places(self, hosts)
        starting = []
        for spec in specs:
            for mine in places.read_by(spec):
                starting += self._sync_spec(
                    mine,
                    spec,
                    last,
                    places,
                    journal,
                    (fresh is None or spec.id in fresh),
                    late,
                )
        self._start(starting, places, journal)
        self._settle(journal)
        return self._save(journal), len(journal.new)

    @api.model
    def _on_columns_written(self, records, names):
        """Called where values were written set by set, which no save tells."""
        specs = [
            spec
            for spec in self.env["care.obligation.rule"]._for_model(records._name)
            if not spec.reads.isdisjoint(names)
        ]
        if not specs:
            return
        if len(records) > INLINE:
            rules = self.env["care.obligation.rule"].sudo()
            rules = rules.browse(spec.id for spec in specs)
            rules.scan_wanted = "all"
            rules._trigger_scan()
            return
        fresh = {spec.id for spec in specs if not spec.starts.isdisjoint(names)}
        self._sync_specs(records, specs, fresh=fresh)

    def _last_rows(self, hosts, specs):
        """Return {(rule id, record id): the Row of its last round}."""
        rows = self._load(
            SQL(
                "rule_id = ANY(%s) AND res_model = %s AND res_id = ANY(%s)",
                [spec.id for spec in specs],
                hosts._name,
                list(hosts._ids),
            ),
            order="round",
        )
        return {(row.rule_id, row.res_id): row for row in rows}

    def _sync_spec(self, hosts, spec, last, places, journal, fresh, late):
        """Advance the rows of one rule; return what starts."""
        facts = self._facts(hosts, spec, places, journal.now, late)
        begins = matching(hosts, spec.start)
        if spec.before:
            begins -= self._still_before(hosts, spec)
        starting = []
        for host in hosts:
            row, fact = last.get((spec.id, host.id)), facts[host.id]
            if row is None:
                if (
                    host.id in begins
                    and not fact.cancelled
                    and (fresh or not fact.done)
                ):
                    starting.append((spec, host, fact, None))
                continue
            self._advance_row(row, fact, spec, host, journal)
            if host.id in begins and wants_new_round(row, fact):
                starting.append((spec, host, fact, row))
        self._follow_hosts(hosts, spec, last, places, journal)
        return starting

    def _still_before(self, hosts, spec):
        """Return the ids of the records that stay under a rule this one replaced."""
        return {
            id_
            for (id_,) in self.env.execute_query(
                SQL(
                    """SELECT res_id FROM care_obligation
                        WHERE rule_id = ANY(%s) AND res_model = %s
                          AND res_id = ANY(%s)
                          AND state IN ('open', 'paused', 'missed', 'waived')""",
                    list(spec.before),
                    hosts._name,
                    list(hosts._ids),
                )
            )
        }

    def _advance_row(self, row, fact, spec, host, journal):
        if row.state in RUNNING and (spec.start_field or spec.due_field):
            self._move_row(row, fact, spec, host, journal)
        undated = spec.due_field and not host[spec.due_field]
        for step in self._advance(row, fact):
            self._log_step(journal, row, step, "no_due" if undated else "condition")

    def _move_row(self, row, fact, spec, host, journal):
        """Let the due time follow the record; what was missed by then stays missed.

        A due time in the past from the beginning may still be put right until the job
        has counted it: somebody mistyped the year, or opened the record again.
        """
        before = row.start_at, row.due_from, row.due_on
        if not self._read_row_dates(row, spec, host):
            return
        reason = "changed_start" if row.start_at != before[0] else "changed_due"
        late = row.state == "open" and before[0] < row.due_at < fact.at
        if reason == "changed_due" and late:
            row.start_at, row.due_from, row.due_on = before
            self._log_step(journal, row, miss(row))
        else:
            self._recount([row], journal, reason)

    def _log_step(self, journal, row, step, reason=None):
        journal.log(
            row,
            step.kind,
            due_before=step.due_before,
            due_after=step.due_after,
            reason=reason if step.kind == "cancel" else None,
        )

    def _settle(self, journal):
        """Set when the sweep looks again at each row that is not as it was."""
        rows = [row for row in journal.old if row.values() != row.was]
        if rows:
            self._set_next_fire(rows, self._ladders(rows))

    # ---- what records show

    def _facts(self, hosts, spec, places, now, late):
        """Return {record id: Facts}."""
        done = matching(hosts, spec.done)
        paused = matching(hosts, spec.pause) or ()
        cancelled = matching(hosts, spec.cancel) or set()
        if "active" in hosts._fields:
            cancelled |= set(hosts.filtered(lambda host: not host.active)._ids)
        if spec.company_id:
            cancelled |= {
                id_
                for id_, (_p, _d, company) in places.all().items()
                if company and company != spec.company_id
            }
        stamps = late and hosts._log_access
        facts = {}
        for host in hosts:
            at = now
            if stamps and host.write_date:
                at = min(now, host.write_date.replace(microsecond=0))
            done_at = (
                self._done_at(host, spec, places, now) if spec.done_field else None
            )
            is_done = host.id in done if done is not None else bool(done_at)
            undated = spec.due_field and not is_done and not host[spec.due_field]
            facts[host.id] = Facts(
                done=is_done,
                paused=host.id in paused,
                cancelled=host.id in cancelled or bool(undated),
                at=at,
                done_at=done_at and min(done_at, now),
            )
        return facts

    def _done_at(self, host, spec, places, now):
        """Return when the record says it was done. A date means that whole day, so the
        benefit of the doubt: its start, or now when it is today."""
        if not host[spec.done_field]:
            return None
        calendar_id = spec.calendar_id or places.calendar(host.id, spec)
        value = host[spec.done_field]
        is_date = host._fields[spec.done_field].type == "date"
        if is_date and value == self._today_in(calendar_id, now):
            return now
        return self._moment(host, spec.done_field, calendar_id)

    # ---- starting

    def _start(self, starting, places, journal):
        """Add a new row for each (spec, host, facts, row of the round before)."""
        if not starting:
            return
        users = self._responsibles(
            [(spec, host, None) for spec, host, _f, _r in starting], places
        )
        rows, ladders = [], []
        for (spec, host, _fact, before), people in zip(starting, users, strict=True):
            partner_id, department_id, company_id = places.of(host.id)
            calendar_id = spec.calendar_id or places.calendar(host.id, spec)
            start = journal.now
            if spec.start_field and (before is None or before.state == "cancelled"):
                start = self._moment(host, spec.start_field, calendar_id) or start
            row = Row(
                rule_id=spec.id,
                clause_id=spec.clause_id,
                res_model=spec.model,
                res_id=host.id,
                round=before.round + 1 if before else 1,
                partner_id=partner_id,
                department_id=department_id,
                user_id=people[0],
                instead_of_id=people[1],
                company_id=company_id or spec.company_id,
                calendar_id=calendar_id,
                amount=spec.amount,
                unit=spec.unit,
                at_time=spec.at_time,
                start_at=start,
            )
            if spec.due_field:
                self._read_row_dates(row, spec, host)
            rows.append(row)
            ladders.append(spec.ladder)
            journal.names.append(spec.names)
        self._recount(rows, journal, None)
        journal.new += rows
        for row, (_spec, _host, fact, _before) in zip(rows, starting, strict=True):
            for step in self._advance(row, fact):
                self._log_step(journal, row, step)
        self._set_next_fire(rows, ladders, fired={})

    # ---- the end of records and rules

    @api.model
    def _on_records_gone(self, model_name, ids):
        """Call off what runs for deleted records; what was overdue was missed."""
        rows = self._load(
            SQL("res_model = %s AND res_id = ANY(%s)", model_name, list(ids))
        )
        self._call_off(rows, "deleted")

    @api.model
    def _on_rules_stopped(self, rules):
        """A rule was switched off: it escalates no more, what runs is called off."""
        if not rules:
            return
        while True:
            rows = self._load(
                SQL(
                    "rule_id = ANY(%s) AND (state IN ('open', 'paused') "
                    "OR next_fire_at IS NOT NULL)",
                    rules.ids,
                ),
                limit=5000,
            )
            if not rows:
                return
            self._call_off(rows, "rule")

    def _call_off(self, rows, reason):
        """End rows that run, and let nothing of them fire any more."""
        journal = Journal(self._now())
        journal.old = rows
        for row in rows:
            row.next_fire_at, row.replan = None, False
            if row.state not in RUNNING:
                continue
            if row.state == "open" and row.due_at < journal.now:
                self._log_step(journal, row, miss(row))
            else:
                row.state, row.paused_at = "cancelled", None
                self._log_step(journal, row, Step("cancel"), reason)
        ended = self._save(journal)
        if reason not in ("deleted", "model"):
            self._tell_hosts(ended)

    # ---- afterwards

    def _forget(self, records):
        """Drop what the cache holds of the records' obligations."""
        if "obligation_ids" in records._fields:
            records.invalidate_recordset(_SHOWN, flush=False)

    def _tell_hosts(self, ended):
        """Call the hooks of the host models, in the caller's environment."""
        if missed := [row.id for row in ended.get("missed", ())]:
            obligations = self.env["care.obligation"].browse(missed)
            self.env["care.sanction"]._on_obligations_missed(obligations)
        for how, rows in ended.items():
            for model_name, mine in group_by_model(rows).items():
                if "obligation_ids" not in self.env[model_name]._fields:
                    continue
                hosts = self.env[model_name].browse(
                    dict.fromkeys(r.res_id for r in mine)
                )
                obligations = self.env["care.obligation"].browse(r.id for r in mine)
                if how == "met":
                    hosts._on_obligation_met(obligations)
                else:
                    hosts._on_obligation_missed(obligations)
