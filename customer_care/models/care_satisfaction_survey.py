from odoo import fields, models


class CareSatisfactionSurvey(models.AbstractModel):
    """Answers to a survey: those of a customer who was asked become an answer of the
    satisfaction programme when the form is finished."""

    _name = "care.satisfaction.survey"
    _description = "Form of a satisfaction programme"

    care_request_ids = fields.One2many(
        "care.satisfaction.request",
        "user_input_id",
        "Satisfaction requests",
        groups="survey.group_survey_user",
    )

    def _mark_done(self):
        result = super()._mark_done()
        self.env["care.satisfaction.answer"]._take(self)
        return result
