from odoo import api, fields, models


class CareProjectCost(models.Model):
    """One line of a project's budget: what is planned for a kind of cost, and what it
    has come to. The team writes it."""

    _name = "care.project.cost"
    _description = "Cost of a project"
    _inherit = [
        "care.host.row.mixin",
        "care.link.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "project_id, kind_id, id"

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="project_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="project_id.company_id", store=True)
    currency_id = fields.Many2one(related="project_id.care_currency_id")
    kind_id = fields.Many2one(
        "care.project.cost.kind", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char("What for")
    date = fields.Date(default=lambda self: fields.Date.context_today(self), index=True)
    planned = fields.Monetary()
    actual = fields.Monetary()
    difference = fields.Monetary(
        "Still available", compute="_compute_difference", store=True
    )
    note = fields.Char()
    active = fields.Boolean(default=True)

    _planned_positive = models.Constraint(
        "CHECK (planned >= 0)", "What is planned is not negative."
    )

    @api.depends("planned", "actual")
    def _compute_difference(self):
        for line in self:
            line.difference = line.planned - line.actual

    @api.depends("kind_id", "name")
    def _compute_display_name(self):
        for line in self:
            names = [line.sudo().kind_id.name, line.name]
            line.display_name = ": ".join(name for name in names if name)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.project_id._care_cost_refresh()
        return lines

    def write(self, vals):
        before = self.project_id if "project_id" in vals else self.browse().project_id
        result = super().write(vals)
        if {"planned", "actual", "active", "project_id"} & vals.keys():
            (before | self.project_id)._care_cost_refresh()
        return result

    def unlink(self):
        projects = self.project_id
        result = super().unlink()
        projects.exists()._care_cost_refresh()
        return result
