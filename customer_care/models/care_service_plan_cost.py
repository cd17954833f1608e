from odoo import api, fields, models


class CareServicePlanCost(models.Model):
    """One budget line of a service plan, and what was spent of it so far."""

    _name = "care.service.plan.cost"
    _description = "Budget line of a service plan"
    _inherit = ["care.service.plan.part"]
    _running_fields = frozenset({"actual", "note"})

    name = fields.Char("Expense", required=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    budget = fields.Monetary()
    actual = fields.Monetary("Spent", copy=False)
    is_over = fields.Boolean("Over budget", compute="_compute_is_over")
    note = fields.Char("Papers and remarks", copy=False)

    _amounts_positive = models.Constraint(
        "CHECK (budget >= 0 AND actual >= 0)",
        "Budget and spending are not negative.",
    )

    @api.depends("budget", "actual")
    def _compute_is_over(self):
        for cost in self:
            cost.is_over = cost.actual > cost.budget
