from odoo import models


class MailMail(models.Model):
    """A mail: nothing secret leaves with it unless a disclosure lets it out."""

    _name = "mail.mail"
    _inherit = ["care.mail.guard.mixin", "mail.mail"]
