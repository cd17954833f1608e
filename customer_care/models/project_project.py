from odoo import models


class ProjectProject(models.Model):
    """A project, such as a works contract: required entries work on it."""

    _name = "project.project"
    _inherit = ["care.requirement.mixin", "project.project"]
