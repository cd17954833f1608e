from odoo import fields, models


class CareTouchReaction(models.Model):
    """How a customer took a greeting: a choice that managers and packs write."""

    _name = "care.touch.reaction"
    _description = "Reaction to a greeting"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "mood", "wants_follow_up")

    mood = fields.Selection(
        [("good", "Pleased"), ("neutral", "Neither"), ("bad", "Displeased")],
        required=True,
        default="neutral",
    )
    wants_follow_up = fields.Boolean(
        "Somebody calls back", help="An activity on the customer is made at once."
    )
    company_id = fields.Many2one(help="Empty: the choice is for every company.")
