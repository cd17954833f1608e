from odoo import fields, models


class ComplaintSeverity(models.Model):
    """How bad a complaint is; kept by a complaint manager. Deadlines, approvals and
    callbacks ask for it in their domains."""

    _name = "complaint.severity"
    _description = "Complaint Severity"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10, help="Higher is worse.")
    active = fields.Boolean(default=True)
    color = fields.Integer()
    description = fields.Text(translate=True)

    _code_uniq = models.UniqueIndex(
        "(code)", "A complaint severity with this code exists already."
    )
