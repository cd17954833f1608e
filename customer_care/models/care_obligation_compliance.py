from odoo import models
from odoo.tools import SQL


class CareObligationCompliance(models.AbstractModel):
    """The part of an obligation that counts in clause compliance, in the month it was
    due: deadlines and duties apart. It keeps no records of its own."""

    _name = "care.obligation.compliance"
    _description = "Obligations as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_levels = True

    def _compliance_labels(self):
        return {
            "deadline": self.env._("Deadlines"),
            "duty": self.env._("Duties"),
        }

    def _compliance_is_duty(self):
        return self.env.context.get("care_compliance") == "duty"

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(o.id)::bigint AS id,
                   GREATEST(o.secrecy_level, 1) AS secrecy_level,
                   o.clause_id, o.company_id,
                   o.department_id, date_trunc('month', o.due_at)::date AS month,
                   COUNT(*) FILTER (WHERE o.state = 'met') AS met,
                   COUNT(*) FILTER (WHERE o.state = 'missed') AS missed,
                   COUNT(*) FILTER (WHERE o.state = 'waived') AS waived,
                   COUNT(*) FILTER (WHERE o.state IN ('open', 'paused')) AS open
              FROM care_obligation o
             WHERE o.clause_id IS NOT NULL AND o.state != 'cancelled'
               AND %s
             GROUP BY GREATEST(o.secrecy_level, 1),
                      o.clause_id, o.company_id, o.department_id,
                      date_trunc('month', o.due_at)
            """,
            SQL("o.duty_id IS NOT NULL")
            if self._compliance_is_duty()
            else SQL("o.duty_id IS NULL"),
        )

    def _compliance_action(self):
        operator = "!=" if self._compliance_is_duty() else "="
        domain = [("state", "!=", "cancelled"), ("duty_id", operator, False)]
        return "customer_care.care_obligation_action", "due_at", domain
