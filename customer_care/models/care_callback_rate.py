from odoo import models
from odoo.tools import SQL


class CareCallbackRate(models.AbstractModel):
    """What draws say of their clause: whether the rate was reached in the end."""

    _name = "care.callback.rate"
    _description = "Rates of callbacks as evidence"
    _inherit = ["care.compliance.mixin"]
    _compliance_source = "callback_draw"
    _compliance_department = ""

    def _compliance_label(self):
        return self.env._("Callback rates")

    def _compliance_select(self):
        self.env["care.callback"].flush_model()
        self.env["care.callback.draw"].flush_model()
        return SQL(
            """
            SELECT MIN(d.id)::bigint AS id, d.clause_id, d.company_id,
                   NULL::integer AS department_id,
                   date_trunc('month', d.date_from)::date AS month,
                   COUNT(*) FILTER (WHERE d.done >= d.required_count) AS met,
                   COUNT(*) FILTER (WHERE d.done < d.required_count
                                      AND d.waiting = 0) AS missed,
                   0::bigint AS waived,
                   COUNT(*) FILTER (WHERE d.done < d.required_count
                                      AND d.waiting > 0) AS open
              FROM (
                   SELECT w.id, w.clause_id, w.company_id, w.date_from,
                          w.required_count,
                          COUNT(c.id) FILTER (
                              WHERE c.state IN ('done', 'reviewed')) AS done,
                          COUNT(c.id) FILTER (
                              WHERE c.state IN ('planned', 'attempted')
                                AND c.due_at >= now() AT TIME ZONE 'utc') AS waiting
                     FROM care_callback_draw w
                     LEFT JOIN care_callback c ON c.draw_id = w.id AND c.round = 1
                    WHERE w.state = 'planned' AND w.clause_id IS NOT NULL
                      AND w.required_count > 0
                    GROUP BY w.id
                   ) d
             GROUP BY d.clause_id, d.company_id, date_trunc('month', d.date_from)
            """
        )

    def _compliance_action(self):
        return (
            "customer_care.care_callback_draw_action",
            "date_from",
            [("state", "=", "planned"), ("required_count", ">", 0)],
        )
