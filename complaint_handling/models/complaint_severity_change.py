from odoo import fields, models
from odoo.tools import SQL


class ComplaintSeverityChange(models.Model):
    """One change of a case's severity: by which rule or person, and why. Written once,
    by the case; it is the evidence that a rule of a policy was applied."""

    _name = "complaint.severity.change"
    _description = "Change of Severity"
    _inherit = [
        "care.engine.mixin",
        "care.compliance.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "at desc, id desc"
    _rec_name = "case_id"
    _compliance_source = "severity"
    _compliance_levels = True

    case_id = fields.Many2one(
        "complaint.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    department_id = fields.Many2one("hr.department", ondelete="set null")
    at = fields.Datetime(string="Changed at", required=True)
    user_id = fields.Many2one("res.users", string="Changed by", required=True)
    old_id = fields.Many2one("complaint.severity", string="Before", ondelete="restrict")
    new_id = fields.Many2one(
        "complaint.severity", string="Severity", ondelete="restrict"
    )
    rule_id = fields.Many2one("complaint.severity.rule", ondelete="set null")
    clause_id = fields.Many2one("care.policy.clause", index=True, ondelete="restrict")
    reason = fields.Char()

    def _compliance_label(self):
        return self.env._("Severities given by rule")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(s.id)::bigint AS id,
                   GREATEST(s.secrecy_level, 1) AS secrecy_level,
                   s.clause_id, s.company_id,
                   s.department_id, date_trunc('month', s.at)::date AS month,
                   COUNT(*) AS met, 0::bigint AS missed, 0::bigint AS waived,
                   0::bigint AS open
              FROM complaint_severity_change s
             WHERE s.clause_id IS NOT NULL
             GROUP BY GREATEST(s.secrecy_level, 1),
                      s.clause_id, s.company_id, s.department_id,
                      date_trunc('month', s.at)
            """
        )

    def _compliance_action(self):
        return "complaint_handling.complaint_severity_change_action", "at", []
