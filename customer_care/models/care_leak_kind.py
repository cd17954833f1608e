from odoo import fields, models


class CareLeakKind(models.Model):
    """One kind of information that can leak, as notices name it; the security officers
    keep the list."""

    _name = "care.leak.kind"
    _description = "Kind of leaked information"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "is_sensitive", "advice")

    sequence = fields.Integer(default=10)
    is_sensitive = fields.Boolean(
        "Sensitive", help="Its leak harms persons easily: health, money, whereabouts."
    )
    advice = fields.Text(
        "What persons can do",
        translate=True,
        help="Goes into the notice to the persons concerned.",
    )
