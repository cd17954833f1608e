from odoo import api, fields, models


class CareSecretFind(models.TransientModel):
    """The question which record has exactly this secret. The value is in no column.
    Whoever looks for a record writes it."""

    _name = "care.secret.find"
    _description = "Find by a secret"
    _transient_max_hours = 1

    kind_ids = fields.Many2many(
        "care.secret.kind", string="Possible kinds", compute="_compute_kind_ids"
    )
    kind_id = fields.Many2one(
        "care.secret.kind", required=True, domain="[('id', 'in', kind_ids)]"
    )
    value = fields.Char(
        compute="_compute_value", inverse="_inverse_value", store=False, copy=False
    )
    found = fields.Json(readonly=True, help="Numbers of the secrets that fit.")

    def _compute_value(self):
        self.value = False

    @api.depends_context("uid")
    def _compute_kind_ids(self):
        sight = self.env["care.sight"]._mine()
        kinds = self.env["care.secret.kind"].search([("findable", "=", True)])
        self.kind_ids = kinds.filtered(
            lambda kind: sight.everything or int(kind.level) <= sight.level
        )

    def _inverse_value(self):
        for wizard in self:
            secrets = self.env["care.secret"]._find(wizard.kind_id, wizard.value)
            wizard.found = secrets.ids
        self.invalidate_recordset(["value"], flush=False)

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards.invalidate_recordset(["value"], flush=False)
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self.invalidate_recordset(["value"], flush=False)
        return result

    def action_find(self):
        """Open what was found; it is looked up again as far as the user may see it."""
        self.ensure_one()
        secrets = self.env["care.secret"].search([("id", "in", self.found or [])])
        hosts = secrets.sudo()
        self.found = False
        partners = [row.res_id for row in hosts if row.res_model == "res.partner"]
        if len(secrets) == 1:
            return {
                "type": "ir.actions.act_window",
                "res_model": hosts.res_model,
                "res_id": hosts.res_id,
                "views": [(False, "form")],
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Found"),
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("id", "in", partners)],
        }
