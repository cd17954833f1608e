from odoo import models


class MailFollowers(models.Model):
    """Who follows a record is hidden with the record."""

    _name = "mail.followers"
    _inherit = ["care.mask.pair.mixin", "mail.followers"]
