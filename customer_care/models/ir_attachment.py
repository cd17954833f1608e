from odoo import models


class IrAttachment(models.Model):
    """A file: that of a secret record is sealed."""

    _name = "ir.attachment"
    _inherit = ["care.sealed.file.mixin", "ir.attachment"]
