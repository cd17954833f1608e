from odoo import api, models

_OWN = "customer_care.access_log"


class IrConfigParameter(models.Model):
    """A parameter; those of the read log leave a row in it when they change."""

    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        parameters._note_logging({})
        return parameters

    def write(self, vals):
        before = {parameter.id: parameter.value for parameter in self}
        result = super().write(vals)
        self._note_logging(before)
        return result

    def unlink(self):
        own = self.filtered(lambda parameter: parameter.key.startswith(_OWN))
        for parameter in own:
            parameter._note_change(parameter.value, None)
        return super().unlink()

    def _note_logging(self, before):
        for parameter in self.filtered(lambda row: (row.key or "").startswith(_OWN)):
            old = before.get(parameter.id)
            if old != parameter.value:
                parameter._note_change(old, parameter.value)

    def _note_change(self, old, new):
        self.env["care.access.log"]._note(
            "setting", self._name, self.ids, [self.key], {"from": old, "to": new}
        )
