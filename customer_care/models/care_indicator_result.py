from odoo import fields, models
from odoo.tools import SQL

_COLUMNS = (
    "indicator_id",
    "clause_id",
    "company_id",
    "subject_model",
    "subject_id",
    "date_from",
    "date_to",
    "value",
    "numerator",
    "denominator",
    "reason",
    "target",
    "state",
    "formula_version",
)


class CareIndicatorResult(models.Model):
    """The figure of one subject for one period under one formula of an indicator.

    Written by runs alone. `state` is unknown where there is no figure, and `reason`
    says why; the column `value` is then empty and never 0.
    """

    _name = "care.indicator.result"
    _description = "Indicator result"
    _inherit = [
        "care.figure.mixin",
        "care.compliance.mixin",
        "care.secrecy.follow.mixin",
    ]
    _log_access = False
    _order = "date_to desc, indicator_id, id"
    _rec_name = "indicator_id"
    _secrecy_skip_links = ("previous_id",)
    _secrecy_reference = ("subject_model", "subject_id")
    _subject_fields = ("subject_model", "subject_id")
    _compliance_source = "indicator"
    _compliance_levels = True
    _compliance_department = ""
    _run_fields = ("indicator_id", "company_id", "date_from", "date_to")
    _key_fields = (*_run_fields, "subject_id")
    _compared_fields = (
        "value",
        "numerator",
        "denominator",
        "reason",
        "target",
        "state",
        "formula_version",
        "clause_id",
    )

    indicator_id = fields.Many2one(
        "care.indicator", required=True, readonly=True, ondelete="restrict"
    )
    clause_id = fields.Many2one(
        "care.policy.clause", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    subject_model = fields.Char("Kind of subject", required=True, readonly=True)
    subject_id = fields.Many2oneReference(
        "Subject ID",
        model_field="subject_model",
        required=True,
        readonly=True,
        help="0: the company as a whole.",
    )
    value = fields.Float(readonly=True, aggregator="avg")
    numerator = fields.Float(readonly=True)
    denominator = fields.Float(readonly=True)
    unit = fields.Char(related="indicator_id.unit")
    reason = fields.Selection(
        selection=lambda self: self.env["care.indicator"]._reason_words(),
        string="Why unknown",
        readonly=True,
    )
    target = fields.Float(readonly=True, aggregator=None)
    state = fields.Selection(
        [
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("unknown", "Unknown"),
            ("none", "No target"),
        ],
        required=True,
        readonly=True,
    )
    previous_id = fields.Many2one(
        "care.indicator.result",
        "Replaces",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _latest_uniq = models.UniqueIndex(
        "(indicator_id, subject_id, company_id, date_to, date_from) "
        "NULLS NOT DISTINCT WHERE is_latest",
        "This figure is being written by another run.",
    )

    def _write_results(self, indicator, date_from, date_to, company, span=None):
        """Write the figures of an indicator for all its subjects in one statement."""
        this = self._engine()
        run = {
            "indicator_id": indicator.id,
            "company_id": company.id,
            "date_from": date_from,
            "date_to": date_to,
        }
        fresh = this._fresh_sql(indicator.sudo(), run, company, span)
        return this._store(fresh, _COLUMNS, run)

    def _fresh_sql(self, indicator, run, company, span):
        self.env.flush_all()
        days = indicator._window(run["date_from"], run["date_to"])
        value, part, whole, reason = indicator._joined_sql("m")
        subject = SQL("0") if indicator.subject_model == "res.company" else SQL("s.id")
        target = SQL("%s::float8", indicator.target if indicator.has_target else None)
        reached = SQL("<=") if indicator.better == "lower" else SQL(">=")
        kept = SQL() if indicator.keep_all else SQL("WHERE m.subject_id IS NOT NULL")
        return SQL(
            """SELECT %(indicator)s AS indicator_id, %(clause)s::int AS clause_id,
                      %(company)s AS company_id, %(model)s AS subject_model,
                      subject_id, %(from)s::date AS date_from, %(to)s::date AS date_to,
                      value, numerator, denominator, reason, %(target)s AS target,
                      CASE WHEN value IS NULL THEN 'unknown'
                           WHEN %(target)s IS NULL THEN 'none'
                           WHEN value %(reached)s %(target)s THEN 'passed'
                           ELSE 'failed' END AS state,
                      %(version)s AS formula_version
                 FROM (SELECT %(subject)s AS subject_id, %(value)s AS value,
                              %(part)s AS numerator, %(whole)s AS denominator,
                              %(reason)s AS reason
                         FROM (%(subjects)s) s
                         LEFT JOIN (%(measure)s) m ON m.subject_id = s.id
                         %(kept)s) r""",
            indicator=indicator.id,
            clause=indicator.clause_id.id or None,
            company=company.id,
            model=indicator.subject_model,
            **{"from": run["date_from"]},
            to=run["date_to"],
            target=target,
            reached=reached,
            version=indicator.formula_version,
            subject=subject,
            value=value,
            part=part,
            whole=whole,
            reason=reason,
            subjects=indicator._subjects_query(company, span),
            measure=indicator._measure_query(*days, company, span),
            kept=kept,
        )

    # --------------------------------------------------------------- compliance

    def _compliance_label(self):
        return self.env._("Indicators")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(r.id)::bigint AS id,
                   GREATEST(r.secrecy_level, 1) AS secrecy_level,
                   r.clause_id, r.company_id,
                   NULL::integer AS department_id,
                   date_trunc('month', r.date_to)::date AS month,
                   COUNT(*) FILTER (WHERE r.state = 'passed') AS met,
                   COUNT(*) FILTER (WHERE r.state = 'failed') AS missed,
                   0::bigint AS waived, 0::bigint AS open
              FROM care_indicator_result r
             WHERE r.clause_id IS NOT NULL AND r.is_latest
               AND r.state IN ('passed', 'failed')
             GROUP BY GREATEST(r.secrecy_level, 1),
                      r.clause_id, r.company_id, date_trunc('month', r.date_to)
            """
        )

    def _compliance_action(self):
        domain = [("is_latest", "=", True), ("state", "in", ["passed", "failed"])]
        return "customer_care.care_indicator_result_action", "date_to", domain

    # ------------------------------------------------------------------ buttons

    def action_drill_down(self):
        """Open the records behind the figure, as far as the user may see them."""
        self.ensure_one()
        indicator = self.indicator_id
        days = indicator._window(self.date_from, self.date_to)
        return indicator.action_drill_down(self.subject_id, *days, self.company_id.id)

    def action_history(self):
        """Open the same figure of the same subject over time."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_indicator_result_action_history"
        )
        return action | {
            "domain": [
                ("indicator_id", "=", self.indicator_id.id),
                ("subject_id", "=", self.subject_id),
                ("company_id", "=", self.company_id.id),
                ("is_latest", "=", True),
            ]
        }
