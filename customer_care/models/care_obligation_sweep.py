import logging
from collections import defaultdict
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..logic.obligation_clock import REMIND, RUNNING, fires_now, miss
from .care_obligation_places import Places, group_by_model
from .care_obligation_store import Journal

_logger = logging.getLogger(__name__)

BATCH = 2000
TRIES = 10
ASIDE = timedelta(days=1)  # a row that fails is tried again a day later


class CareObligationSweep(models.AbstractModel):
    """Marks what was missed and climbs the ladders, batch by batch.

    A batch is locked with SKIP LOCKED and committed as a whole, so any number of
    workers share the work and one that is killed loses at most its batch.
    """

    _name = "care.obligation.sweep"
    _description = "Sweep of due obligations"

    @api.model
    def _cron_sweep(self):
        """Fire all that is due; commits after each batch."""
        progress = self.env["ir.cron"]._commit_progress
        while moved := self._tried(self._process_replans):
            if not progress(moved, remaining=1):
                return
        while swept := self._tried(self._sweep_batch):
            if not progress(swept, remaining=1 if swept == BATCH else 0):
                return
            if swept < BATCH:
                break
        progress(remaining=0)

    def _tried(self, batch):
        """Return what a batch returns. Where another worker has changed its rows since
        the transaction began, begin a new one; the batches before are committed."""
        for _try in range(TRIES):
            try:
                return batch()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
        return batch()

    @api.model
    def _sweep_batch(self, limit=None):
        """Fire one batch; return how many obligations it had."""
        now = self._now()
        rows = self._load(
            SQL("next_fire_at <= %s AND replan IS NOT TRUE", now),
            lock=True,
            order="next_fire_at, id",
            limit=limit or BATCH,
        )
        if not rows:
            return 0
        try:
            with self.env.cr.savepoint():
                self._sweep_rows(rows, now)
        except OperationalError:
            raise  # another worker was faster; the next run goes on
        except Exception:
            _logger.info("A batch of %s obligations failed: one by one", len(rows))
            for row in rows:
                self._sweep_alone(row.id, now)
        self.env.invalidate_all()
        return len(rows)

    def _sweep_alone(self, id_, now):
        """Fire one obligation; if that fails, put it aside for a day and say why."""
        try:
            with self.env.cr.savepoint():
                self._sweep_rows(self._load(SQL("id = %s", id_)), now)
        except OperationalError:
            raise
        except Exception as error:
            _logger.exception("Obligation %s is put aside", id_)
            self._put_aside(id_, error)

    def _put_aside(self, id_, error):
        journal = Journal(self._now())
        journal.old = self._load(SQL("id = %s", id_))
        for row in journal.old:
            row.next_fire_at = journal.now + ASIDE
            journal.log(row, "error", note=f"{type(error).__name__}: {error}"[:500])
        self._save(journal)

    def _sweep_rows(self, rows, now):
        """Look at the records first, then fire what is left to fire."""
        journal = Journal(now)
        rows = self._look_again(rows, journal)
        journal.old = rows
        ladders = self._ladders(rows)
        fired = self._fired_levels(rows)
        points = self._points(rows, ladders)
        calls = []
        for index, row in enumerate(rows):
            if row.done_at or row.state not in ("open", "missed"):
                continue
            levels = fired[row.id]
            for what in fires_now(row, points[index], levels, now):
                if what == "miss":
                    miss(row)
                else:
                    levels.add(what)
                    row.escalation_level += what != REMIND
                calls.append((row, what))
        self._call(calls, journal)
        self._set_next_fire(rows, ladders, fired)
        self._tell_hosts(self._save(journal))

    def _look_again(self, rows, journal):
        """Bring rows in line with their records; return those that are still of use."""
        specs = {
            spec.id: spec
            for found in self.env["care.obligation.rule"]._specs().values()
            for spec in found
        }
        kept = [row for row in rows if row.duty_id]
        for model_name, mine in group_by_model(
            r for r in rows if not r.duty_id
        ).items():
            if model_name not in self.env:
                self._call_off(mine, "model")
                continue
            stopped = [row for row in mine if row.rule_id not in specs]
            if stopped:
                self._call_off(stopped, "rule")
            left = [row for row in mine if row.rule_id in specs]
            kept += self._look_at_rows(model_name, left, specs, journal)
        return kept

    def _look_at_rows(self, model_name, rows, specs, journal):
        """Look closer where a glance says so; return the rows that have a record."""
        changed = []
        for rule_id, mine in _by_rule(rows).items():
            quiet = self._glance(specs[rule_id], mine)
            for row in mine:
                if row.id in quiet:
                    journal.documents[model_name, row.res_id] = quiet[row.id]
                else:
                    changed.append(row)
        if not changed:
            return rows
        there = self._hosts(model_name, {row.res_id for row in changed}).exists()._ids
        gone = [row for row in changed if row.res_id not in there]
        if gone:
            self._call_off(gone, "deleted")
        self._look_at_hosts(
            model_name, [r for r in changed if r.res_id in there], specs, journal
        )
        lost = {row.id for row in gone}
        return [row for row in rows if row.id not in lost]

    def _look_at_hosts(self, model_name, rows, specs, journal):
        for rule_id, mine in _by_rule(rows).items():
            spec = specs[rule_id]
            hosts = self._hosts(model_name, [row.res_id for row in mine])
            hosts.fetch(sorted(_stored(hosts, spec.reads)))
            places = Places(self, hosts)
            last = {(rule_id, row.res_id): row for row in mine}
            for seen in places.read_by(spec):
                facts = self._facts(seen, spec, places, journal.now, late=True)
                for host in seen:
                    row = last[rule_id, host.id]
                    if row.state in RUNNING or row.state == "missed":
                        self._advance_row(row, facts[host.id], spec, host, journal)
            self._follow_hosts(hosts, spec, last, places, journal)


def _by_rule(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.rule_id].append(row)
    return found


def _stored(hosts, names):
    names = set(names) | {"write_date", hosts._rec_name or "id"}
    return [
        n
        for n in names
        if n in hosts._fields
        and hosts._fields[n].store
        and hosts._fields[n].column_type
    ]
