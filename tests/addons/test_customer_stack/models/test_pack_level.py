from odoo import fields, models


class TestPackLevel(models.Model):
    """A line of a rule; other lines and other rules name it by its code."""

    _name = "test.pack.level"
    _description = "Test line of a rule"
    _order = "value desc, id"
    _pack_fields = ("code", "name", "value", "below_id", "note_ids")

    scheme_id = fields.Many2one(
        "test.pack.scheme", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    value = fields.Integer()
    below_id = fields.Many2one("test.pack.level")
    note_ids = fields.One2many("test.pack.note", "level_id")
