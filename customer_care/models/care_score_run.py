import logging
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import scores

_logger = logging.getLogger(__name__)
_PERIODS = 12  # missed ones that are made up for


class CareScoreRun(models.Model):
    """One computation: a scorecard or an indicator, for a period of a company.

    Planned by the job when a period is over, or by a manager's button. It goes on from
    where it stopped; the database takes one at a time.
    """

    _name = "care.score.run"
    _description = "Run of a scorecard or indicator"
    _inherit = ["care.engine.mixin"]
    _order = "id desc"
    _rec_name = "date_to"

    scorecard_id = fields.Many2one(
        "care.scorecard", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    indicator_id = fields.Many2one(
        "care.indicator", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date_from = fields.Date(required=True, readonly=True)
    date_to = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("queued", "Waiting"), ("done", "Done"), ("failed", "Went wrong")],
        required=True,
        readonly=True,
    )
    position = fields.Integer(
        readonly=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
        help="Subjects up to this ID are done.",
    )
    written = fields.Integer(
        "New or different", readonly=True, help="Without secret subjects."
    )
    formula_version = fields.Integer("Formula", readonly=True, aggregator=None)
    requested_by_id = fields.Many2one("res.users", "Started by", readonly=True)
    done_at = fields.Datetime(readonly=True)
    error = fields.Text(readonly=True)

    _one_kind = models.Constraint(
        "CHECK ((scorecard_id IS NULL) <> (indicator_id IS NULL))",
        "A run is of a scorecard or of an indicator.",
    )
    _queued_uniq = models.UniqueIndex(
        "(scorecard_id, indicator_id, company_id, date_from, date_to) "
        "NULLS NOT DISTINCT WHERE state = 'queued'",
        "This run is waiting already.",
    )

    # ----------------------------------------------------------------- planning

    @api.model
    def _cron_run(self):
        """Plan the periods that are over and work off what waits."""
        self._plan()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=1)
        while run := self._take():
            run._advance()
            if not progress(1, remaining=1):
                return
        progress(remaining=0)

    @api.model
    def _plan(self):
        """Queue each period that is over and was not reckoned yet."""
        for model, domain in (
            ("care.scorecard", [("automatic", "=", True), ("line_ids", "!=", False)]),
            ("care.indicator", [("keep", "=", True)]),
        ):
            rules = self.env[model].sudo().search(domain)
            if model == "care.scorecard":  # what others build on comes first
                rules = rules.sorted(lambda card: len(card.line_ids._sources_behind()))
            for rule in rules:
                if model == "care.indicator" and rule.dormant:
                    continue
                companies = rule.company_id or self.env["res.company"].search(
                    Domain.TRUE
                )
                for company in companies:
                    for period in self._missing_periods(rule, company):
                        self._queue(rule, company, *period)

    def _missing_periods(self, rule, company):
        """Return the periods that are over since the last one that was planned."""
        kind = rule.period if rule.period in scores.MONTHS else "month"
        zone = company.resource_calendar_id.tz or "UTC"
        today = fields.Date.context_today(self.with_context(tz=zone))
        period = scores.last_period(kind, today)
        last = self.sudo().search(
            [
                (self._rule_field(rule), "=", rule.id),
                ("company_id", "=", company.id),
                ("date_to", "<=", period[1]),
            ],
            order="date_to desc",
            limit=1,
        )
        missing = []
        while len(missing) < _PERIODS and (not last or last.date_to < period[1]):
            missing.append(period)
            if not last:
                break  # the history of a new rule is a manager's choice
            period = scores.period_of(kind, period[0] - timedelta(days=1))
        return reversed(missing)

    @api.model
    def _rule_field(self, rule):
        return "scorecard_id" if rule._name == "care.scorecard" else "indicator_id"

    @api.model
    def _queue(self, rule, company, date_from, date_to, user=None):
        """Return the run of a period that waits, a new one if there is none."""
        this = self._engine()
        vals = {
            self._rule_field(rule): rule.id,
            "company_id": company.id,
            "date_from": date_from,
            "date_to": date_to,
            "state": "queued",
        }
        run = this.search([(name, "=", value) for name, value in vals.items()], limit=1)
        if not run:
            run = this.create(vals | {"requested_by_id": user.id if user else False})
        return run._plain(self.env)

    # ------------------------------------------------------------------ running

    @api.model
    def _take(self, run=None):
        """Lock and return a run that waits and that nobody else works on."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM care_score_run WHERE state = 'queued' AND %s "
                "ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
                SQL("id = %s", run.id) if run else SQL("TRUE"),
            )
        )
        taken = self.browse(id_ for (id_,) in rows)
        taken.invalidate_recordset()
        return taken

    def _advance(self):
        """Reckon the next batch; a fault puts the run aside with its reason."""
        self.ensure_one()
        run = self._engine()
        try:
            with self.env.cr.savepoint():
                run._reckon_batch()
        except (OperationalError, UniqueViolation):
            raise  # another run was faster: the job is tried again as a whole
        except UserError as error:
            run.write({"state": "failed", "error": error.args[0]})
        except Exception as error:
            _logger.exception("Run %s could not be reckoned", self.id)
            run.write({"state": "failed", "error": f"{error}"})

    def _reckon_batch(self):
        rule = self.scorecard_id or self.indicator_id
        size = self.env["ir.config_parameter"].get_param("customer_care.score_batch")
        high = self._batch_end(rule, int(size or 1000000))
        low = self.position

        def span(column):
            upper = SQL("AND %s <= %s", column, high) if high else SQL()
            return SQL("%s > %s %s", column, low, upper)

        whole = not low and not high
        written = self._write_batch(rule, None if whole else span)
        vals = {"written": self.written + written}
        vals["formula_version"] = rule.formula_version
        if high:
            vals["position"] = high
        else:
            vals |= {"state": "done", "done_at": fields.Datetime.now()}
        self.write(vals)

    def _batch_end(self, rule, size):
        """Return the last subject id of the next batch, None for the last batch."""
        if rule.subject_model == "res.company":
            return None

        def after(column):
            return SQL("%s > %s", column, self.position)

        query = (
            rule._scored_query(self.company_id, after)
            if self.scorecard_id
            else rule._subjects_query(self.company_id, after)
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) s (id) ORDER BY id OFFSET %s LIMIT 1",
                query,
                size - 1,
            )
        )
        return rows[0][0] if rows else None

    def _write_batch(self, rule, span):
        days = (self.date_from, self.date_to, self.company_id)
        if self.scorecard_id:
            rule._check_ready()
            rule._stamp_formula()
            return self.env["care.score"]._write_scores(rule, *days, span)
        results = self.env["care.indicator.result"]
        last = results.search(Domain.TRUE, order="id desc", limit=1).id or 0
        written = results._write_results(rule, *days, span)
        self._tell_improvements(rule, last)
        return written

    def _tell_improvements(self, indicator, last):
        """Have improvements opened for figures of a period that is over."""
        today = fields.Date.context_today(self)
        model = self.env.get("care.improvement")
        hear = getattr(model, "_on_indicator_results", None)
        if hear is None or self.date_to >= today:
            return
        domain = [
            ("id", ">", last),
            ("indicator_id", "=", indicator.id),
            ("company_id", "=", self.company_id.id),
            ("date_to", "=", self.date_to),
            ("state", "=", "failed"),
        ]
        results = self.env["care.indicator.result"]
        while failed := results.search(domain, order="id", limit=1000):
            hear(failed)
            domain[0] = ("id", ">", failed[-1].id)

    def action_retry(self):
        """Let runs that failed wait again; a manager may."""
        self.check_access("read")
        if self.env.user.has_group("customer_care.customer_care_group_manager"):
            failed = self.filtered(lambda run: run.state == "failed")
            failed._engine().write({"state": "queued", "error": False})
            self.env.ref("customer_care.care_score_run_cron").sudo()._trigger()
        return True

    def action_view_figures(self):
        """Open the figures of the run's period."""
        self.ensure_one()
        xmlid, field = ("care_score_action", "scorecard_id")
        if self.indicator_id:
            xmlid, field = ("care_indicator_result_action", "indicator_id")
        action = self.env["ir.actions.act_window"]._for_xml_id(f"customer_care.{xmlid}")
        return action | {
            "domain": [
                (field, "=", self[field].id),
                ("company_id", "=", self.company_id.id),
                ("date_to", "=", self.date_to),
            ]
        }
