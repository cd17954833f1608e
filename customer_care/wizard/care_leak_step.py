from odoo import fields, models
from odoo.exceptions import UserError


class CareLeakStep(models.TransientModel):
    """How customers were told of a leak where no e-mail told them."""

    _name = "care.leak.step"
    _description = "Step of a leak incident"
    _inherit = ["care.link.mixin"]

    incident_id = fields.Many2one("care.leak.incident", required=True, readonly=True)
    affected_ids = fields.Many2many("care.leak.affected", readonly=True)
    step = fields.Selection(
        [("told", "Told by telephone, letter or visit")], required=True, readonly=True
    )
    channel = fields.Selection(
        [("phone", "Telephone"), ("letter", "Letter"), ("visit", "Visit")],
        "Told by way of",
        default="phone",
    )

    def action_confirm(self):
        """Note it as the current user."""
        self.ensure_one()
        if not self.channel or not self.affected_ids:
            raise UserError(self.env._("Choose the customers and how they were told."))
        self.incident_id._check_notice()
        rows = self.affected_ids.filtered(lambda r: r.incident_id == self.incident_id)
        rows.check_access("write")
        rows._told(self.channel)
        self.incident_id._note_persons()
        return {"type": "ir.actions.act_window_close"}
