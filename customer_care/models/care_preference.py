from odoo import fields, models


class CarePreference(models.Model):
    """Something people like or want to be spared: a way of greeting, a time to call, a
    kind of gift or food. Managers and policy packs write it; contacts are given it."""

    _name = "care.preference"
    _description = "Preference"
    _inherit = ["care.pack.row.mixin"]
    _order = "kind, sequence, id"
    _pack_fields = ("name", "sequence", "kind", "color")

    kind = fields.Selection(
        [
            ("contact", "Way and time of contact"),
            ("greeting", "Greeting"),
            ("gift", "Gift"),
            ("reception", "Reception"),
            ("product", "Product"),
            ("other", "Other"),
        ],
        required=True,
        default="contact",
        index=True,
    )
    color = fields.Integer()
