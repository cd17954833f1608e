from odoo import models


class ProjectTask(models.Model):
    """A task: deadline rules work on it."""

    _name = "project.task"
    _inherit = ["care.obligation.mixin", "project.task"]
