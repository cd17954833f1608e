from odoo import api, fields, models


class CareServicePlanTemplate(models.Model):
    """What a service plan begins with: contents, measurable standards, steps, budget
    lines, and how often it is reviewed. Managers and policy packs write it."""

    _name = "care.service.plan.template"
    _description = "Template of service plans"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "contents",
        "months",
        "review_months",
        "line_ids",
        "step_ids",
        "cost_ids",
    )

    contents = fields.Text(
        translate=True, help="What is done for the customer, as a beginning."
    )
    months = fields.Integer("Months of a plan", default=12)
    review_months = fields.Integer(
        "Months between reviews",
        default=3,
        help="The next review is planned when one is done. 0: none.",
    )
    line_ids = fields.One2many(
        "care.service.plan.template.line", "template_id", "Standards", copy=True
    )
    step_ids = fields.One2many(
        "care.service.plan.template.step", "template_id", "Process", copy=True
    )
    cost_ids = fields.One2many(
        "care.service.plan.template.cost", "template_id", "Budget", copy=True
    )
    plan_count = fields.Integer("Plans", compute="_compute_plan_count")

    _months_positive = models.Constraint(
        "CHECK (months > 0 AND review_months >= 0)",
        "A plan lasts one month at least, and months between reviews are not negative.",
    )

    def _compute_plan_count(self):
        found = self.env["care.service.plan"]._read_group(
            [("template_id", "in", self.ids)], ["template_id"], ["__count"]
        )
        counts = {template.id: count for template, count in found}
        for template in self:
            template.plan_count = counts.get(template.id, 0)

    def action_view_plans(self):
        """Open the plans made from it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_service_plan_action"
        )
        return action | {
            "domain": [("template_id", "=", self.id)],
            "context": {"default_template_id": self.id},
        }

    @api.model
    def _part_fields(self):
        """Return {parts of a plan: fields that come from the template's part}."""
        return {
            "line_ids": ("sequence", "name", "indicator_id", "measure", "better")
            + ("target", "unit"),
            "step_ids": ("sequence", "name", "note"),
            "cost_ids": ("sequence", "name", "budget"),
        }
