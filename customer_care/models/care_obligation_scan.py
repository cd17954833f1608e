import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .care_obligation_glance import PLACES, is_link

_logger = logging.getLogger(__name__)

BATCH = 1000
AT_ONCE = 5000  # what the button starts itself; the job does the rest


class CareObligationScan(models.AbstractModel):
    """Finds the records whose obligations changed without anybody telling the engine.

    Models that do not inherit the mixin, rules that look at other records or at the
    date, rules just switched on: a job asks the database which records entered or left
    the conditions, and has only those looked at.
    """

    _name = "care.obligation.scan"
    _description = "Search for records with obligations"

    @api.model
    def _cron_scan(self):
        """Look for changes of all rules that need it; commits after each batch."""
        progress = self.env["ir.cron"]._commit_progress
        while moved := self._process_replans():
            if not progress(moved, remaining=1):
                return
        for spec, wanted in self._specs_to_scan():
            for step in self._scan_steps(spec, wanted):
                after = 0
                while ids := self._scan_batch(spec, step, after):
                    after = ids[-1]
                    if not progress(len(ids), remaining=1):
                        return
            self._scan_done(spec.id)
            progress(1, remaining=1)
        progress(remaining=0)

    @api.model
    def _specs_to_scan(self):
        """Return [(spec, whether new records are looked for)]."""
        rules = self.env["care.obligation.rule"]
        wanted = {
            rule.id: rule.scan_wanted
            for rule in rules.sudo().search([("scan_wanted", "!=", False)])
        }
        found = []
        for model_name, specs in rules._specs().items():
            foreign = "obligation_ids" not in self.env[model_name]._fields
            for spec in specs:
                if foreign or spec.remote or wanted.get(spec.id) == "all":
                    found.append((spec, True))
                elif spec.id in wanted:
                    found.append((spec, False))
        return found

    def _scan_done(self, rule_id):
        rule = self.env["care.obligation.rule"].sudo().browse(rule_id)
        if rule.scan_wanted:
            rule.scan_wanted = False

    @api.model
    def _scan_now(self, rules):
        """Start what fits now, within bounds; leave the rest to the job.

        :return: number of obligations started
        """
        started = 0
        rules.sudo().write({"scan_wanted": "all"})
        for spec in rules.sudo()._get_specs():
            looked = 0
            for step in self._scan_steps(spec, True):
                after = 0
                while looked < AT_ONCE:
                    count, ids = self._look_at_batch(spec, step, after)
                    if not ids:
                        break
                    started += count
                    looked += len(ids)
                    after = ids[-1]
            if looked < AT_ONCE:
                self._scan_done(spec.id)
        return started

    # ---- one rule

    def _scan_steps(self, spec, new_records):
        """Return what to look for: [(domain over the model, SQL over its obligations)].

        Each step names the records that changed one way. Conditions that cannot be
        searched are looked at record by record.
        """
        running = SQL("o.state IN ('open', 'paused')")
        undone = SQL(
            "o.done_at IS NULL AND o.state IN ('open', 'paused', 'missed', 'waived')"
        )
        ends = [d for d in (self._done_domain(spec), spec.cancel) if d is not None]
        steps = [
            (Domain.OR(ends) if ends else Domain.FALSE, True, undone),
            (Domain.TRUE, True, SQL("o.state = 'paused'")),
            ("gone", True, running),
        ]
        if spec.pause is not None:
            steps.append((spec.pause, True, SQL("o.state = 'open'")))
        if spec.due_field:
            steps.append((Domain.TRUE, True, self._moved_condition(spec)))
        changed = self._changed_condition(spec)
        if changed:
            steps.append((Domain.TRUE, True, changed))
        if new_records:
            steps.append((self._entry_domain(spec), False, undone))
        unstored = spec.due_field and not self._is_column(spec, spec.due_field)
        if unstored or not all(self._is_searchable(spec, step[0]) for step in steps):
            steps = [(Domain.TRUE, True, undone), ("gone", True, running)]
            if new_records:
                steps.append((Domain.TRUE, False, undone))
        return steps

    def _is_column(self, spec, name):
        field = self.env[spec.model]._fields[name]
        return bool(field.store and field.column_type and not field.company_dependent)

    def _moved_condition(self, spec):
        """Return SQL that tells the obligations whose record says another date."""
        model = self._hosts(spec.model, ())
        model.flush_model([spec.due_field])
        kept = "due_from"
        value = SQL.identifier(model._table, spec.due_field)
        if model._fields[spec.due_field].type == "date":
            kept = "due_on"
        else:
            value = SQL("date_trunc('second', %s)", value)
        return SQL(
            "o.state IN ('open', 'paused') AND %s IS DISTINCT FROM %s",
            SQL.identifier("o", kept),
            value,
        )

    def _changed_condition(self, spec):
        """Return SQL that tells the obligations of a foreign record that names another
        start, person, customer or department now; None when no column could."""
        model = self._hosts(spec.model, ())
        if "obligation_ids" in model._fields:
            return None  # its saves tell
        found = []
        if spec.start_field and self._is_column(spec, spec.start_field):
            found.append(self._start_condition(spec, model))
        if len(spec.path) == 1 and self._is_column(spec, spec.path[0]):
            found.append(self._person_condition(spec, model))
        for name, comodel_name in PLACES[:2]:
            if is_link(model._fields.get(name), comodel_name):
                model.flush_model([name])
                found.append(
                    SQL(
                        "%s IS DISTINCT FROM %s",
                        SQL.identifier("o", name),
                        SQL.identifier(model._table, name),
                    )
                )
        if not found:
            return None
        pending = SQL("o.done_at IS NULL AND o.state IN ('open', 'paused', 'missed')")
        return SQL("%s AND (%s)", pending, SQL(" OR ").join(found))

    def _start_condition(self, spec, model):
        """A date starts some hours off midnight in UTC, less than a day."""
        model.flush_model([spec.start_field])
        slack = "14 hours" if model._fields[spec.start_field].type == "date" else "1 s"
        return SQL(
            """o.state <> 'missed' AND o.round = 1 AND o.due_from IS NULL
               AND abs(extract(epoch FROM o.start_at - %s)) >=
                   extract(epoch FROM interval %s)""",
            SQL.identifier(model._table, spec.start_field),
            slack,
        )

    def _person_condition(self, spec, model):
        """Somebody else who is at work; nobody, where no role is asked then."""
        model.flush_model(list(spec.path))
        user = SQL.identifier(model._table, spec.path[0])
        named = SQL("COALESCE(o.instead_of_id, o.user_id)")
        other = SQL(
            """%s IS DISTINCT FROM %s AND EXISTS (
                   SELECT 1 FROM res_users u WHERE u.id = %s AND u.active)""",
            user,
            named,
            user,
        )
        if spec.role:
            return other
        return SQL(
            "(%s OR (%s IS NULL AND %s IS NOT NULL AND o.taken_over IS NOT TRUE))",
            other,
            user,
            named,
        )

    def _done_domain(self, spec):
        if spec.done is not None:
            return spec.done
        return Domain(spec.done_field, "!=", False)

    def _entry_domain(self, spec):
        domain = spec.start & ~self._done_domain(spec)
        if spec.due_field:
            domain &= Domain(spec.due_field, "!=", False)
        if spec.cancel is not None:
            domain &= ~spec.cancel
        if spec.company_id and "company_id" in self.env[spec.model]._fields:
            domain &= Domain("company_id", "in", [False, spec.company_id])
        return domain

    def _is_searchable(self, spec, domain):
        if domain == "gone":
            return True
        model = self._hosts(spec.model, ())
        return all(
            model._fields[
                condition.field_expr.partition(".")[0]
            ]._description_searchable
            for condition in domain.iter_conditions()
        )

    def _scan_batch(self, spec, step, after):
        """Look at one batch; a rule that fails is logged and stops no other."""
        try:
            with self.env.cr.savepoint():
                ids = self._look_at_batch(spec, step, after)[1]
            self.env.invalidate_all()
            return ids
        except Exception:
            _logger.exception("Obligations of rule %s could not be scanned", spec.id)
            return []

    def _look_at_batch(self, spec, step, after):
        """Return (number started, ids looked at) of the batch after id `after`."""
        domain, has_one, condition = step
        if domain == "gone":
            ids = self._gone_ids(spec, condition, after)
            if ids:
                self._end_gone(spec, ids)
            return 0, ids
        ids = self._candidate_ids(spec, domain, has_one, condition, after)
        if not ids:
            return 0, []
        records = self._hosts(spec.model, ids)
        count = self._sync_specs(
            records.with_env(self.env), [spec], fresh=frozenset(), late=True
        )
        return count, ids

    def _candidate_ids(self, spec, domain, has_one, condition, after):
        """Return the next ids in `domain` that have (or lack) such an obligation."""
        model = self._hosts(spec.model, ())
        if not has_one:
            model = model.with_context(active_test=True)
        domain = self._placed_domain(spec, model, domain) & Domain("id", ">", after)
        query = model._search(domain, order="id", limit=BATCH)
        exists = SQL(
            """EXISTS (SELECT 1 FROM care_obligation o WHERE o.rule_id = %s
                   AND o.res_model = %s AND o.res_id = %s AND %s)""",
            spec.id,
            spec.model,
            SQL.identifier(query.table, "id"),
            condition,
        )
        query.add_where(exists if has_one else SQL("NOT %s", exists))
        return [id_ for (id_,) in self.env.execute_query(query.select())]

    def _placed_domain(self, spec, model, domain):
        """Return `domain` as it is read in the company of the rule or of the record."""
        apart = self.env["care.ceiling"]._apart
        if not spec.by_company or domain.is_true():
            return apart(model, domain)
        main = self.env["care.condition"]._main_company()
        companies = main.browse(spec.company_id or ())
        field = model._fields.get("company_id")
        placed = is_link(field, "res.company") and not companies
        if placed:
            companies = main.search(Domain.TRUE)
        parts = []
        for company in companies or main:
            there = model.with_company(company)
            among = Domain.TRUE
            if placed:
                shared = [False] if company == main else []
                among = Domain("company_id", "in", [company.id, *shared])
            found = there._search(apart(there, domain) & among)
            parts.append(Domain("id", "in", found))
        return Domain.OR(parts)

    def _gone_ids(self, spec, condition, after):
        """Return ids of records that have an obligation but are deleted or archived."""
        model = self._hosts(spec.model, ())
        alive = SQL("h.id = o.res_id")
        if "active" in model._fields and model._fields["active"].store:
            alive = SQL("%s AND h.active", alive)
        model.flush_model(["active"] if "active" in model._fields else [])
        return [
            id_
            for (id_,) in self.env.execute_query(
                SQL(
                    """SELECT DISTINCT o.res_id FROM care_obligation o
                        WHERE o.rule_id = %s AND o.res_model = %s AND o.res_id > %s
                          AND %s AND NOT EXISTS (SELECT 1 FROM %s h WHERE %s)
                     ORDER BY o.res_id LIMIT %s""",
                    spec.id,
                    spec.model,
                    after,
                    condition,
                    SQL.identifier(model._table),
                    alive,
                    BATCH,
                )
            )
        ]

    def _end_gone(self, spec, ids):
        there = self._hosts(spec.model, ids).exists()
        rows = self._load(
            SQL(
                "rule_id = %s AND res_model = %s AND res_id = ANY(%s)",
                spec.id,
                spec.model,
                ids,
            )
        )
        self._call_off([r for r in rows if r.res_id not in there._ids], "deleted")
        self._call_off([r for r in rows if r.res_id in there._ids], "archived")
