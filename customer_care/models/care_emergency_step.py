from odoo import fields, models


class CareEmergencyStep(models.Model):
    """One step of an emergency plan: what, by which role, within how many minutes.
    Managers and packs write it."""

    _name = "care.emergency.step"
    _description = "Step of an emergency plan"
    _order = "plan_id, sequence, id"
    _pack_fields = ("sequence", "name", "hint", "role_id", "minutes")

    plan_id = fields.Many2one(
        "care.emergency.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("What is done", required=True, translate=True)
    hint = fields.Text("How", translate=True)
    role_id = fields.Many2one("care.role", "By", ondelete="restrict")
    minutes = fields.Integer(
        "Within minutes", help="From when the plan starts. 0: no time is set."
    )

    _minutes_positive = models.Constraint(
        "CHECK (minutes >= 0)", "Minutes are not negative. Enter 0 for no time."
    )
