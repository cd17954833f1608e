from odoo import models


class IrModelData(models.Model):
    """An external id is hidden with the record it names."""

    _name = "ir.model.data"
    _inherit = ["care.mask.pair.mixin", "ir.model.data"]

    _mask_pair = ("model", "res_id")
