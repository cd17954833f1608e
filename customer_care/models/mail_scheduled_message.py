from odoo import models


class MailScheduledMessage(models.Model):
    """A message that waits to be sent is hidden with the record it will be written
    on, from its author too."""

    _name = "mail.scheduled.message"
    _inherit = ["care.mask.pair.mixin", "mail.scheduled.message"]

    _mask_pair = ("model", "res_id")

    def _check(self, values=None):
        self._check_known()
        return super()._check(values)
