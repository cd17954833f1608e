from odoo import models


class ProjectProject(models.Model):
    """A project, such as a works contract or a housing estate: deadline rules and
    required entries work on it, it keeps the days its customers are asked after, and
    it may carry out a contract with a customer."""

    _name = "project.project"
    _inherit = [
        "care.cooperation.mixin",
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.satisfaction.project",
        "project.project",
    ]
