from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CareRoleAssignment(models.Model):
    """One person holds one role: everywhere, or for a company, a department with the
    departments below it, or a customer; for good or between two days.

    Managers write assignments.
    """

    _name = "care.role.assignment"
    _description = "Role assignment"
    _inherit = ["care.link.mixin", "care.secrecy.follow.mixin"]
    _order = "role_id, partner_id, department_id, company_id, id"

    role_id = fields.Many2one(
        "care.role", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        "Held by",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: in every company the person works for.",
    )
    department_id = fields.Many2one(
        "hr.department",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('company_id', 'in', [False, company_id])] if company_id else []",
        help="For this department and those below it. Empty: for all.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        ondelete="cascade",
        help="For this customer and its contacts. Empty: for all.",
    )
    date_from = fields.Date("From", help="First day. Empty: since ever.")
    date_to = fields.Date("Until", help="Last day, included. Empty: for good.")
    active = fields.Boolean(default=True)
    is_held_today = fields.Boolean(
        compute="_compute_is_held_today", search="_search_is_held_today"
    )

    _dates_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "A role ends on or after the day it begins. Correct the two days.",
    )

    @api.depends("role_id", "user_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.role_id.name}: {row.user_id.name}"

    @api.depends("active", "user_id.active", "date_from", "date_to")
    def _compute_is_held_today(self):
        today = fields.Date.context_today(self)
        for row in self:
            at_work = row.active and row.user_id.active
            row.is_held_today = at_work and row._is_valid_on(today)

    def _search_is_held_today(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [
            ("active", "=", True),
            ("user_id.active", "=", True),
            "|",
            ("date_from", "=", False),
            ("date_from", "<=", today),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", today),
        ]

    def _is_valid_on(self, day):
        began = not self.date_from or self.date_from <= day
        return began and (not self.date_to or day <= self.date_to)

    def _company_ids_served(self, companies):
        """Return which of these company ids the assignment holds in."""
        own = {self.company_id.id} if self.company_id else companies
        role_company = self.role_id.company_id
        if role_company:
            own &= {role_company.id}
        return own & companies & set(self.user_id.company_ids.ids)

    @api.constrains("user_id")
    def _check_user(self):
        for row in self:
            if row.user_id.share:
                raise ValidationError(
                    row.env._(
                        "%(user)s is no employee of the database and cannot hold a "
                        "role. Choose an internal user.",
                        user=row.user_id.name,
                    )
                )

    @api.constrains("user_id", "company_id", "department_id", "role_id")
    def _check_one_company(self):
        for row in self.filtered("company_id"):
            company = row.company_id
            if company not in row.sudo().user_id.company_ids:
                raise ValidationError(
                    row.env._(
                        "%(user)s does not work in %(company)s. Allow the company for "
                        "the user first, or choose another person.",
                        user=row.user_id.name,
                        company=company.name,
                    )
                )
            others = row.department_id.company_id | row.role_id.company_id
            if others - company:
                raise ValidationError(
                    row.env._(
                        "%(assignment)s is for %(company)s, but its department or "
                        "role belongs to %(other)s. Choose them of one company.",
                        assignment=row.display_name,
                        company=company.name,
                        other=(others - company)[:1].name,
                    )
                )

    # ---- obligations follow

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env["care.obligation"]._on_roles_changed(rows.role_id)
        return rows

    def write(self, vals):
        roles = self.role_id
        result = super().write(vals)
        self.env["care.obligation"]._on_roles_changed(roles | self.role_id)
        return result

    def unlink(self):
        roles = self.role_id
        result = super().unlink()
        self.env["care.obligation"]._on_roles_changed(roles)
        return result
