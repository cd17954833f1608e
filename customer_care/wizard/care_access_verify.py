import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError


class CareAccessVerify(models.TransientModel):
    """An auditor asks whether the access log is whole, with an old file at hand."""

    _name = "care.access.verify"
    _description = "Verify the access log"

    content = fields.Binary(
        "Published file",
        attachment=False,
        help="A file of heads that was kept elsewhere. Without one, only the heads in "
        "the database are compared.",
    )
    filename = fields.Char()

    def action_verify(self):
        heads = ()
        if self.content:
            heads = self.env["care.access.head"]._read_text(self._read_content())
            if not heads:
                raise UserError(
                    self.env._(
                        "%(file)s is no published file of this database. Choose one "
                        "that came by mail or was downloaded under Published heads.",
                        file=self.filename or self.env._("This"),
                    )
                )
        check = self.env["care.access.check"]._verify(heads)
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.access.check",
            "res_id": check.id,
            "view_mode": "form",
        }

    def _read_content(self):
        try:
            return base64.b64decode(self.content).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
