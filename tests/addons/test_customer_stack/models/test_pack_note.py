from odoo import fields, models


class TestPackNote(models.Model):
    """A line of a line, in the order it was written."""

    _name = "test.pack.note"
    _description = "Test line of a line"
    _order = "id"
    _pack_fields = ("name", "level_ref_id")

    level_id = fields.Many2one(
        "test.pack.level", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, translate=True)
    level_ref_id = fields.Many2one("test.pack.level")
