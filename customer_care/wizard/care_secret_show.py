from odoo import api, fields, models


class CareSecretShow(models.TransientModel):
    """A secret that is being shown. The value is read when the dialog opens, and in no
    column. Whoever reveals a value writes it."""

    _name = "care.secret.show"
    _description = "Secret being shown"
    _transient_max_hours = 1

    secret_id = fields.Many2one("care.secret", required=True, readonly=True)
    value = fields.Char(compute="_compute_value")

    @api.depends("secret_id")
    def _compute_value(self):
        for wizard in self:
            secret = wizard.secret_id.sudo(False)
            wizard.value = secret._reveal() if secret else False
