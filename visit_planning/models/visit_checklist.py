from odoo import fields, models

PHASES = [("before", "Before"), ("during", "During"), ("after", "After")]


class VisitChecklist(models.Model):
    """A template of points to see to before, during and after a visit. Managers write
    it; a visit copies its lines, so that later changes leave old visits alone."""

    _name = "visit.checklist"
    _description = "Visit checklist"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="Short code by which imports find it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: all companies use this checklist.",
    )
    line_ids = fields.One2many("visit.checklist.line", "checklist_id", copy=True)

    _code_uniq = models.UniqueIndex(
        "(code, company_id) NULLS NOT DISTINCT WHERE code IS NOT NULL",
        "Another visit checklist of this company already has this code.",
    )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for checklist, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%(name)s (copy)", name=checklist.name)
        return vals_list
