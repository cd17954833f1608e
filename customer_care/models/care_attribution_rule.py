from odoo import api, fields, models
from odoo.exceptions import ValidationError

CASES = [
    ("claims", "Two claim the customer"),
    ("unnamed", "Met before, but cannot name by whom"),
    ("named", "Asks for the one met before"),
    ("referred_asked", "Brought by a customer, asks for that customer's manager"),
    ("referred", "Brought by a customer, asks for nobody"),
    ("own", "Found by oneself"),
    ("duty", "Call or visit on duty"),
]
WINNERS = [
    ("earliest", "The earlier registration"),
    ("asked", "The one asked for"),
    ("duty", "The one on duty"),
    ("entered", "Who enters it"),
]


class CareAttributionRule(models.Model):
    """Who gets the customer in one case. Managers and packs write it."""

    _name = "care.attribution.rule"
    _description = "Attribution rule"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "case", "winner")

    case = fields.Selection(CASES, required=True)
    winner = fields.Selection(WINNERS, "The customer goes to", required=True)

    @api.constrains("case", "winner")
    def _check_winner(self):
        for rule in self:
            if rule.case == "claims" and rule.winner != "earliest":
                raise ValidationError(
                    self.env._(
                        "%(rule)s: between two claims the earlier registration wins. "
                        "Choose “The earlier registration”.",
                        rule=rule.display_name,
                    )
                )

    @api.model
    def _winners(self, company):
        """Return {case: (winner, rule)} that hold in a company, the first of a case."""
        rules = self.sudo().search([("company_id", "in", [False, company.id])])
        found = {}
        for rule in rules.sorted(lambda r: (not r.company_id, r.sequence, r.id)):
            found.setdefault(rule.case, (rule.winner, rule))
        return found
