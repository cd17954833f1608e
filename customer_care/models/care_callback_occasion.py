from odoo import fields, models


class CareCallbackOccasion(models.Model):
    """Something that happened to one customer after which somebody calls: moving in,
    an emergency. Users note it, programmes draw from it."""

    _name = "care.callback.occasion"
    _description = "Occasion to call"
    _inherit = ["care.secrecy.follow.mixin"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("moving_in", "Moving in"),
            ("emergency", "Emergency"),
            ("event", "Event"),
            ("other", "Other"),
        ],
        required=True,
        default="moving_in",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    note = fields.Text()
    department_id = fields.Many2one("hr.department")
    user_id = fields.Many2one(
        "res.users", "Looked after by", help="They do not make the callback."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
