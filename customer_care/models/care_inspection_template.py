from odoo import fields, models


class CareInspectionTemplate(models.Model):
    """The checklist of a kind of inspection; managers and packs write it."""

    _name = "care.inspection.template"
    _description = "Inspection checklist"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "description", "improve_from", "item_ids")

    description = fields.Text(translate=True)
    improve_from = fields.Selection(
        [
            ("minor", "Minor findings"),
            ("major", "Major findings"),
            ("critical", "Critical findings"),
            ("never", "Only by hand"),
        ],
        "Improvements open from",
        required=True,
        default="major",
        help="Findings of this weight and above open an improvement when the "
        "inspection is done.",
    )
    item_ids = fields.One2many(
        "care.inspection.template.item", "template_id", "Items", copy=True
    )
