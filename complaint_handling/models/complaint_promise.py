from odoo import fields, models


class ComplaintPromise(models.Model):
    """One promise of a date to the customer, or a change of it. Written once, by
    the window "Promise a date"."""

    _name = "complaint.promise"
    _description = "Promise to a Complainant"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "at desc, id desc"
    _rec_name = "case_id"

    case_id = fields.Many2one(
        "complaint.case", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    at = fields.Datetime(string="Said at", required=True)
    user_id = fields.Many2one("res.users", string="Promised by", required=True)
    channel = fields.Selection(
        [("phone", "Phone"), ("mail", "E-mail"), ("visit", "Visit"), ("chat", "Chat")],
        required=True,
    )
    previous_at = fields.Datetime(string="Promised before")
    promised_at = fields.Datetime(string="Promised for", required=True)
    reason = fields.Char()
