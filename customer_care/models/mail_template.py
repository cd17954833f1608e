from odoo import models


class MailTemplate(models.Model):
    """A template: what it writes for an employee is refused at once if it must not
    leave."""

    _name = "mail.template"
    _inherit = ["care.mail.door.mixin", "mail.template"]

    def send_mail_batch(self, res_ids, *args, **kwargs):
        this = self._care_at_door()
        return super(MailTemplate, this).send_mail_batch(res_ids, *args, **kwargs)
