from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CareSatisfactionSource(models.Model):
    """One source a score is made of: the questionnaire, or a scorecard such as that of
    contract performance or of awards. Managers and packs write it."""

    _name = "care.satisfaction.source"
    _description = "Source of satisfaction"
    _inherit = ["care.satisfaction.weight.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "code",
        "name",
        "sequence",
        "kind",
        "scorecard_id",
        "weight",
        "missing",
    )

    programme_id = fields.Many2one(
        "care.satisfaction.programme",
        "Survey programme",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("questionnaire", "Customer questionnaire"),
            ("contract", "Contract performance"),
            ("award", "Awards"),
            ("other", "Other"),
        ],
        required=True,
        default="questionnaire",
    )
    scorecard_id = fields.Many2one(
        "care.scorecard",
        index="btree_not_null",
        ondelete="restrict",
        help="Its score of the same subject and period, measured or entered, is the "
        "figure of this source.",
    )
    weight = fields.Float("Weight (%)", digits=(6, 3), required=True)
    missing = fields.Selection(
        [
            ("skip", "The other sources take its weight"),
            ("zero", "Counts 0 points"),
            ("fail", "There is no score"),
        ],
        "When not known",
        required=True,
        default="skip",
    )

    _code_uniq = models.UniqueIndex(
        "(programme_id, code)", "Two sources of a programme have the same code."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "The weight of a source is 0 or more."
    )

    @api.constrains("kind", "scorecard_id", "programme_id")
    def _check_kind(self):
        for source in self:
            card = source.scorecard_id
            asked = source.kind == "questionnaire"
            wrong = card and card.subject_model != source.programme_id.model_name
            if asked == bool(card) or wrong:
                raise ValidationError(
                    self.env._(
                        "“%(source)s” of %(programme)s has no figure: choose a "
                        "scorecard of the same records, or make it the questionnaire.",
                        source=source.name,
                        programme=source.programme_id.name,
                    )
                )
