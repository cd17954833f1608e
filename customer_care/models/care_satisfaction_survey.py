from odoo import models


class CareSatisfactionSurvey(models.AbstractModel):
    """Answers to a survey: those of a customer who was asked become an answer of the
    satisfaction programme when the form is finished."""

    _name = "care.satisfaction.survey"
    _description = "Form of a satisfaction programme"

    def _mark_done(self):
        result = super()._mark_done()
        self.env["care.satisfaction.answer"]._take(self)
        return result
