from odoo import fields, models


class CareServicePlanTemplateCost(models.Model):
    """One budget line of a template. Managers and packs write it."""

    _name = "care.service.plan.template.cost"
    _description = "Budget line of a template"
    _order = "template_id, sequence, id"
    _pack_fields = ("sequence", "name", "budget")

    template_id = fields.Many2one(
        "care.service.plan.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Expense", required=True, translate=True)
    budget = fields.Float(
        digits=(16, 2), help="In the currency of the company that uses the template."
    )

    _budget_positive = models.Constraint(
        "CHECK (budget >= 0)", "A budget is not negative."
    )
