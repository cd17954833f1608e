from odoo import fields, models


class CareScorecardStep(models.Model):
    """From which figure on a measure gives how many points."""

    _name = "care.scorecard.step"
    _description = "Step of a measure"
    _inherit = ["care.scorecard.part.mixin"]
    _order = "value, id"
    _pack_fields = ("value", "points")

    line_id = fields.Many2one(
        "care.scorecard.line", required=True, index=True, ondelete="cascade"
    )
    value = fields.Float("From", required=True)
    points = fields.Float(required=True)

    _value_uniq = models.UniqueIndex(
        "(line_id, value)", "Two steps of a measure begin at the same figure."
    )
    _points_range = models.Constraint(
        "CHECK (points >= 0 AND points <= 100)", "Points lie between 0 and 100."
    )

    def _scorecards(self):
        return self.line_id.scorecard_id
