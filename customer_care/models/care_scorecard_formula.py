import hashlib
import json

from odoo import api, fields, models


class CareScorecardFormula(models.AbstractModel):
    """Numbers the formulas of a scorecard: every change that changes results is a new
    version. Names, descriptions and the order of lines are no part of it.
    """

    _name = "care.scorecard.formula"
    _description = "Formula of a scorecard"

    formula_version = fields.Integer(default=1, readonly=True, copy=False)
    formula_digest = fields.Char(readonly=True, copy=False)

    def _formula(self):
        """Return what scores depend on, as plain values."""
        self.ensure_one()
        lines = [
            [
                line.code,
                line.indicator_id.code or "",
                line.indicator_id.formula_version,
                line.weight,
                line.curve,
                [line.low, line.high] if line.curve == "linear" else [],
                [[step.value, step.points] for step in line.step_ids.sorted("value")]
                if line.curve == "steps"
                else [],
                line.missing,
                *([line.source_id.code, line.source_scope] if line.source_id else []),
            ]
            for line in self.line_ids.sorted("code")
        ]
        bands = [[band.code, band.value] for band in self.band_ids.sorted("value")]
        fields_ = ("subject_model", "subject_domain", "period", "least_known_pct")
        return [[self[name] for name in fields_], lines, bands]

    def _stamp_formula(self):
        """Raise the version where the formula is no longer the one last numbered."""
        for scorecard in self.sudo().with_context(lang=None):
            text = json.dumps(scorecard._formula(), sort_keys=True)
            digest = hashlib.sha256(text.encode()).hexdigest()
            if digest == scorecard.formula_digest:
                continue
            vals = {"formula_digest": digest}
            if scorecard.formula_digest:
                vals["formula_version"] = scorecard.formula_version + 1
            scorecard.write(vals)  # which finds the digest as it should be

    @api.model_create_multi
    def create(self, vals_list):
        later = self.with_context(care_formula_later=True)
        scorecards = super(CareScorecardFormula, later).create(vals_list)
        scorecards = scorecards.with_env(self.env)
        scorecards._stamp_formula()
        return scorecards

    def write(self, vals):
        later = self.with_context(care_formula_later=True)
        result = super(CareScorecardFormula, later).write(vals)
        self._stamp_formula()
        return result
