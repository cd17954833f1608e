from odoo import fields, models

SEVERITIES = [("minor", "Minor"), ("major", "Major"), ("critical", "Critical")]


class CareInspectionTemplateItem(models.Model):
    """One thing to look at in a kind of inspection; managers write it."""

    _name = "care.inspection.template.item"
    _description = "Item of a checklist"
    _order = "template_id, sequence, id"
    _pack_fields = ("sequence", "name", "hint", "severity")

    template_id = fields.Many2one(
        "care.inspection.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("What to look at", required=True, translate=True)
    hint = fields.Char(translate=True)
    severity = fields.Selection(
        SEVERITIES, "Weight of a failure", required=True, default="minor"
    )
