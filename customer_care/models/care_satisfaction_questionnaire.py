from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CareSatisfactionQuestionnaire(models.AbstractModel):
    """Makes the questionnaire of a programme from its factors, as an ordinary survey
    that people may go on editing."""

    _name = "care.satisfaction.questionnaire"
    _description = "Questionnaire of a programme"

    asked_as = fields.Selection(
        [("scale", "0 to 10"), ("points", "0 to 100 points")],
        "Factors asked as",
        required=True,
        default="scale",
        help="For a questionnaire that is made from the factors. A survey of your own "
        "may use scales, numbers and single choices.",
    )

    def action_make_survey(self):
        """Make the questionnaire; one that exists stays."""
        for programme in self:
            programme.check_access("write")
            programme._ensure_survey()
        return True

    def action_open_survey(self):
        """Open the questionnaire where surveys are edited."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.survey",
            "res_id": self.survey_id.id,
            "views": [(False, "form")],
        }

    def _ensure_survey(self):
        """Return the survey of the programme, made from its factors where it has none.

        :raise UserError: there is no factor to ask for, or none is asked for
        """
        self.ensure_one()
        if not self.factor_ids:
            raise UserError(
                self.env._(
                    "%(programme)s has no factors to ask for. Add them with weights "
                    "that make 100.",
                    programme=self.name,
                )
            )
        if not self.sudo().survey_id:
            self._make_survey()
        bare = self.factor_ids.sudo().filtered(lambda factor: not factor.question_ids)
        if bare:
            raise UserError(
                self.env._(
                    "No question of the questionnaire asks for %(factors)s. Choose "
                    "the questions of each factor of %(programme)s.",
                    factors=", ".join(bare.mapped("name")),
                    programme=self.name,
                )
            )
        return self.sudo().survey_id

    def _make_survey(self):
        this = self.sudo().with_context(lang="en_US")
        author = self.env.user.has_group("survey.group_survey_user")
        survey = this.env["survey.survey"].create(
            {
                "title": this.name,
                "survey_type": "survey",
                "access_mode": "token",
                "users_login_required": False,
                "questions_layout": "one_page",
                "scoring_type": "no_scoring",
                "user_id": author and self.env.uid,
                "lang_ids": [Command.clear()],  # all that are in use
            }
        )
        this.survey_id = survey
        factors = this.factor_ids
        for number, factor in enumerate(factors, 1):
            vals = this._prepare_question(survey, factor, number)
            factor.question_ids = [
                Command.set(this.env["survey.question"].create(vals).ids)
            ]
        ends = this.env["survey.question"].create(
            [
                {
                    "survey_id": survey.id,
                    "sequence": len(factors) + 1,
                    "title": "What does not apply to you?",
                    "question_type": "multiple_choice",
                    "suggested_answer_ids": [
                        Command.create({"value": factor.name, "sequence": number})
                        for number, factor in enumerate(factors, 1)
                    ],
                },
                {
                    "survey_id": survey.id,
                    "sequence": len(factors) + 2,
                    "title": "What else would you like to tell us?",
                    "question_type": "text_box",
                },
            ]
        )
        answers = ends[0].suggested_answer_ids.sorted("sequence")
        for factor, answer in zip(factors, answers, strict=True):
            factor.na_answer_ids = [Command.set(answer.ids)]
        this._translate_survey(survey, ends, answers)

    def _prepare_question(self, survey, factor, number):
        vals = {
            "survey_id": survey.id,
            "sequence": number,
            "title": factor.name,
            "description": factor.hint or False,
            **self._question_hints(),
        }
        if self.asked_as == "points":
            return vals | {
                "question_type": "numerical_box",
                "validation_required": True,
                "validation_min_float_value": 0,
                "validation_max_float_value": 100,
            }
        return vals | {"question_type": "scale", "scale_min": 0, "scale_max": 10}

    def _translate_survey(self, survey, ends, answers):
        """Say everything in the languages in use, as the factors are named in them."""
        for lang, __ in self.env["res.lang"].get_installed():
            if lang == "en_US":
                continue
            words = self.with_context(lang=lang)
            hints = words._question_hints()
            survey.with_context(lang=lang).title = words.name
            for factor, answer in zip(words.factor_ids, answers, strict=True):
                factor.question_ids.write({"title": factor.name, **hints})
                if factor.hint:
                    factor.question_ids.description = factor.hint
                answer.with_context(lang=lang).value = factor.name
            texts = (
                words.env._("What does not apply to you?"),
                words.env._("What else would you like to tell us?"),
            )
            for question, text in zip(ends, texts, strict=True):
                question.with_context(lang=lang).title = text

    def _question_hints(self):
        """Return what is written beside a factor's question, in the language of the
        context."""
        if self.asked_as == "points":
            hint = self.env._("From 0 (very dissatisfied) to 100 (very satisfied)")
            return {"question_placeholder": hint}
        return {
            "scale_min_label": self.env._("Very dissatisfied"),
            "scale_max_label": self.env._("Very satisfied"),
        }
