from odoo import models
from odoo.tools import SQL


class CareApprovalCompliance(models.AbstractModel):
    """The part of an approval that counts in clause compliance, in the month it was
    asked for; it keeps no records of its own."""

    _name = "care.approval.compliance"
    _description = "Approvals as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "approval"
    _compliance_levels = True
    _compliance_department = ""

    def _compliance_label(self):
        return self.env._("Approvals")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(a.id)::bigint AS id,
                   GREATEST(a.secrecy_level, 1) AS secrecy_level,
                   a.clause_id, a.company_id,
                   NULL::integer AS department_id,
                   date_trunc('month', a.requested_at)::date AS month,
                   COUNT(*) FILTER (WHERE a.state IN ('approved', 'rejected')) AS met,
                   0::bigint AS missed, 0::bigint AS waived,
                   COUNT(*) FILTER (WHERE a.state = 'pending') AS open
              FROM care_approval a
             WHERE a.clause_id IS NOT NULL AND a.state != 'cancelled'
             GROUP BY GREATEST(a.secrecy_level, 1),
                      a.clause_id, a.company_id, date_trunc('month', a.requested_at)
            """
        )

    def _compliance_action(self):
        domain = [("state", "!=", "cancelled")]
        return "customer_care.care_approval_action", "requested_at", domain
