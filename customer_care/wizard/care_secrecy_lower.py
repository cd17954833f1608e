from odoo import api, fields, models


class CareSecrecyLower(models.TransientModel):
    """Somebody asks that the level of a record be lowered, and says why."""

    _name = "care.secrecy.lower"
    _description = "Request to lower a level"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    level_choice = fields.Selection("_selection_level", "New level", required=True)
    level_now = fields.Selection(
        "_selection_level", "Level now", compute="_compute_level_now"
    )
    reason = fields.Text(required=True)

    @api.model
    def _selection_level(self):
        names = self.env["care.sight"]._level_names()
        return [(str(level), name) for level, name in names.items()]

    def _record(self):
        """Return the record, which the user must see."""
        models_ = self.env["care.access.request"]._link_models()
        name = self.res_model if self.res_model in models_ else "res.partner"
        record = self.env[name].browse(self.res_id)
        record.check_access("read")
        return record

    @api.depends("res_model", "res_id")
    def _compute_level_now(self):
        for lower in self:
            record = lower._record() if lower.res_id else None
            own = record.sudo().secrecy_own if record else 0
            lower.level_now = str(own)

    def action_confirm(self):
        """Ask those who decide."""
        self.ensure_one()
        self.env["care.secrecy.change"]._ask(
            self._record(), int(self.level_choice), self.reason
        )
        return {"type": "ir.actions.act_window_close"}
