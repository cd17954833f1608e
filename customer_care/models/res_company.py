from odoo import fields, models


class ResCompany(models.Model):
    """A company: how long access to single records lasts in it."""

    _name = "res.company"
    _inherit = ["res.company"]

    care_access_days = fields.Integer(
        "Longest access (days)",
        default=30,
        help="How long an access request may ask for. 0: no limit.",
    )
    care_emergency_hours = fields.Integer("Emergency access (hours)", default=24)
    care_emergency_any = fields.Boolean(
        "Emergency access for everybody",
        help="All users of Customer care may take it, not only those with a clearance.",
    )

    _care_access_positive = models.Constraint(
        "CHECK (care_access_days >= 0 AND care_emergency_hours BETWEEN 0 AND 168)",
        "Emergency access lasts up to 168 hours, access some days.",
    )
