from odoo import fields, models


class TestPackScheme(models.Model):
    """A rule that names other rules, lines of its own and shipped records."""

    _name = "test.pack.scheme"
    _description = "Test rule with links"
    _inherit = ["care.pack.row.mixin"]
    _pack_fields = (
        "name",
        "share",
        "since",
        "currency_id",
        "group_ids",
        "gauge_id",
        "best_id",
        "level_ids",
    )

    share = fields.Float()
    since = fields.Date()
    currency_id = fields.Many2one("res.currency")
    group_ids = fields.Many2many("res.groups")
    gauge_id = fields.Many2one("test.pack.gauge")
    best_id = fields.Many2one("test.pack.level")
    level_ids = fields.One2many("test.pack.level", "scheme_id")
