from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CareTierRule(models.Model):
    """One way to earn a grade: all its conditions must be met.

    The rules of a grade are alternatives: any of them gives it. One without conditions
    gives it to everybody. Managers and policy packs write it.
    """

    _name = "care.tier.rule"
    _description = "Way to earn a grade"
    _inherit = ["care.pack.row.mixin"]
    _order = "tier_id, sequence, id"
    _pack_fields = ("name", "sequence", "tier_id", "condition_ids")

    tier_id = fields.Many2one(
        "care.tier", "Grade", required=True, index=True, ondelete="cascade"
    )
    scheme_id = fields.Many2one(related="tier_id.scheme_id", store=True, index=True)
    condition_ids = fields.One2many(
        "care.tier.condition", "rule_id", "Conditions", copy=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A rule belongs to the company of its grade."""
        for vals in vals_list:
            if vals.get("tier_id") and "company_id" not in vals:
                tier = self.env["care.tier"].browse(vals["tier_id"])
                vals["company_id"] = tier.company_id.id
        return super().create(vals_list)

    @api.constrains("company_id", "tier_id")
    def _check_company_of_tier(self):
        for rule in self:
            if rule.company_id != rule.tier_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(rule)s must belong to the same company as its grade "
                        "%(tier)s. Choose that company.",
                        rule=rule.name,
                        tier=rule.tier_id.name,
                    )
                )
