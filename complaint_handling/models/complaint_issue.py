from odoo import fields, models


class ComplaintIssue(models.Model):
    """What exactly went wrong, within a category; kept by a complaint manager."""

    _name = "complaint.issue"
    _description = "Complaint Issue"
    _order = "category_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_id = fields.Many2one("complaint.category", required=True, index=True)
    company_id = fields.Many2one(related="category_id.company_id", store=True)
    severity_id = fields.Many2one(
        "complaint.severity", help="Proposed when a case gets this issue."
    )
