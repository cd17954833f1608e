from odoo import api, fields, models


class TestCarePlain(models.Model):
    """The same record without any engine: what the benchmarks compare with."""

    _name = "test.care.plain"
    _description = "Test record without engines"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("new", "New"), ("waiting", "Waiting"), ("done", "Done"), ("void", "Void")],
        default="new",
    )
    received_at = fields.Datetime()
    received_on = fields.Date()
    done_at = fields.Datetime()
    done_on = fields.Date()
    user_id = fields.Many2one("res.users")
    partner_id = fields.Many2one("res.partner")
    department_id = fields.Many2one("hr.department")
    company_id = fields.Many2one("res.company")
    level = fields.Integer()
    is_high = fields.Boolean(compute="_compute_is_high", store=True)
    story = fields.Char()

    @api.depends("level")
    def _compute_is_high(self):
        for record in self:
            record.is_high = record.level > 5
