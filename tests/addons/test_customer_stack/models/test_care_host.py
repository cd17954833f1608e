from odoo import api, fields, models


class TestCareHost(models.Model):
    """A record of a small case, as tests and benchmarks make them."""

    _name = "test.care.host"
    _description = "Test host of the engines"
    _inherit = ["care.obligation.mixin", "mail.thread", "mail.activity.mixin"]

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
    story = fields.Char(help="What the hooks were told, if anything stands here.")

    @api.depends("level")
    def _compute_is_high(self):
        for record in self:
            record.is_high = record.level > 5

    def _on_obligation_missed(self, obligations):
        for record in self.filtered("story"):
            record.story = f"{record.story} missed"

    def _on_obligation_met(self, obligations):
        for record in self.filtered("story"):
            record.story = f"{record.story} met"
