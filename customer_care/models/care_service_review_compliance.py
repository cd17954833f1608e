from odoo import models
from odoo.tools import SQL


class CareServiceReviewCompliance(models.AbstractModel):
    """The part of a review that counts in clause compliance, in the month it was due:
    met is what was held. It keeps no records of its own."""

    _name = "care.service.review.compliance"
    _description = "Reviews as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "service_review"
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Reviews of service plans")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(r.id)::bigint AS id,
                   GREATEST(r.secrecy_level, 1) AS secrecy_level,
                   r.clause_id, r.company_id, r.department_id,
                   date_trunc('month', r.date_due)::date AS month,
                   COUNT(*) FILTER (WHERE r.state = 'done') AS met,
                   0::bigint AS missed,
                   COUNT(*) FILTER (WHERE r.state = 'cancelled') AS waived,
                   COUNT(*) FILTER (WHERE r.state = 'planned') AS open
              FROM care_service_review r
             WHERE r.clause_id IS NOT NULL AND r.active
             GROUP BY GREATEST(r.secrecy_level, 1), r.clause_id, r.company_id,
                      r.department_id, date_trunc('month', r.date_due)
            """
        )

    def _compliance_action(self):
        return "customer_care.care_service_review_action", "date_due", []
