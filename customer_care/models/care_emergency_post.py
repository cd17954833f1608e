from odoo import fields, models


class CareEmergencyPost(models.Model):
    """One duty in the command group of an emergency plan, and the role that has it.
    Managers and packs write it."""

    _name = "care.emergency.post"
    _description = "Duty in an emergency"
    _order = "plan_id, sequence, id"
    _pack_fields = ("sequence", "name", "role_id", "is_command")

    plan_id = fields.Many2one(
        "care.emergency.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Responsibility", required=True, translate=True)
    role_id = fields.Many2one("care.role", "Held by", ondelete="restrict")
    is_command = fields.Boolean(
        "In the command group",
        default=True,
        help="Whoever holds the role joins the command group when the plan starts.",
    )
