from odoo import fields, models


class ComplaintAnswer(models.Model):
    """One answer the customer was given. Written once, by the answer window; it is
    what the tracking page shows."""

    _name = "complaint.answer"
    _description = "Complaint Answer"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "at desc, id desc"
    _rec_name = "case_id"
    _secrecy_skip_links = ("message_id",)

    case_id = fields.Many2one(
        "complaint.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    at = fields.Datetime(string="Answered at", required=True)
    user_id = fields.Many2one("res.users", string="Answered by", required=True)
    kind = fields.Selection(
        [("answer", "Answer"), ("explanation", "Explanation of a rejection")],
        required=True,
    )
    channel = fields.Selection(
        [("oral", "Oral"), ("written", "Written")], required=True
    )
    body = fields.Html(string="Text", required=True)
    message_id = fields.Many2one("mail.message", index=True)
