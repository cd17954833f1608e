from odoo import models


class CareSecrecyRaise(models.TransientModel):
    """Somebody raises the level of a record he sees; it takes effect at once."""

    _name = "care.secrecy.raise"
    _description = "Raising a level"
    _inherit = ["care.secrecy.ask.mixin"]

    def _offered(self, own):
        return self._record()._secrecy_higher()

    def action_confirm(self):
        """Raise it."""
        self.ensure_one()
        self._record()._secrecy_raise(int(self.level_choice))
        return {"type": "ir.actions.act_window_close"}
