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
    care_access_log_from = fields.Selection(
        selection="_selection_levels",
        string="Log reads from level",
        config_parameter="customer_care.access_log_from",
        default="2",
    )
    care_access_head_mail = fields.Char(
        "Mail the heads to", config_parameter="customer_care.access_head_mail"
    )

    def _selection_levels(self):
        names = self.env["care.sight"]._level_names()
        return [(str(level), name) for level, name in names.items()]
