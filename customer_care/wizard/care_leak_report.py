from odoo import fields, models
from odoo.exceptions import UserError


class CareLeakReport(models.TransientModel):
    """What anybody says who finds or suspects a leak: what was seen, and when."""

    _name = "care.leak.report"
    _description = "Report of a leak"

    description = fields.Text("What did you see?", required=True)
    found_at = fields.Datetime(
        "When?", required=True, default=lambda self: fields.Datetime.now()
    )
    photo_ids = fields.Many2many("ir.attachment", string="Pictures")

    def action_report(self):
        """Open the incident and tell those who handle it."""
        self.ensure_one()
        if not (self.description or "").strip():
            raise UserError(self.env._("Say in a few words what you saw."))
        incident = self.env["care.leak.incident"]._report(
            self.description, self.found_at, self.photo_ids
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Thank you. Your report is %(number)s; those who handle it were "
                    "told.",
                    number=incident.sudo().number,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
