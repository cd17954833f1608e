from odoo import fields, models

from .care_obligation_spec import UNITS, reminder


class CareDuty(models.Model):
    """A task that comes round again; each time it does is an obligation.

    Managers and policy packs write it.
    """

    _name = "care.duty"
    _description = "Duty"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "remind_amount",
        "remind_unit",
        "escalation_ids",
    )

    remind_amount = fields.Integer("Remind before")
    remind_unit = fields.Selection(UNITS, default="day")
    escalation_ids = fields.One2many(
        "care.obligation.escalation", "duty_id", "Escalation", copy=True
    )
    obligation_ids = fields.One2many("care.obligation", "duty_id", "Occurrences")

    def _ladder(self):
        """Return the rungs of its occurrences: the reminder and the escalations."""
        return reminder(self) + self.escalation_ids._rungs()
