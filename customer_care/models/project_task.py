from odoo import models


class ProjectTask(models.Model):
    """A task: deadline rules and required entries work on it."""

    _name = "project.task"
    _inherit = ["care.obligation.mixin", "care.requirement.mixin", "project.task"]
