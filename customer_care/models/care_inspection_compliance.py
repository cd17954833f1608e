from odoo import models
from odoo.tools import SQL


class CareInspectionCompliance(models.AbstractModel):
    """The part of an inspection that counts in clause compliance, in the month it was
    planned for; it keeps no records of its own."""

    _name = "care.inspection.compliance"
    _description = "Inspections as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "inspection"

    def _compliance_label(self):
        return self.env._("Inspections")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(i.id)::bigint AS id, i.clause_id, i.company_id, i.department_id,
                   date_trunc('month', i.date_planned)::date AS month,
                   COUNT(*) FILTER (WHERE i.state = 'done') AS met,
                   0::bigint AS missed,
                   COUNT(*) FILTER (WHERE i.state = 'cancelled') AS waived,
                   COUNT(*) FILTER (WHERE i.state NOT IN ('done', 'cancelled')) AS open
              FROM care_inspection i
             WHERE i.clause_id IS NOT NULL AND i.active
             GROUP BY i.clause_id, i.company_id, i.department_id,
                      date_trunc('month', i.date_planned)
            """
        )

    def _compliance_action(self):
        return "customer_care.care_inspection_action", "date_planned", []
