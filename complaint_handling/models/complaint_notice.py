from odoo import fields, models
from odoo.tools import SQL

from .complaint_notice_mixin import STAGES


class ComplaintNotice(models.Model):
    """One person told of a case, when, by whom and how; or that nobody could be told.
    Written once, by the case."""

    _name = "complaint.notice"
    _description = "Complaint Notice"
    _inherit = [
        "care.engine.mixin",
        "care.compliance.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "at desc, id desc"
    _rec_name = "case_id"
    _compliance_source = "complaint_notice"
    _compliance_levels = True

    case_id = fields.Many2one(
        "complaint.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    department_id = fields.Many2one("hr.department", ondelete="set null")
    rule_id = fields.Many2one(
        "complaint.notice.rule", index="btree_not_null", ondelete="restrict"
    )
    clause_id = fields.Many2one("care.policy.clause", index=True, ondelete="restrict")
    stage = fields.Selection(STAGES, required=True)
    at = fields.Datetime(string="Told at", required=True)
    sent_by_id = fields.Many2one("res.users", string="Told by", required=True)
    user_id = fields.Many2one("res.users", string="Told", index="btree_not_null")
    role_id = fields.Many2one("care.role", string="As", ondelete="restrict")
    channel = fields.Selection(
        [("message", "Message and activity"), ("sms", "Text message")]
    )
    address = fields.Char(help="Where it was sent.")
    state = fields.Selection(
        [("sent", "Sent"), ("nobody", "Nobody to tell")], required=True
    )
    body = fields.Text(string="Text")

    def _compliance_label(self):
        return self.env._("People told of complaints")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(n.id)::bigint AS id,
                   GREATEST(n.secrecy_level, 1) AS secrecy_level,
                   n.clause_id, n.company_id,
                   n.department_id, date_trunc('month', n.at)::date AS month,
                   COUNT(*) FILTER (WHERE n.state = 'sent') AS met,
                   COUNT(*) FILTER (WHERE n.state = 'nobody') AS missed,
                   0::bigint AS waived, 0::bigint AS open
              FROM complaint_notice n
             WHERE n.clause_id IS NOT NULL
             GROUP BY GREATEST(n.secrecy_level, 1),
                      n.clause_id, n.company_id, n.department_id,
                      date_trunc('month', n.at)
            """
        )

    def _compliance_action(self):
        return "complaint_handling.complaint_notice_action", "at", []
