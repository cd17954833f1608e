from odoo import models


class SurveyUserInput(models.Model):
    """Answers of one person: a training passed proves it for his clearances."""

    _name = "survey.user_input"
    _inherit = ["care.clearance.training", "survey.user_input"]
