from odoo import fields, models


class CareChannel(models.Model):
    """A way by which customers come: call, visit, web, fair, a broker.

    Managers and packs write it; each registration names one.
    """

    _name = "care.channel"
    _description = "Channel"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "is_intermediary", "is_referral")

    is_intermediary = fields.Boolean(
        "Through an intermediary", help="The entry asks for the broker or partner."
    )
    is_referral = fields.Boolean(
        "Brought by a customer", help="The entry asks who brought the customer."
    )
