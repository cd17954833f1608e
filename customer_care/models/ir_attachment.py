from odoo import models


class IrAttachment(models.Model):
    """A file: that of a secret record is sealed, and hidden with the record it is
    attached to, also if it is public and for who holds its token."""

    _name = "ir.attachment"
    _inherit = [
        "care.sealed.file.mixin",
        "care.sealed.file.reader",
        "care.mask.pair.mixin",
        "ir.attachment",
    ]

    def _can_return_content(self, field_name=None, access_token=None):
        if self._secrecy_hidden():
            raise self.env["care.mask"]._missing_error(self)
        return super()._can_return_content(field_name, access_token)
