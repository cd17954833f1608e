from odoo import models
from odoo.tools import SQL


class MailMail(models.Model):
    """A mail: nothing secret leaves with it unless a disclosure lets it out. What
    waits or was stopped is hidden with the record it is about."""

    _name = "mail.mail"
    _inherit = ["care.mail.guard.mixin", "care.mask.pair.mixin", "mail.mail"]

    def _mask_pairs(self):
        self.flush_model(["mail_message_id"])
        self.env["mail.message"].flush_model(["model", "res_id"])
        return self.env.execute_query(
            SQL(
                """SELECT a.id, m.model, m.res_id
                     FROM mail_mail a
                     JOIN mail_message m ON m.id = a.mail_message_id
                    WHERE a.id = ANY(%s) AND COALESCE(m.res_id, 0) <> 0""",
                [id_ for id_ in self._ids if isinstance(id_, int)],
            )
        )
