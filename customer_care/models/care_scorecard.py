import ast

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_list, formatLang

from ..logic import scores
from .care_indicator_check import SUBJECTS


class CareScorecard(models.Model):
    """How subjects are scored: weighted measures, turned into points, and bands.

    Managers write it, packs bring it. Whatever changes results raises the version of
    its formula, which every score carries.
    """

    _name = "care.scorecard"
    _description = "Scorecard"
    _inherit = [
        "care.score.writer",
        "care.scorecard.formula",
        "care.scorecard.standing",
        "care.pack.row.mixin",
    ]
    _order = "sequence, code, id"
    _pack_fields = (
        "name",
        "sequence",
        "description",
        "subject_model",
        "subject_domain",
        "period",
        "weight_mode",
        "least_known_pct",
        "automatic",
        "line_ids",
        "band_ids",
    )

    description = fields.Text(translate=True)
    subject_model = fields.Selection(
        "_selection_subject_model",
        "Scored",
        required=True,
        default="res.partner",
    )
    subject_domain = fields.Char(
        "Who is scored",
        default="[]",
        help="Empty: everybody who is not archived.",
    )
    period = fields.Selection(
        [
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("half", "Half-year"),
            ("year", "Year"),
        ],
        required=True,
        default="year",
    )
    weight_mode = fields.Selection(
        [
            ("exact", "Weights add up to 100"),
            ("normalised", "Any weights, taken in proportion"),
        ],
        "Weights",
        required=True,
        default="exact",
    )
    least_known_pct = fields.Float(
        "Known at least (%)",
        help="Share of the weights that must be known, or the score stays incomplete.",
    )
    automatic = fields.Boolean(
        "Reckoned by itself",
        default=True,
        help="Every period is reckoned when it is over.",
    )
    line_ids = fields.One2many(
        "care.scorecard.line", "scorecard_id", "Measures", copy=True
    )
    band_ids = fields.One2many(
        "care.scorecard.band", "scorecard_id", "Bands", copy=True
    )
    warning = fields.Char(compute="_compute_warning")
    score_ids = fields.One2many("care.score", "scorecard_id", "Scores")

    @api.model
    def _selection_subject_model(self):
        words = {
            "res.partner": self.env._("Customer"),
            "res.users": self.env._("User"),
            "hr.employee": self.env._("Employee"),
            "hr.department": self.env._("Department"),
            "project.project": self.env._("Project"),
            "res.company": self.env._("Company"),
        }
        return [(name, words[name]) for name in ("res.company", *SUBJECTS)]

    @api.depends("line_ids.weight", "weight_mode", "line_ids.dormant")
    def _compute_warning(self):
        for scorecard in self:
            scorecard.warning = (
                scorecard._weight_warning() or scorecard._dormant_warning()
            )

    def _weight_warning(self):
        total = sum(self.line_ids.mapped("weight"))
        if not self.line_ids or abs(total - 100) < 0.005:
            return ""
        number = formatLang(self.env, total, digits=2)
        if self.weight_mode == "exact":
            return self.env._(
                "The weights add up to %(total)s instead of 100: nothing is reckoned "
                "until they do.",
                total=number,
            )
        return self.env._(
            "The weights add up to %(total)s; they are taken in proportion.",
            total=number,
        )

    def _dormant_warning(self):
        dormant = self.line_ids.filtered("dormant")
        if not dormant:
            return ""
        return self.env._(
            "%(measures)s cannot be known: an add-on is not installed.",
            measures=format_list(self.env, dormant.mapped("name")),
        )

    @api.constrains("line_ids", "weight_mode", "active")
    def _check_weights(self):
        """Weights are asked for when the whole form is saved; a run asks again."""
        for scorecard in self:
            total = sum(scorecard.line_ids.mapped("weight"))
            exact = scorecard.weight_mode == "exact" and scorecard.active
            if scorecard.line_ids and exact and abs(total - 100) >= 0.005:
                raise ValidationError(
                    self.env._(
                        "The weights of %(scorecard)s add up to %(total)s. Make them "
                        "100, or have them taken in proportion.",
                        scorecard=scorecard.display_name,
                        total=formatLang(self.env, total, digits=2),
                    )
                )

    @api.constrains("subject_domain", "subject_model")
    def _check_subject_domain(self):
        for scorecard in self:
            try:
                domain = Domain(scorecard._parse_domain("subject_domain"))
                domain.validate(self.env[scorecard.subject_model].sudo())
            except (ValueError, SyntaxError, TypeError, KeyError, MemoryError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition on who is scored by %(scorecard)s cannot be "
                        "used: %(reason)s Write it as a list of (field, operator, "
                        "value).",
                        scorecard=scorecard.display_name,
                        reason=f"{error}".rstrip(".") + ".",
                    )
                ) from error

    @api.constrains("least_known_pct")
    def _check_least_known(self):
        for scorecard in self:
            if not 0 <= scorecard.least_known_pct <= 100:
                raise ValidationError(
                    self.env._(
                        "The share of %(scorecard)s that must be known lies between 0 "
                        "and 100.",
                        scorecard=scorecard.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_scored(self):
        scored = (
            self.env["care.score"]
            .sudo()
            .search_count([("scorecard_id", "in", self.ids)], limit=1)
        )
        if scored:
            raise UserError(
                self.env._(
                    "There are scores of %(scorecards)s. Archive it instead.",
                    scorecards=format_list(self.env, self.mapped("name")),
                )
            )

    def _parse_domain(self, field_name):
        return ast.literal_eval((self[field_name] or "").strip() or "[]")

    def _check_ready(self):
        """Refuse to reckon what cannot be reckoned, saying why."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%(scorecard)s has no measure yet. Add one.", scorecard=self.name
                )
            )
        total = sum(self.line_ids.mapped("weight"))
        if self.weight_mode == "exact" and abs(total - 100) >= 0.005 or total <= 0:
            raise UserError(
                self.env._(
                    "The weights of %(scorecard)s add up to %(total)s. Make them 100, "
                    "or have them taken in proportion.",
                    scorecard=self.name,
                    total=formatLang(self.env, total, digits=2),
                )
            )

    def _period(self, day):
        """Return first and last day of the period that a day belongs to."""
        return scores.period_of(self.period, day)

    def _run(self, date_from, date_to, subject_ids=None, company=None):
        """Score all subjects (or these) for a period by set-based SQL.

        Return how many rows were written: subjects whose score is new or different.
        Called by engines; people start runs by `care.score.run`.
        """
        written = 0
        for scorecard in self:
            scorecard._check_ready()
            scorecard._stamp_formula()
            written += self.env["care.score"]._write_scores(
                scorecard,
                date_from,
                date_to,
                company or scorecard.company_id or self.env.company,
                subject_ids=subject_ids,
            )
        return written

    def action_view_scores(self):
        """Open the latest scores of this scorecard."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_score_action"
        )
        return action | {"domain": [("scorecard_id", "=", self.id)]}
