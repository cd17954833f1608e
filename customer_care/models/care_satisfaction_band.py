from odoo import api, fields, models
from odoo.exceptions import UserError


class CareSatisfactionBand(models.Model):
    """One grade of a scale and the score it begins at. Managers and packs write it."""

    _name = "care.satisfaction.band"
    _description = "Grade of satisfaction"
    _order = "value desc, id"
    _pack_fields = ("code", "name", "value", "color")

    scale_id = fields.Many2one(
        "care.satisfaction.scale", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    value = fields.Float("From", digits=(6, 2))
    color = fields.Integer()

    _code_uniq = models.UniqueIndex(
        "(scale_id, code)", "Two grades of a scale have the same code."
    )
    _value_uniq = models.UniqueIndex(
        "(scale_id, value)", "Two grades of a scale begin at the same score."
    )
    _value_range = models.Constraint(
        "CHECK (value BETWEEN 0 AND 100)", "A grade begins between 0 and 100."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        for band in self:
            used = [("band_id", "=", band.id)]
            scores = self.env["care.satisfaction.score"].sudo()
            if scores.search_count(used, limit=1):
                raise UserError(
                    self.env._(
                        "Scores have the grade %(grade)s. Rename it, or make a new "
                        "scale for what comes.",
                        grade=band.name,
                    )
                )
