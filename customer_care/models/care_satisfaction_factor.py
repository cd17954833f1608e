from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# kinds of question whose answer is a number
ASKED = ("scale", "numerical_box", "simple_choice")


class CareSatisfactionFactor(models.Model):
    """One factor customers judge, with its weight and the questions that ask for it.
    Managers and packs write it."""

    _name = "care.satisfaction.factor"
    _description = "Factor of satisfaction"
    _inherit = ["care.satisfaction.weight.mixin"]
    _order = "sequence, id"
    _pack_fields = ("code", "name", "sequence", "weight", "hint")

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
    hint = fields.Char(
        "In the questionnaire", translate=True, help="Said below the question."
    )
    weight = fields.Float("Weight (%)", digits=(6, 3), required=True)
    survey_id = fields.Many2one(related="programme_id.survey_id")
    question_ids = fields.Many2many(
        "survey.question",
        "care_satisfaction_factor_question_rel",
        string="Questions",
        copy=False,  # a copy of the programme gets a questionnaire of its own
        domain="[('survey_id', '=', survey_id), ('is_page', '=', False), "
        f"('question_type', 'in', {ASKED})]",
        help="The mean of their points is that of the factor.",
    )
    na_answer_ids = fields.Many2many(
        "survey.question.answer",
        "care_satisfaction_factor_na_rel",
        string="Answers for “does not apply”",
        copy=False,
        domain="[('question_id.survey_id', '=', survey_id)]",
        help="Whoever chooses one of them is not asked about the factor: its weight "
        "goes to the others.",
    )

    _code_uniq = models.UniqueIndex(
        "(programme_id, code)", "Two factors of a programme have the same code."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "The weight of a factor is 0 or more."
    )

    def write(self, vals):
        if "weight" in vals:
            changed = self.filtered(lambda row: row.weight != vals["weight"])
            changed.programme_id._check_not_asked()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        factors = super().create(vals_list)
        factors.programme_id._check_not_asked()
        return factors

    @api.constrains("question_ids", "na_answer_ids", "programme_id")
    def _check_questions(self):
        for factor in self.sudo():
            survey = factor.programme_id.survey_id
            for question in factor.question_ids:
                if question.survey_id != survey or question.question_type not in ASKED:
                    raise ValidationError(
                        self.env._(
                            "“%(question)s” gives no points for %(factor)s. Choose a "
                            "scale, a number or a single choice of %(survey)s.",
                            question=question.title,
                            factor=factor.name,
                            survey=survey.title or factor.programme_id.name,
                        )
                    )

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        for factor in self:
            given = [("factor_id", "=", factor.id)]
            if self.env["care.satisfaction.point"].sudo().search_count(given, limit=1):
                raise UserError(
                    self.env._(
                        "Customers have judged %(factor)s. Give it the weight 0, so "
                        "that it counts no more.",
                        factor=factor.name,
                    )
                )
