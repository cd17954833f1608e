from odoo import models


class IrFieldsConverter(models.AbstractModel):
    """Imported values: an external id of a hidden record is an unknown one."""

    _inherit = "ir.fields.converter"

    def _xmlid_to_record_id(self, xmlid, model):
        found = super()._xmlid_to_record_id(xmlid, model)
        if found and not model.browse(found).exists():
            return None
        return found
