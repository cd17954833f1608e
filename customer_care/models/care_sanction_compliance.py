from odoo import models
from odoo.tools import SQL


class CareSanctionCompliance(models.AbstractModel):
    """The part of a sanction that counts in clause compliance, in the month it
    happened: the clause was carried out once people decided. Keeps no records."""

    _name = "care.sanction.compliance"
    _description = "Sanctions as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "sanction"
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Sanctions and rewards")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(s.id)::bigint AS id,
                   GREATEST(s.secrecy_level, 1) AS secrecy_level,
                   s.clause_id, s.company_id, s.department_id,
                   s.month,
                   COUNT(*) FILTER (WHERE s.state IN ('confirmed', 'upheld', 'reduced',
                                                      'reversed')) AS met,
                   0::bigint AS missed,
                   COUNT(*) FILTER (WHERE s.state = 'dismissed') AS waived,
                   COUNT(*) FILTER (WHERE s.state IN ('proposed', 'appealed')) AS open
              FROM care_sanction s
             WHERE s.clause_id IS NOT NULL
             GROUP BY GREATEST(s.secrecy_level, 1),
                      s.clause_id, s.company_id, s.department_id, s.month
            """
        )

    def _compliance_action(self):
        return "customer_care.care_sanction_action", "occurrence_date", []
