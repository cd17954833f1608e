from odoo import fields, models


class CareScorecardBand(models.Model):
    """A grade of a scorecard and the score it begins at."""

    _name = "care.scorecard.band"
    _description = "Band of a scorecard"
    _inherit = ["care.scorecard.part.mixin"]
    _order = "value desc, id"
    _pack_fields = ("code", "name", "value")

    scorecard_id = fields.Many2one(
        "care.scorecard", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    value = fields.Float("From", required=True)

    _code_uniq = models.UniqueIndex(
        "(scorecard_id, code)", "Two bands of a scorecard have the same code."
    )
    _value_uniq = models.UniqueIndex(
        "(scorecard_id, value)", "Two bands of a scorecard begin at the same score."
    )
