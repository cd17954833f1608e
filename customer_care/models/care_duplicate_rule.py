from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..logic.duplicates import HARD, Rule


class CareDuplicateRule(models.Model):
    """What the same credit code, telephone, mail address or name of two customers
    means: entering the second is refused, warned of, or only looked at by the job.

    Managers and policy packs write it. Of several rules that hold the strictest counts.
    """

    _name = "care.duplicate.rule"
    _description = "Rule about duplicates"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "verdict",
        "score",
        "needs_credit",
        "needs_phone",
        "needs_email",
        "likeness",
    )

    needs_credit = fields.Boolean("Same credit code")
    needs_phone = fields.Boolean("Same telephone")
    needs_email = fields.Boolean("Same mail address")
    likeness = fields.Integer(
        "Names alike from",
        help="Points of 100: 100 the same brand, place and trade; 90 where one of the "
        "names leaves out place or trade, 80 both; 75 and less where one sign of the "
        "brand differs; 70 and less for the same brand in another place or trade. "
        "Two persons of the same name have 60. 0: names do not matter.",
    )
    verdict = fields.Selection(
        [
            ("refuse", "Refuse the entry"),
            ("warn", "Warn who enters it"),
            ("note", "Only list the pair"),
        ],
        required=True,
        default="warn",
    )
    score = fields.Integer(
        "Points",
        required=True,
        default=50,
        help="How sure it is that both are one customer, of 100.",
    )

    _range = models.Constraint(
        "CHECK (likeness BETWEEN 0 AND 100 AND score BETWEEN 0 AND 100)",
        "Points go from 0 to 100.",
    )

    @api.constrains("needs_credit", "needs_phone", "needs_email", "likeness", "verdict")
    def _check_evidence(self):
        for rule in self:
            hard = rule.needs_credit or rule.needs_phone or rule.needs_email
            if not hard and not rule.likeness:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” would hold for any two customers. Choose what has "
                        "to be the same, or from how many points names are alike.",
                        rule=rule.display_name,
                    )
                )
            if not hard and rule.verdict == "refuse":
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” would refuse a customer for its name alone. Choose "
                        "a further sign, or warn only.",
                        rule=rule.display_name,
                    )
                )

    @api.model
    def _in_force(self):
        """Return the rules of the current company."""
        return self._in_force_of(self.env.company.id)

    @api.model
    @ormcache("company_id")
    def _in_force_of(self, company_id):
        rules = self.sudo().search([("company_id", "in", (company_id, False))])
        return tuple(rule._as_rule() for rule in rules)

    def _as_rule(self):
        kinds = frozenset(kind for kind in HARD if self[f"needs_{kind}"])
        own = bool(self.company_id)
        return Rule(kinds, self.likeness, self.verdict, self.score, self.id, own)

    # ---- what is kept of them

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
