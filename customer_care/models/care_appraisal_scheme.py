from odoo import api, fields, models
from odoo.exceptions import ValidationError

_SUBJECTS = ("res.users", "hr.employee", "hr.department")


class CareAppraisalScheme(models.Model):
    """How people are appraised: a scorecard, what is judged beside it, and what counts
    of sanctions and rewards (P01.23, P04.10). Managers and policy packs write it."""

    _name = "care.appraisal.scheme"
    _description = "Scheme of appraisals"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "period",
        "scorecard_id",
        "figures_pct",
        "point_value",
        "appeal_days",
        "criterion_ids",
        "band_ids",
    )

    period = fields.Selection(
        [("quarter", "Quarter"), ("half", "Half-year"), ("year", "Year")],
        required=True,
        default="quarter",
    )
    scorecard_id = fields.Many2one(
        "care.scorecard",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("subject_model", "in", _SUBJECTS)],
        help="The figures of the person, or of the person's department.",
    )
    figures_pct = fields.Float(
        "Weight of the figures (%)",
        default=70,
        help="The rest is what is judged. 100: the figures alone.",
    )
    point_value = fields.Float(
        "Points of a sanction count",
        default=1,
        help="Each point of a sanction in the period takes so much off the total, each "
        "point of a reward adds it. 0: they do not count.",
    )
    appeal_days = fields.Integer("Days to appeal", default=7)
    criterion_ids = fields.One2many(
        "care.appraisal.criterion", "scheme_id", "What is judged", copy=True
    )
    band_ids = fields.One2many("care.appraisal.band", "scheme_id", "Grades", copy=True)

    _share = models.Constraint(
        "CHECK (figures_pct BETWEEN 0 AND 100)",
        "The weight of the figures lies between 0 and 100.",
    )
    _days_positive = models.Constraint(
        "CHECK (appeal_days >= 0)", "Days to appeal are not negative."
    )

    @api.constrains("figures_pct", "scorecard_id", "criterion_ids")
    def _check_weights(self):
        for scheme in self:
            total = sum(scheme.criterion_ids.mapped("weight"))
            if scheme.figures_pct < 100 and round(total, 4) != 100:
                raise ValidationError(
                    self.env._(
                        "The weights of what is judged in %(scheme)s add up to "
                        "%(total)s. Make it 100.",
                        scheme=scheme.name,
                        total=f"{total:g}",
                    )
                )
            if scheme.figures_pct and not scheme.scorecard_id:
                raise ValidationError(
                    self.env._(
                        "%(scheme)s counts figures. Choose the scorecard they come "
                        "from, or set their weight to 0.",
                        scheme=scheme.name,
                    )
                )

    def _band_of(self, total):
        """Return the grade of a total, the highest whose score is reached."""
        self.ensure_one()
        reached = self.band_ids.filtered(lambda band: band.value <= total)
        return reached.sorted("value", reverse=True)[:1]
