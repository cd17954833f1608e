from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The settings of confidentiality."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    care_access_days = fields.Integer(
        related="company_id.care_access_days", readonly=False
    )
    care_emergency_hours = fields.Integer(
        related="company_id.care_emergency_hours", readonly=False
    )
    care_emergency_any = fields.Boolean(
        related="company_id.care_emergency_any", readonly=False
    )
