from odoo import models
from odoo.exceptions import UserError


class MailComposeMessage(models.TransientModel):
    """The window to write mails: what must not leave is refused as it is sent."""

    _name = "mail.compose.message"
    _inherit = ["care.mail.door.mixin", "mail.compose.message"]

    def _action_send_mail(self, auto_commit=False):
        this = self._care_at_door()
        for wizard in this.filtered(lambda w: w.composition_mode == "mass_mail"):
            wizard._care_check_many()
        return super(MailComposeMessage, this)._action_send_mail(
            auto_commit=auto_commit
        )

    def _care_check_many(self):
        """Refuse secret files in a mail to many: it would carry copies of them that
        belong to each of those it is written to."""
        files = self.attachment_ids.sudo()
        secret = files._care_secret_owners({file._care_owner() for file in files})
        if any(file.care_sealed or file._care_owner() in secret for file in files):
            raise UserError(
                self.env._(
                    "Secret files are not sent to many at once. Write to one "
                    "recipient, or send them by a disclosure."
                )
            )
