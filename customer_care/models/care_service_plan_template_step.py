from odoo import fields, models


class CareServicePlanTemplateStep(models.Model):
    """One step of the process of a template. Managers and packs write it."""

    _name = "care.service.plan.template.step"
    _description = "Step of a template"
    _order = "template_id, sequence, id"
    _pack_fields = ("sequence", "name", "note", "role_id", "days")

    template_id = fields.Many2one(
        "care.service.plan.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Step", required=True, translate=True)
    note = fields.Char("Details", translate=True)
    role_id = fields.Many2one(
        "care.team.role",
        "Post",
        index="btree_not_null",
        ondelete="restrict",
        help="Whoever has this post in the customer's team does it. Empty: the "
        "account manager.",
    )
    days = fields.Integer("Days from the beginning")

    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "Days from the beginning are not negative."
    )
