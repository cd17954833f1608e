from odoo import fields, models


class VisitPurpose(models.Model):
    """Why a customer is visited, with the usual duration and checklist. Managers
    write it."""

    _name = "visit.purpose"
    _description = "Visit purpose"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="Short code by which imports find it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: all companies use this purpose.",
    )
    duration = fields.Float(
        "Usual duration (hours)", default=1.0, help="Proposed on new visits."
    )
    checklist_id = fields.Many2one(
        "visit.checklist", index="btree_not_null", ondelete="set null"
    )
    color = fields.Integer()

    _code_uniq = models.UniqueIndex(
        "(code, company_id) NULLS NOT DISTINCT WHERE code IS NOT NULL",
        "Another visit purpose of this company already has this code.",
    )
    _duration_positive = models.Constraint(
        "CHECK (duration > 0)", "A visit lasts longer than nothing."
    )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for purpose, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%(name)s (copy)", name=purpose.name)
        return vals_list
