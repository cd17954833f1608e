from odoo import api, fields, models
from odoo.exceptions import MissingError


class CareSecretEnter(models.TransientModel):
    """The question for a secret value. The value is sealed as it arrives and is in no
    column, this table's neither. Whoever enters a value writes it."""

    _name = "care.secret.enter"
    _description = "Enter a secret"
    _transient_max_hours = 1

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    kind_ids = fields.Many2many(
        "care.secret.kind", string="Possible kinds", compute="_compute_kind_ids"
    )
    kind_id = fields.Many2one(
        "care.secret.kind", required=True, domain="[('id', 'in', kind_ids)]"
    )
    value = fields.Char(
        compute="_compute_value", inverse="_inverse_value", store=False, copy=False
    )

    def _compute_value(self):
        self.value = False

    @api.depends("res_model")
    def _compute_kind_ids(self):
        kinds = self.env["care.secret.kind"]
        sight = self.env["care.sight"]._mine()
        for wizard in self:
            wizard.kind_ids = kinds._for(wizard.res_model, self.env.company).filtered(
                lambda kind: sight.everything or int(kind.level) <= sight.level
            )

    def _inverse_value(self):
        for wizard in self.filtered("value"):
            host = self._host(wizard.res_model, wizard.res_id)
            self.env["care.secret"]._put(host, wizard.kind_id, wizard.value)
        self._forget_value()

    @api.model
    def _host(self, res_model, res_id):
        if res_model not in self.env["care.secret"]._hosts():
            raise MissingError(self.env._("There is no such record."))
        return self.env[res_model].browse(res_id)

    def _forget_value(self):
        self.invalidate_recordset(["value"], flush=False)

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._forget_value()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._forget_value()
        return result

    def action_done(self):
        """Close; the value was sealed when the form was saved."""
        return {"type": "ir.actions.act_window_close"}
