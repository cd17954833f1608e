from odoo import models
from odoo.tools import SQL


class CareImprovementCompliance(models.AbstractModel):
    """The part of an improvement that counts in clause compliance, in the month it was
    opened; it keeps no records of its own."""

    _name = "care.improvement.compliance"
    _description = "Improvements as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "improvement"
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Improvements")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(i.id)::bigint AS id,
                   GREATEST(i.secrecy_level, 1) AS secrecy_level,
                   i.clause_id, i.company_id, i.department_id,
                   date_trunc('month', i.create_date)::date AS month,
                   COUNT(*) FILTER (WHERE i.state = 'closed') AS met,
                   0::bigint AS missed,
                   COUNT(*) FILTER (WHERE i.state = 'cancelled') AS waived,
                   COUNT(*) FILTER (WHERE i.state NOT IN ('closed', 'cancelled'))
                       AS open
              FROM care_improvement i
             WHERE i.clause_id IS NOT NULL AND i.active
             GROUP BY GREATEST(i.secrecy_level, 1),
                      i.clause_id, i.company_id, i.department_id,
                      date_trunc('month', i.create_date)
            """
        )

    def _compliance_action(self):
        return "customer_care.care_improvement_action", "create_date", []
