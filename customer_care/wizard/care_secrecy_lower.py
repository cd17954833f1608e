from odoo import fields, models


class CareSecrecyLower(models.TransientModel):
    """Somebody asks that the level of a record be lowered, and says why."""

    _name = "care.secrecy.lower"
    _description = "Request to lower a level"
    _inherit = ["care.secrecy.ask.mixin"]

    reason = fields.Text(required=True)

    def _offered(self, own):
        return range(own)

    def action_confirm(self):
        """Ask those who decide."""
        self.ensure_one()
        self.env["care.secrecy.change"]._ask(
            self._record(), int(self.level_choice), self.reason
        )
        return {"type": "ir.actions.act_window_close"}
