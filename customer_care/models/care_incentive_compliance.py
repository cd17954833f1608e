from odoo import models
from odoo.tools import SQL


class CareIncentiveCompliance(models.AbstractModel):
    """The part of an incentive that counts in clause compliance, in the month it was
    earned: met is what was granted. It keeps no records of its own."""

    _name = "care.incentive.compliance"
    _description = "Incentives as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "incentive"
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Incentives")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(i.id)::bigint AS id,
                   GREATEST(i.secrecy_level, 1) AS secrecy_level,
                   i.clause_id, i.company_id, i.department_id,
                   date_trunc('month', i.date)::date AS month,
                   COUNT(*) FILTER (WHERE i.state IN
                       ('granted', 'handed', 'expired')) AS met,
                   0::bigint AS missed,
                   COUNT(*) FILTER (WHERE i.state IN
                       ('refused', 'revoked', 'dropped')) AS waived,
                   COUNT(*) FILTER (WHERE i.state IN ('proposed', 'asked')) AS open
              FROM care_incentive i
             WHERE i.clause_id IS NOT NULL AND i.active
             GROUP BY GREATEST(i.secrecy_level, 1), i.clause_id, i.company_id,
                      i.department_id, date_trunc('month', i.date)
            """
        )

    def _compliance_action(self):
        return "customer_care.care_incentive_action", "date", []
