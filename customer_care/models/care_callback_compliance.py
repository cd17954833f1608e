from odoo import models
from odoo.tools import SQL


class CareCallbackCompliance(models.AbstractModel):
    """What callbacks say of their clause: made in time, late, or not needed."""

    _name = "care.callback.compliance"
    _description = "Callbacks as evidence"
    _inherit = ["care.compliance.mixin"]
    _compliance_source = "callback"
    _compliance_levels = True

    def _compliance_label(self):
        return self.env._("Callbacks")

    def _compliance_select(self):
        self.env["care.callback"].flush_model()
        return SQL(
            """
            SELECT MIN(c.id)::bigint AS id,
                   GREATEST(c.secrecy_level, 1) AS secrecy_level,
                   c.clause_id, c.company_id, c.department_id,
                   date_trunc('month', c.due_at)::date AS month,
                   COUNT(*) FILTER (WHERE c.state IN ('done', 'reviewed')
                                      AND c.in_time) AS met,
                   COUNT(*) FILTER (WHERE c.state IN ('done', 'reviewed')
                                      AND c.in_time IS NOT TRUE
                                       OR c.state IN ('planned', 'attempted')
                                      AND c.due_at < n.now) AS missed,
                   COUNT(*) FILTER (WHERE c.state = 'unreachable'
                                       OR c.state = 'exempt'
                                      AND (c.has_letter OR c.letter_wanted IS NOT TRUE)
                                   ) AS waived,
                   COUNT(*) FILTER (WHERE c.state IN ('planned', 'attempted')
                                      AND c.due_at >= n.now
                                       OR c.state = 'exempt' AND c.letter_wanted
                                      AND c.has_letter IS NOT TRUE) AS open
              FROM care_callback c,
                   (SELECT now() AT TIME ZONE 'utc' AS now) n
             WHERE c.clause_id IS NOT NULL AND c.state != 'cancelled'
               AND c.due_at IS NOT NULL
             GROUP BY GREATEST(c.secrecy_level, 1),
                      c.clause_id, c.company_id, c.department_id,
                      date_trunc('month', c.due_at)
            """
        )

    def _compliance_action(self):
        return (
            "customer_care.care_callback_action",
            "due_at",
            [("state", "!=", "cancelled")],
        )
