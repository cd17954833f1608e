from odoo import models
from odoo.tools import SQL


class CareCallbackRate(models.AbstractModel):
    """What draws say of their clause: whether the rate was reached in the end."""

    _name = "care.callback.rate"
    _description = "Rates of callbacks as evidence"
    _inherit = ["care.compliance.mixin"]
    _compliance_source = "callback_draw"
    _compliance_department = ""
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Callback rates")

    def _compliance_select(self):
        self.env["care.callback"].flush_model()
        self.env["care.callback.draw"].flush_model()
        self.env["care.callback.draw.line"].flush_model()
        return SQL(
            """
            SELECT MIN(d.id)::bigint * 4 + d.level AS id, d.level AS secrecy_level,
                   d.clause_id, d.company_id, NULL::integer AS department_id,
                   date_trunc('month', d.date_from)::date AS month,
                   COUNT(*) FILTER (WHERE d.done >= d.required) AS met,
                   COUNT(*) FILTER (WHERE d.done < d.required
                                      AND d.waiting = 0) AS missed,
                   0::bigint AS waived,
                   COUNT(*) FILTER (WHERE d.done < d.required
                                      AND d.waiting > 0) AS open
              FROM (
                   SELECT w.id, w.clause_id, w.company_id, w.date_from, w.level,
                          w.required,
                          COUNT(c.id) FILTER (
                              WHERE c.state IN ('done', 'reviewed')) AS done,
                          COUNT(c.id) FILTER (
                              WHERE c.state IN ('planned', 'attempted')
                                AND c.due_at >= now() AT TIME ZONE 'utc') AS waiting
                     FROM (%(required)s) w
                     LEFT JOIN care_callback c ON c.draw_id = w.id AND c.round = 1
                                              AND GREATEST(c.secrecy_level, 1) = w.level
                    GROUP BY w.id, w.clause_id, w.company_id, w.date_from, w.level,
                             w.required
                   ) d
             GROUP BY d.level, d.clause_id, d.company_id,
                      date_trunc('month', d.date_from)
            """,
            required=self._required_sql(),
        )

    def _required_sql(self):
        """Return the query of what draws asked for at each level, so that a reader's
        figures hold nothing of hidden records."""
        return SQL(
            """
            SELECT d.id, d.clause_id, d.company_id, d.date_from, v.level,
                   SUM(v.required) AS required
              FROM care_callback_draw d
              JOIN LATERAL jsonb_array_elements(d.strata) AS s(row) ON TRUE
              JOIN LATERAL (%s) v ON TRUE
             WHERE d.state = 'planned' AND d.clause_id IS NOT NULL
             GROUP BY d.id, v.level
            HAVING SUM(v.required) > 0
            """,
            self.env["care.callback.statistics"]._parts_sql(),
        )

    def _compliance_action(self):
        return (
            "customer_care.care_callback_draw_action",
            "date_from",
            [("state", "=", "planned"), ("line_ids.kind", "=", "drawn")],
        )
