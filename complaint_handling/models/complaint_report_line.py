from odoo import fields, models


class ComplaintReportLine(models.Model):
    """The figures of one category or department in a report; frozen with it."""

    _name = "complaint.report.line"
    _description = "Complaint Report Line"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "report_id, section, sequence, id"

    report_id = fields.Many2one(
        "complaint.report", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="report_id.company_id", store=True, index=True)
    date_from = fields.Date(related="report_id.date_from", store=True)
    section = fields.Selection(
        [("category", "Category"), ("department", "Department")], required=True
    )
    sequence = fields.Integer()
    name = fields.Char(required=True)
    received = fields.Integer(string="Cases received")
    justified = fields.Integer()
    closed = fields.Integer()
    in_time = fields.Integer(string="Closed in time")
    overdue = fields.Integer()
    compensation = fields.Float(digits=(16, 2))
