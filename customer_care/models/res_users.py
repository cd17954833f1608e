from odoo import models


class ResUsers(models.Model):
    """A user: what he is cleared for goes with him."""

    _name = "res.users"
    _inherit = ["care.clearance.people", "res.users"]
