from odoo import fields, models


class CareCallbackOutcome(models.Model):
    """One answer a customer can give when called back, and what it counts.

    Managers and packs write it.
    """

    _name = "care.callback.outcome"
    _description = "Outcome of a callback"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "satisfaction", "score")

    satisfaction = fields.Selection(
        [
            ("satisfied", "Satisfied"),
            ("neutral", "Neither"),
            ("dissatisfied", "Dissatisfied"),
        ],
        help="Dissatisfied opens an improvement. Empty: the customer gave no opinion.",
    )
    score = fields.Float(help="Points out of 100.", digits=(5, 1))
