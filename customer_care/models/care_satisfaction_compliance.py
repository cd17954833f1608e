from odoo import models
from odoo.tools import SQL


class CareSatisfactionCompliance(models.AbstractModel):
    """The part of a score that counts in clause compliance: scores of projects and
    customers, in the last month of their period."""

    _name = "care.satisfaction.compliance"
    _description = "Scores as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "satisfaction"
    _compliance_department = ""
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Satisfaction")

    def _compliance_select(self):
        self.flush_model()
        self.env["care.satisfaction.programme"].flush_model(["clause_id"])
        return SQL(
            """
            SELECT MIN(s.id)::bigint AS id,
                   GREATEST(s.secrecy_level, 1) AS secrecy_level,
                   p.clause_id, s.company_id, NULL::integer AS department_id,
                   date_trunc('month', s.date_to)::date AS month,
                   COUNT(*) FILTER (WHERE s.is_passed) AS met,
                   COUNT(*) FILTER (WHERE s.state = 'complete' AND NOT s.is_passed)
                       AS missed,
                   0::bigint AS waived,
                   COUNT(*) FILTER (WHERE s.state = 'incomplete') AS open
              FROM care_satisfaction_score s
              JOIN care_satisfaction_programme p ON p.id = s.programme_id
             WHERE p.clause_id IS NOT NULL AND s.is_latest AND s.level = 'subject'
             GROUP BY GREATEST(s.secrecy_level, 1), p.clause_id, s.company_id,
                      date_trunc('month', s.date_to)
            """
        )

    def _compliance_action(self):
        domain = [("is_latest", "=", True), ("level", "=", "subject")]
        return "customer_care.care_satisfaction_score_action", "date_to", domain
