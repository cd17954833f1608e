from odoo import models
from odoo.tools import SQL


class CareSuggestionCompliance(models.AbstractModel):
    """The part of a suggestion that counts in clause compliance, in the month it was
    entered: met is what was judged. It keeps no records of its own."""

    _name = "care.suggestion.compliance"
    _description = "Suggestions as evidence"
    _inherit = ["care.compliance.mixin"]

    _compliance_source = "suggestion"
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Suggestions")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(s.id)::bigint AS id,
                   GREATEST(s.secrecy_level, 1) AS secrecy_level,
                   s.clause_id, s.company_id, s.department_id,
                   date_trunc('month', s.create_date)::date AS month,
                   COUNT(*) FILTER (WHERE s.judged_at IS NOT NULL) AS met,
                   0::bigint AS missed,
                   COUNT(*) FILTER (WHERE s.state = 'withdrawn') AS waived,
                   COUNT(*) FILTER (WHERE s.judged_at IS NULL
                                      AND s.state != 'withdrawn') AS open
              FROM care_suggestion s
             WHERE s.clause_id IS NOT NULL AND s.active
             GROUP BY GREATEST(s.secrecy_level, 1),
                      s.clause_id, s.company_id, s.department_id,
                      date_trunc('month', s.create_date)
            """
        )

    def _compliance_action(self):
        return "customer_care.care_suggestion_action", "create_date", []
