from odoo import fields, models


class TestHandOver(models.Model):
    """A hand-over of papers in small: what sanctions and improvements are about."""

    _name = "test.hand.over"
    _description = "Test host of sanctions and improvements"
    _inherit = ["care.obligation.mixin", "care.improvement.mixin"]

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    happened_on = fields.Date()
    right_on = fields.Date("Put right on")
    right_at = fields.Datetime("Put right at")
    is_right = fields.Boolean()
    missing_count = fields.Integer()
    loss = fields.Float()
    topic = fields.Selection([("price", "Price"), ("delay", "Delay")])
    user_id = fields.Many2one("res.users")
    culprit_ids = fields.Many2many("res.users")
    partner_id = fields.Many2one("res.partner")
    department_id = fields.Many2one("hr.department")
    company_id = fields.Many2one("res.company")
