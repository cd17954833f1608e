from odoo import fields, models


class CareProjectTermPaper(models.Model):
    """One paper that the acceptance of a project wants. Managers and packs write it."""

    _name = "care.project.term.paper"
    _description = "Paper wanted for acceptance"
    _order = "term_id, sequence, id"
    _pack_fields = ("sequence", "name", "hint", "is_required")

    term_id = fields.Many2one(
        "care.project.term", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="term_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Paper", required=True, translate=True)
    hint = fields.Text("What it says", translate=True)
    is_required = fields.Boolean("Must be there", default=True)
