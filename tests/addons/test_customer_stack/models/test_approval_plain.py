from odoo import fields, models


class TestApprovalPlain(models.Model):
    """The host of approvals without approvals: what the guard is measured against."""

    _name = "test.approval.plain"
    _description = "Test record without approvals"
    _inherit = ["mail.thread"]

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
    story = fields.Char(default="")

    def _compute_total(self):
        for record in self:
            record.total = record.compensation
