from odoo import fields, models


class CalendarEvent(models.Model):
    """A meeting: as secret as the customers who attend and as what it is about."""

    _name = "calendar.event"
    _inherit = ["care.link.mixin", "care.secrecy.follow.mixin", "calendar.event"]

    _secrecy_relations = ("partner_ids",)
    _secrecy_hosts = ("opportunity_id",)

    care_plan_id = fields.Many2one(
        "care.service.plan",
        "Service plan",
        index="btree_not_null",
        ondelete="set null",
        groups="customer_care.customer_care_group_user",
    )
