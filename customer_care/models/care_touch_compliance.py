from odoo import models
from odoo.tools import SQL


class CareTouchCompliance(models.AbstractModel):
    """What greetings say of their clause: done on the day, late, or left out."""

    _name = "care.touch.compliance"
    _description = "Greetings as evidence"
    _inherit = ["care.compliance.mixin"]
    _compliance_source = "touch"
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Greetings")

    def _compliance_select(self):
        self.env["care.touch"].flush_model()
        return SQL(
            """
            SELECT MIN(t.id)::bigint AS id,
                   GREATEST(t.secrecy_level, 1) AS secrecy_level,
                   t.clause_id, t.company_id, t.department_id,
                   date_trunc('month', t.planned_on)::date AS month,
                   COUNT(*) FILTER (WHERE t.state IN ('sent', 'done')) AS met,
                   COUNT(*) FILTER (WHERE t.state = 'failed'
                                       OR t.skip_code = 'late'
                                       OR t.state IN ('planned', 'approval', 'ready')
                                      AND t.planned_on < CURRENT_DATE) AS missed,
                   COUNT(*) FILTER (WHERE t.state = 'skipped'
                                      AND t.skip_code != 'late') AS waived,
                   COUNT(*) FILTER (WHERE t.state IN ('planned', 'approval', 'ready')
                                      AND t.planned_on >= CURRENT_DATE) AS open
              FROM care_touch t
             WHERE t.clause_id IS NOT NULL
             GROUP BY GREATEST(t.secrecy_level, 1), t.clause_id, t.company_id,
                      t.department_id, date_trunc('month', t.planned_on)
            """
        )

    def _compliance_action(self):
        return ("customer_care.care_touch_action", "planned_on", [])
