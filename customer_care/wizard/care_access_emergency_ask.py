from odoo import fields, models


class CareAccessEmergencyAsk(models.TransientModel):
    """Somebody takes emergency access: what he needs, named exactly, and why."""

    _name = "care.access.emergency.ask"
    _description = "Emergency access taken"

    what = fields.Char(
        "Customer or record",
        required=True,
        help="The exact name or number. Nothing else is searched.",
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Take it. A wrong name gets the same answer as one that may not be read."""
        self.ensure_one()
        grant = self.env["care.access.grant"]._take(self.what, self.reason)
        if grant:
            return {
                "type": "ir.actions.act_window",
                "res_model": grant.res_model,
                "res_id": grant.res_id,
                "views": [[False, "form"]],
            }
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "No access was opened. The attempt is on record. Give the exact "
                    "name or number, or ask the security officer."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
