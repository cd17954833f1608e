from odoo import api, models


class CareCallbackIntake(models.AbstractModel):
    """How a callback becomes a case: the add-on that keeps cases fills this in."""

    _name = "care.callback.intake"
    _description = "Cases from callbacks"

    @api.model
    def _takes_cases(self):
        """Tell whether an add-on is installed that opens cases, and the user may."""
        return False

    @api.model
    def _open_case(self, callback):
        """Return the case opened from what the customer raised."""
        return
