from odoo import api, fields, models
from odoo.exceptions import UserError


class CareServicePlanPart(models.AbstractModel):
    """A row of a service plan. Whoever writes the plan writes it; what was agreed is
    fixed once the plan is handed in."""

    _name = "care.service.plan.part"
    _description = "Row of a service plan"
    _inherit = ["care.step.mixin", "care.secrecy.follow.mixin"]
    _order = "plan_id, sequence, id"
    # what changes while the plan runs
    _running_fields = frozenset()
    _step_fields = {}

    plan_id = fields.Many2one(
        "care.service.plan",
        "Service plan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    sequence = fields.Integer(default=10)

    def _check_plan(self, names=()):
        """Refuse rows of plans that the user may not write or that are fixed."""
        plans = self.plan_id
        plans.check_access("write")
        fixed = set(names) - self._running_fields
        for plan in plans:
            if plan.state in ("draft", "workshop"):
                continue
            if fixed or plan.state not in ("running", "closed"):
                raise UserError(
                    self.env._(
                        "%(plan)s is handed in and its contents are fixed. Take it "
                        "back for rework first.",
                        plan=plan.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        if not self.env.su:
            rows._check_plan({"plan_id"})
        return rows

    def write(self, vals):
        if not self.env.su:
            self._check_plan(vals)
        result = super().write(vals)
        if "plan_id" in vals and not self.env.su:
            self._check_plan(vals)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        if not self.env.su:
            self._check_plan({"plan_id"})
