from odoo import models


class SurveyUserInput(models.Model):
    """Answers of one person: a training passed proves it for his clearances, a form of
    a customer who was asked counts for his satisfaction."""

    _name = "survey.user_input"
    _inherit = [
        "care.clearance.training",
        "care.satisfaction.survey",
        "care.training.answer",
        "survey.user_input",
    ]
