from odoo import fields, models


class CareCallbackAttempt(models.Model):
    """One try to reach the customer of a callback; its buttons write it, once."""

    _name = "care.callback.attempt"
    _description = "Attempt of a callback"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "at desc, id desc"
    _rec_name = "at"

    callback_id = fields.Many2one(
        "care.callback", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="callback_id.company_id")
    at = fields.Datetime("When", required=True)
    user_id = fields.Many2one("res.users", "By", required=True)
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("site", "On site"),
            ("video", "Video call"),
            ("letter", "Letter"),
        ],
        required=True,
    )
    result = fields.Selection(
        [
            ("reached", "Reached"),
            ("appointment", "Appointment made"),
            ("no_answer", "No answer"),
            ("busy", "Busy"),
            ("wrong_number", "Wrong number"),
            ("refused", "Does not want to be called"),
        ],
        required=True,
    )
    note = fields.Char()
    appointment_at = fields.Datetime("Appointment")
