from odoo import models
from odoo.tools import SQL


class MailNotification(models.Model):
    """Who was told of a message is hidden with the record it is written on."""

    _name = "mail.notification"
    _inherit = ["care.mask.pair.mixin", "mail.notification"]

    def _mask_pairs(self):
        self.flush_model(["mail_message_id"])
        self.env["mail.message"].flush_model(["model", "res_id"])
        return self.env.execute_query(
            SQL(
                """SELECT n.id, m.model, m.res_id
                     FROM mail_notification n
                     JOIN mail_message m ON m.id = n.mail_message_id
                    WHERE n.id = ANY(%s) AND COALESCE(m.res_id, 0) <> 0""",
                [id_ for id_ in self._ids if isinstance(id_, int)],
            )
        )
