from odoo import fields, models


class TestPackGauge(models.Model):
    """A rule that hangs on another rule and on a line of it."""

    _name = "test.pack.gauge"
    _description = "Test rule on a rule"
    _inherit = ["care.pack.row.mixin"]
    _pack_fields = ("name", "scheme_id", "level_id")

    scheme_id = fields.Many2one("test.pack.scheme", ondelete="restrict")
    level_id = fields.Many2one("test.pack.level", ondelete="restrict")
