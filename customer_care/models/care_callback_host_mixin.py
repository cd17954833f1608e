from odoo import models


class CareCallbackHostMixin(models.AbstractModel):
    """A record that wants to hear what its customer said when called back.

    Programmes work on any model; only one that reacts needs to inherit this.
    """

    _name = "care.callback.host.mixin"
    _description = "Record that hears of its callbacks"

    def _on_callback_done(self, callback):
        """Called with all rights, after a callback about the record was done."""
