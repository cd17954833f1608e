from odoo import api, models


class CareScorecardPartMixin(models.AbstractModel):
    """A row of a scorecard's formula: changed by itself, it makes a new version.

    Saved with the whole scorecard, the scorecard counts the change once.
    """

    _name = "care.scorecard.part.mixin"
    _description = "Part of a scorecard's formula"
    _inherit = ["care.link.mixin"]

    def _scorecards(self):
        """Return the scorecards the rows belong to."""
        return self.scorecard_id

    def _stamp(self, scorecards):
        if not self.env.context.get("care_formula_later"):
            scorecards.exists()._stamp_formula()

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._stamp(parts._scorecards())
        return parts

    def write(self, vals):
        result = super().write(vals)
        self._stamp(self._scorecards())
        return result

    def unlink(self):
        scorecards = self._scorecards()
        result = super().unlink()
        self._stamp(scorecards)
        return result
