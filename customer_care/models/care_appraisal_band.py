from odoo import fields, models


class CareAppraisalBand(models.Model):
    """A grade of appraisals, the total it begins at, and what it usually leads to."""

    _name = "care.appraisal.band"
    _description = "Grade of an appraisal"
    _order = "scheme_id, value desc, id"
    _pack_fields = ("code", "name", "value", "outcome_ids")

    scheme_id = fields.Many2one(
        "care.appraisal.scheme", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="scheme_id.company_id", store=True)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    value = fields.Float("From", required=True)
    outcome_ids = fields.Many2many(
        "care.appraisal.outcome",
        "care_appraisal_band_outcome_rel",
        string="Usually leads to",
    )

    _value_uniq = models.Constraint(
        "UNIQUE (scheme_id, value)", "Two grades begin at the same total."
    )
