from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CareScorecardLine(models.Model):
    """One measure of a scorecard: an indicator, another scorecard, or a figure that
    people enter.

    Scores and entries refer to it by its code, so a pack may write the lines anew.
    """

    _name = "care.scorecard.line"
    _description = "Measure of a scorecard"
    _inherit = ["care.scorecard.source", "care.scorecard.part.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "code",
        "name",
        "sequence",
        "indicator_id",
        "source_id",
        "source_scope",
        "unit",
        "role_id",
        "evidence_wanted",
        "weight",
        "curve",
        "low",
        "high",
        "step_ids",
        "missing",
    )

    scorecard_id = fields.Many2one(
        "care.scorecard", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    indicator_id = fields.Many2one(
        "care.indicator",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: people enter the figure.",
    )
    is_manual = fields.Boolean("Entered", compute="_compute_is_manual")
    dormant = fields.Boolean(related="indicator_id.dormant")
    unit = fields.Char(translate=True)
    role_id = fields.Many2one(
        "care.role",
        "Entered by",
        ondelete="restrict",
        help="Who may enter the figure. Empty: everybody who uses customer care.",
    )
    evidence_wanted = fields.Boolean("File wanted")
    weight = fields.Float(required=True)
    curve = fields.Selection(
        [
            ("direct", "The figure itself, 0 to 100"),
            ("linear", "Straight line"),
            ("steps", "Steps"),
        ],
        "Points",
        required=True,
        default="direct",
    )
    low = fields.Float("0 points at")
    high = fields.Float("100 points at")
    step_ids = fields.One2many("care.scorecard.step", "line_id", "Steps", copy=True)
    missing = fields.Selection(
        [
            ("skip", "The other measures take its weight"),
            ("zero", "Counts 0 points"),
            ("fail", "The score stays incomplete"),
        ],
        "When not known",
        required=True,
        default="skip",
    )

    _code_uniq = models.UniqueIndex(
        "(scorecard_id, code)", "Two measures of a scorecard have the same code."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "A weight is 0 or more."
    )

    @api.depends("indicator_id", "source_id")
    def _compute_is_manual(self):
        for line in self:
            line.is_manual = not line.indicator_id and not line.source_id

    @api.onchange("indicator_id")
    def _onchange_indicator_id(self):
        for line in self.filtered("indicator_id"):
            line.name = line.name or line.indicator_id.name
            line.code = line.code or line.indicator_id.code
            line.unit = line.unit or line.indicator_id.unit

    @api.constrains("indicator_id", "scorecard_id")
    def _check_subject(self):
        for line in self:
            indicator = line.indicator_id
            name = indicator.subject_model
            if name and name != line.scorecard_id.subject_model:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s measures another kind of subject than "
                        "%(scorecard)s scores. Choose an indicator of the same kind.",
                        indicator=indicator.display_name,
                        scorecard=line.scorecard_id.display_name,
                    )
                )
            company = line.scorecard_id.company_id
            if indicator.company_id and indicator.company_id != company:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s belongs to %(company)s alone, so %(scorecard)s "
                        "must belong to it too.",
                        indicator=indicator.display_name,
                        company=indicator.company_id.name,
                        scorecard=line.scorecard_id.display_name,
                    )
                )

    @api.constrains("curve", "low", "high", "step_ids")
    def _check_curve(self):
        for line in self:
            flat = line.curve == "linear" and line.low == line.high
            if flat or (line.curve == "steps" and not line.step_ids):
                raise ValidationError(
                    self.env._(
                        "“%(measure)s” of %(scorecard)s cannot be turned into points: "
                        "a line needs two different ends, steps at least one step.",
                        measure=line.name,
                        scorecard=line.scorecard_id.display_name,
                    )
                )
