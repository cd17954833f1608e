from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import satisfaction


class CareSatisfactionScale(models.Model):
    """How a score of satisfaction is rounded, graded and passed. Managers and packs
    write it."""

    _name = "care.satisfaction.scale"
    _description = "Scale of satisfaction"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "digits",
        "grade_digits",
        "pass_mark",
        "band_ids",
    )

    digits = fields.Integer(
        "Decimals of a score",
        default=2,
        help="Every score that is shown is rounded half up to these decimals, and what "
        "builds on it takes the rounded figure.",
    )
    grade_digits = fields.Integer(
        "Decimals of the grades",
        default=0,
        help="For the grade the score is rounded half up to these decimals: with 0, "
        "90.5 counts as 91. The pass mark is compared with the score itself.",
    )
    pass_mark = fields.Float(digits=(6, 2), required=True, default=80)
    band_ids = fields.One2many(
        "care.satisfaction.band", "scale_id", "Satisfaction grades", copy=True
    )
    example = fields.Char("In words", compute="_compute_example")

    _digits_range = models.Constraint(
        "CHECK (digits BETWEEN 0 AND 4 AND grade_digits BETWEEN 0 AND digits)",
        "A scale has 0 to 4 decimals, and its grades no more than its scores.",
    )
    _mark_range = models.Constraint(
        "CHECK (pass_mark BETWEEN 0 AND 100)",
        "The pass mark of a scale lies between 0 and 100.",
    )

    @api.constrains("band_ids")
    def _check_bands(self):
        for scale in self:
            if scale.band_ids and min(scale.band_ids.mapped("value")) > 0:
                raise ValidationError(
                    self.env._(
                        "The lowest grade of %(scale)s begins above 0. Let it begin "
                        "at 0, so that every score has a grade.",
                        scale=scale.name,
                    )
                )

    @api.depends("digits", "grade_digits", "pass_mark", "band_ids.value")
    @api.depends_context("lang")
    def _compute_example(self):
        """Tell what becomes of a score just below the best grade and the pass mark."""
        for scale in self:
            best = max(scale.band_ids.mapped("value"), default=0)
            half = satisfaction.exact(5).scaleb(-scale.grade_digits - 1)
            edge = satisfaction.exact(best) - half
            band = scale._grade_of(edge)
            scale.example = self.env._(
                "%(edge)s: %(grade)s; a score below %(mark)s does not pass.",
                edge=edge.normalize(),
                grade=band.name or "–",
                mark=satisfaction.rounded(scale.pass_mark, scale.digits),
            )

    def _grade_of(self, value):
        """Return the grade of a score, none where there is no score."""
        self.ensure_one()
        if value is None:
            return self.band_ids.browse()
        pairs = [(band.value, band.code) for band in self.band_ids]
        code = satisfaction.grade(value, pairs, self.grade_digits)
        return self.band_ids.filtered(lambda band: band.code == code)[:1]

    def _grade_sql(self, score):
        """Return SQL of the id of the grade of a score (rule S-2)."""
        if not self.band_ids:
            return SQL("NULL::int")
        cases = SQL(" ").join(
            SQL("WHEN g.near >= %s::numeric THEN %s", band.value, band.id)
            for band in self.band_ids.sorted("value", reverse=True)
        )
        return SQL(
            "(SELECT CASE %s END FROM (SELECT ROUND(ROUND(%s, %s), %s) AS near) g)",
            cases,
            score,
            self.digits,
            self.grade_digits,
        )

    def _passed_sql(self, score):
        """Return SQL telling whether a score passes (rule S-3)."""
        return SQL(
            "COALESCE(ROUND(%s, %s) >= %s::numeric, FALSE)",
            *(score, self.digits, self.pass_mark),
        )

    def action_view_programmes(self):
        """Open the programmes that use the scale."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_satisfaction_programme_action"
        )
        return action | {"domain": Domain("scale_id", "=", self.id), "context": {}}
