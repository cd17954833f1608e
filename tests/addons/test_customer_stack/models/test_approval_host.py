from odoo import fields, models


class TestApprovalHost(models.Model):
    """A complaint in small: a report, a solution and a compensation to approve."""

    _name = "test.approval.host"
    _description = "Test host of approvals"
    _inherit = ["care.approval.mixin", "mail.thread"]

    name = fields.Char(required=True)
    state = fields.Selection([("new", "New"), ("closed", "Closed")], default="new")
    user_id = fields.Many2one("res.users")
    accused_ids = fields.Many2many("res.users")
    partner_id = fields.Many2one("res.partner")
    department_id = fields.Many2one("hr.department")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    currency_id = fields.Many2one("res.currency")
    compensation = fields.Monetary()
    report = fields.Text()
    total = fields.Float(compute="_compute_total", store=True)
    story = fields.Char(default="", help="What the hooks were told.")

    def _compute_total(self):
        for record in self:
            record.total = record.compensation

    def _approval_gates(self):
        return [
            ("accept", "Acceptance"),
            ("report", "Investigation report"),
            ("solution", "Solution"),
            ("compensation", "Compensation"),
        ]

    def _approval_guarded_fields(self, gate):
        return {"report", "total"} if gate == "report" else set()

    def _approval_subject_users(self, gate):
        return self.accused_ids

    def _approval_counts(self, approval):
        return "unpaid" not in self.story

    def _on_approval_decided(self, approval):
        self.story += f"{approval.gate} {approval.state};"

    def _on_approval_cancelled(self, approval):
        self.story += f"{approval.gate} {approval.cancel_kind};"

    def action_ask(self, gate):
        """Ask for what the gate wants, as a host's button does."""
        self.check_access("write")
        return self._approval_request(gate).ids

    def action_close(self):
        """Pass the gate or be told who still decides."""
        self._approval_check("report")
        self._approval_check("compensation")
        self.state = "closed"
