from odoo import models
from odoo.tools import SQL


class CareDataReviewCompliance(models.AbstractModel):
    """The part of a review that counts in clause compliance, in the month it was due;
    it keeps no records of its own."""

    _name = "care.data.review.compliance"
    _description = "Reviews of data as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "data_review"
    _compliance_department = ""
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Data reviews")

    def _compliance_select(self):
        self.flush_model()
        today = self.env["care.role"]._today(self.env.company)
        return SQL(
            """
            SELECT MIN(v.id)::bigint AS id, v.clause_id, v.company_id,
                   NULL::integer AS department_id, v.secrecy_level,
                   date_trunc('month', v.due_date)::date AS month,
                   COUNT(*) FILTER (WHERE %(met)s) AS met,
                   COUNT(*) FILTER (WHERE v.state <> 'cancelled' AND NOT %(met)s
                                    AND v.due_date < %(today)s) AS missed,
                   COUNT(*) FILTER (WHERE v.state = 'cancelled') AS waived,
                   COUNT(*) FILTER (WHERE v.state NOT IN ('done', 'cancelled')
                                    AND v.due_date >= %(today)s) AS open
              FROM care_data_review v
             WHERE v.clause_id IS NOT NULL
             GROUP BY v.clause_id, v.company_id, v.secrecy_level,
                      date_trunc('month', v.due_date)
            """,
            met=SQL("(v.state = 'done' AND v.decided_at::date <= v.due_date)"),
            today=today,
        )

    def _compliance_action(self):
        return "customer_care.care_data_review_action", "due_date", []
