from odoo import models
from odoo.tools import SQL


class CareServicePlanCompliance(models.AbstractModel):
    """The part of a service plan that counts in clause compliance, in the month it
    begins: met is what was approved. It keeps no records of its own."""

    _name = "care.service.plan.compliance"
    _description = "Service plans as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "service_plan"
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Service plans")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(p.id)::bigint AS id,
                   GREATEST(p.secrecy_level, 1) AS secrecy_level,
                   p.clause_id, p.company_id, p.department_id,
                   date_trunc('month', p.date_from)::date AS month,
                   COUNT(*) FILTER (WHERE p.state IN ('running', 'closed')) AS met,
                   0::bigint AS missed,
                   COUNT(*) FILTER (WHERE p.state = 'cancelled') AS waived,
                   COUNT(*) FILTER (WHERE p.state NOT IN
                       ('running', 'closed', 'cancelled')) AS open
              FROM care_service_plan p
             WHERE p.clause_id IS NOT NULL AND p.active
             GROUP BY GREATEST(p.secrecy_level, 1), p.clause_id, p.company_id,
                      p.department_id, date_trunc('month', p.date_from)
            """
        )

    def _compliance_action(self):
        return "customer_care.care_service_plan_action", "date_from", []
