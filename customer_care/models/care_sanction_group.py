from odoo import fields, models

SCOPES = [
    ("person", "The person"),
    ("department", "The department"),
    ("company", "The company"),
]


class CareSanctionGroup(models.Model):
    """How violations of several rules add up in a calendar month, and what the n-th
    costs. Managers and packs write it."""

    _name = "care.sanction.group"
    _description = "Progression of sanctions"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "scope",
        "from_nth",
        "factor",
        "compound",
        "pay_min_pct",
        "pay_max_pct",
    )

    scope = fields.Selection(
        SCOPES, "Violations counted of", required=True, default="person"
    )
    from_nth = fields.Integer(
        "From the",
        required=True,
        default=2,
        help="The n-th violation in a calendar month from which on it costs more.",
    )
    factor = fields.Float("Times as much", required=True, default=2.0)
    compound = fields.Boolean(
        "Again each time", help="Multiplied once more by every further violation."
    )
    pay_min_pct = fields.Float(
        "Performance pay from (%)",
        help="From the n-th on, a person sets how much of the month's performance pay "
        "is lost as well.",
    )
    pay_max_pct = fields.Float("up to (%)")

    _numbers_sensible = models.Constraint(
        "CHECK (from_nth >= 1 AND factor > 0 AND pay_min_pct >= 0 "
        "AND pay_max_pct >= pay_min_pct AND pay_max_pct <= 100)",
        "Count from 1 on, multiply by more than 0, and keep percentages within 0-100.",
    )
