from odoo import fields, models
from odoo.tools import SQL

_LEVELS = 4  # room for the level in the ids of the view


class CareCallbackStatistics(models.Model):
    """How many callbacks a stratum of a draw asked for, and what came of them.

    A view over draws and callbacks; nothing in it is stored.
    """

    _name = "care.callback.statistics"
    _description = "Callback statistics"
    _inherit = ["care.secrecy.follow.mixin"]
    _auto = False
    _order = "month desc, programme_id, id"
    _rec_name = "programme_id"

    programme_id = fields.Many2one("care.callback.programme", readonly=True)
    clause_id = fields.Many2one("care.policy.clause", readonly=True)
    draw_id = fields.Many2one("care.callback.draw", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    stratum = fields.Char(readonly=True)
    month = fields.Date(readonly=True)
    counted = fields.Integer(readonly=True, help="Records of which the rate is taken.")
    required = fields.Integer(readonly=True, help="Rate times counted, rounded up.")
    planned = fields.Integer(readonly=True, help="Callbacks of the first round.")
    done = fields.Integer(readonly=True)
    in_time = fields.Integer("Done in time", readonly=True)
    waiting = fields.Integer("To do", readonly=True)
    unreachable = fields.Integer(readonly=True)
    satisfied = fields.Integer(readonly=True)
    dissatisfied = fields.Integer(readonly=True)
    raised = fields.Integer("Something raised", readonly=True)
    settled = fields.Integer("Settled and answered", readonly=True)
    attempts = fields.Integer(readonly=True)
    further = fields.Integer("Further rounds", readonly=True)
    rate = fields.Float(
        "Done of required (%)",
        readonly=True,
        aggregator="avg",
        help="Empty when nothing was required.",
    )
    handled = fields.Float(
        "Settled of raised (%)",
        readonly=True,
        aggregator="avg",
        help="Empty when nothing was raised.",
    )

    @property
    def _table_query(self):
        self.env["care.callback"].flush_model()
        self.env["care.callback.draw"].flush_model()
        self.env["care.callback.draw.line"].flush_model()
        return SQL(
            """
            SELECT (d.id::bigint * 100 + s.number) * %(levels)s + v.level AS id,
                   v.level AS secrecy_level, d.programme_id, d.clause_id,
                   d.id AS draw_id, d.company_id,
                   COALESCE(%(stratum)s, s.row->>'name') AS stratum,
                   d.date_from AS month, v.counted, v.required,
                   COALESCE(c.planned, 0) AS planned, COALESCE(c.done, 0) AS done,
                   COALESCE(c.in_time, 0) AS in_time,
                   COALESCE(c.waiting, 0) AS waiting,
                   COALESCE(c.unreachable, 0) AS unreachable,
                   COALESCE(c.satisfied, 0) AS satisfied,
                   COALESCE(c.dissatisfied, 0) AS dissatisfied,
                   COALESCE(c.raised, 0) AS raised, COALESCE(c.settled, 0) AS settled,
                   COALESCE(c.attempts, 0) AS attempts,
                   COALESCE(c.further, 0) AS further,
                   100.0 * COALESCE(c.done, 0)
                       / NULLIF(v.required, 0) AS rate,
                   100.0 * c.settled / NULLIF(c.raised, 0) AS handled
              FROM care_callback_draw d
              JOIN LATERAL jsonb_array_elements(d.strata)
                   WITH ORDINALITY AS s(row, number) ON TRUE
              LEFT JOIN care_callback_programme p
                   ON p.id = d.programme_id AND s.row->>'code' = ''
              LEFT JOIN care_callback_stratum st
                   ON st.programme_id = d.programme_id AND st.code = s.row->>'code'
              JOIN LATERAL (%(parts)s) v ON TRUE
              LEFT JOIN (%(callbacks)s) c
                   ON c.draw_id = d.id AND c.stratum = s.row->>'code'
                  AND c.level = v.level
             WHERE d.state != 'seeded'
            """,
            levels=_LEVELS,
            parts=self._parts_sql(),
            stratum=self._stratum_sql(),
            callbacks=self._callbacks_sql(),
        )

    def _stratum_sql(self):
        """Return the name of the stratum or programme in the reader's language; a draw
        keeps the one of whoever drew, which is mostly a job."""
        stratum = self.env["care.callback.stratum"]._field_to_sql("st", "name")
        programme = self.env["care.callback.programme"]._field_to_sql("p", "name")
        return SQL("COALESCE(%s, %s)", stratum, programme)

    def _parts_sql(self):
        """Return the query that parts a stratum by level, so that a reader's figures
        hold nothing classified above his clearance: (level, counted, required)."""
        classified = SQL(
            """
            SELECT l.secrecy_level AS level, COUNT(*) AS counted,
                   COUNT(*) FILTER (WHERE l.rank <= COALESCE(
                       s.row->'parts'->l.part::text->>'quota',
                       s.row->>'quota')::integer) AS required
              FROM care_callback_draw_line l
             WHERE l.draw_id = d.id AND l.stratum = s.row->>'code'
               AND l.secrecy_level >= 2 AND l.kind IN ('drawn', 'reserve')
             GROUP BY l.secrecy_level
            """
        )
        return SQL(
            """
            SELECT 1 AS level,
                   (s.row->>'count')::integer - COALESCE(SUM(z.counted), 0)::integer
                       AS counted,
                   (s.row->>'quota')::integer - COALESCE(SUM(z.required), 0)::integer
                       AS required
              FROM (%(classified)s) z
             UNION ALL
            SELECT level, counted::integer, required::integer
              FROM (%(classified)s) z
            """,
            classified=classified,
        )

    def _callbacks_sql(self):
        return SQL(
            """
            SELECT draw_id, COALESCE(stratum, '') AS stratum,
                   GREATEST(secrecy_level, 1) AS level,
                   COUNT(*) FILTER (WHERE round = 1 AND state != 'exempt') AS planned,
                   COUNT(*) FILTER (WHERE round = 1
                                      AND state IN ('done', 'reviewed')) AS done,
                   COUNT(*) FILTER (WHERE round = 1 AND state IN ('done', 'reviewed')
                                      AND in_time) AS in_time,
                   COUNT(*) FILTER (WHERE state IN ('planned', 'attempted')) AS waiting,
                   COUNT(*) FILTER (WHERE state = 'unreachable') AS unreachable,
                   COUNT(*) FILTER (WHERE satisfaction = 'satisfied') AS satisfied,
                   COUNT(*) FILTER (WHERE satisfaction = 'dissatisfied')
                       AS dissatisfied,
                   COUNT(*) FILTER (WHERE round = 1
                                      AND raised_state != 'none') AS raised,
                   COUNT(*) FILTER (WHERE round = 1
                                      AND raised_state = 'settled') AS settled,
                   SUM(attempt_count) AS attempts,
                   COUNT(*) FILTER (WHERE round > 1) AS further
              FROM care_callback
             WHERE draw_id IS NOT NULL AND state != 'cancelled'
             GROUP BY draw_id, COALESCE(stratum, ''), GREATEST(secrecy_level, 1)
            """
        )

    def _read_group_select(self, aggregate_spec, query):
        """The rate of a group is done of all required, not the mean of its rows."""
        parts = {"rate:avg": ("done", "required"), "handled:avg": ("settled", "raised")}
        if aggregate_spec not in parts:
            return super()._read_group_select(aggregate_spec, query)
        above, below = (
            self._field_to_sql(self._table, name, query)
            for name in parts[aggregate_spec]
        )
        return SQL("100.0 * SUM(%s) / NULLIF(SUM(%s), 0)", above, below)

    def action_view_callbacks(self):
        """Open the callbacks that this row counts."""
        self.ensure_one()
        rows, level = self.draw_id.sudo().strata or [], self.secrecy_level
        code = rows[self.id // _LEVELS % 100 - 1]["code"]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_callback_action"
        )
        domain = [
            ("draw_id", "=", self.draw_id.id),
            ("stratum", "in", [code] if code else ["", False]),
            ("secrecy_level", "<=" if level < 2 else "=", level),
        ]
        return action | {"domain": domain, "context": {}}
