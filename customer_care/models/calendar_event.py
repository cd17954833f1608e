from odoo import models


class CalendarEvent(models.Model):
    """A meeting: as secret as the customers who attend and as what it is about."""

    _name = "calendar.event"
    _inherit = ["care.secrecy.follow.mixin", "calendar.event"]

    _secrecy_relations = ("partner_ids",)
    _secrecy_hosts = ("opportunity_id",)
