from odoo import fields, models
from odoo.tools import SQL


class CareBenchmarkReport(models.Model):
    """One figure of ours or of another firm, side by side. A view over what was
    collected, kept indicators and satisfaction scores; nothing in it is stored."""

    _name = "care.benchmark.report"
    _description = "Comparison with other firms"
    _inherit = ["care.secrecy.follow.mixin"]
    _auto = False
    _order = "measure_id, date_to desc, is_own desc, id"
    _rec_name = "measure_id"

    measure_id = fields.Many2one(
        "care.benchmark.measure", "Measure compared", readonly=True
    )
    kind = fields.Selection(related="measure_id.kind")
    unit = fields.Char(related="measure_id.unit")
    partner_id = fields.Many2one("res.partner", "Firm", readonly=True)
    is_own = fields.Boolean("Our own", readonly=True)
    date_from = fields.Date("From", readonly=True)
    date_to = fields.Date("To", readonly=True)
    value = fields.Float("Figure", readonly=True, aggregator="avg", digits=(16, 2))
    own_value = fields.Float(
        "Ours then", readonly=True, aggregator="avg", digits=(16, 2)
    )
    difference = fields.Float(
        "We are better by",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Ours less theirs, or theirs less ours where lower is better.",
    )
    has_own = fields.Boolean(readonly=True)
    source = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        for name in ("care.benchmark", "care.indicator.result", "res.company"):
            self.env[name].flush_model()
        self.env["care.satisfaction.score"].flush_model()
        return SQL(
            """
            WITH own AS (%(own)s)
            SELECT o.id * 2 AS id, o.measure_id, c.partner_id, TRUE AS is_own,
                   o.date_from, o.date_to, o.value, o.value AS own_value,
                   NULL::numeric AS difference, TRUE AS has_own,
                   NULL::varchar AS source, o.company_id, o.secrecy_level
              FROM own o JOIN res_company c ON c.id = o.company_id
             UNION ALL
            SELECT b.id::bigint * 2 + 1, b.measure_id, b.partner_id, FALSE, b.date_from,
                   b.date_to, b.value, n.value,
                   CASE WHEN m.better = 'lower' THEN b.value - n.value
                        ELSE n.value - b.value END,
                   n.value IS NOT NULL, b.source, b.company_id,
                   GREATEST(b.secrecy_level, COALESCE(n.secrecy_level, 0))
              FROM care_benchmark b
              JOIN care_benchmark_measure m ON m.id = b.measure_id
              LEFT JOIN LATERAL (
                   SELECT o.value, o.secrecy_level FROM own o
                    WHERE o.measure_id = b.measure_id AND o.company_id = b.company_id
                      AND o.date_to BETWEEN b.date_from AND b.date_to
                    ORDER BY o.date_to DESC LIMIT 1) n ON TRUE
             WHERE b.active
            """,
            own=self._own_sql(),
        )

    def _own_sql(self):
        """Return SQL giving our own figures of the measures."""
        return SQL(
            """
            SELECT (r.id::bigint * 4096 + m.id) * 2 AS id, m.id AS measure_id,
                   r.company_id, r.date_from, r.date_to, r.value::numeric AS value,
                   r.secrecy_level
              FROM care_benchmark_measure m
              JOIN care_indicator_result r ON r.indicator_id = m.indicator_id
             WHERE r.is_latest AND r.value IS NOT NULL
               AND COALESCE(r.subject_id, 0) = 0
               AND (m.company_id IS NULL OR m.company_id = r.company_id)
             UNION ALL
            SELECT (s.id::bigint * 4096 + m.id) * 2 + 1, m.id, s.company_id,
                   s.date_from, s.date_to, s.value, s.secrecy_level
              FROM care_benchmark_measure m
              JOIN care_satisfaction_score s
                   ON s.programme_id = m.programme_id AND s.level = m.level
             WHERE s.is_latest AND s.state = 'complete'
            """
        )
