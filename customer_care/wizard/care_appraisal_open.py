from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_MONTHS = {"quarter": 3, "half": 6, "year": 12}


class CareAppraisalOpen(models.TransientModel):
    """The window that opens the appraisals of a period for many people at once."""

    _name = "care.appraisal.open"
    _description = "Open appraisals"
    _inherit = ["care.link.mixin"]

    scheme_id = fields.Many2one(
        "care.appraisal.scheme", "Appraisal scheme", required=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        "From", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    date_to = fields.Date(
        "To", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    department_ids = fields.Many2many(
        "hr.department", string="Departments", help="Empty: all departments."
    )
    user_ids = fields.Many2many(
        "res.users", string="People", domain="[('share', '=', False)]"
    )

    @api.depends("scheme_id", "company_id")
    def _compute_dates(self):
        """Propose the period that ended last."""
        for wizard in self:
            months = _MONTHS.get(wizard.scheme_id.period, 3)
            today = self.env["care.role"]._today(wizard.company_id or self.env.company)
            begun = today.replace(month=(today.month - 1) // months * months + 1, day=1)
            wizard.date_from = begun - relativedelta(months=months)
            wizard.date_to = begun - relativedelta(days=1)

    def _people(self):
        if self.user_ids:
            return self.user_ids
        domain = [("company_id", "=", self.company_id.id), ("user_id", "!=", False)]
        if self.department_ids:
            domain.append(("department_id", "child_of", self.department_ids.ids))
        users = self.env["hr.employee"].sudo().search(domain).user_id
        return users.filtered(lambda user: user.active and not user.share)

    def action_open(self):
        """Open one appraisal for each person who has none for the period yet."""
        self.ensure_one()
        rows = self.env["care.appraisal"]
        same = [
            ("scheme_id", "=", self.scheme_id.id),
            ("date_from", "=", self.date_from),
            ("date_to", "=", self.date_to),
        ]
        there = rows.with_context(active_test=False).search(same).user_id
        new = self._people() - there
        raters = {user: self._rater_of(user) for user in new}
        alone = [user.name for user, rater in raters.items() if not rater]
        if alone:
            raise UserError(
                self.env._(
                    "Nobody rates %(people)s: their department has no other head. Name "
                    "a head, or open their appraisals by hand.",
                    people=", ".join(alone),
                )
            )
        made = rows.create(
            [
                {
                    "scheme_id": self.scheme_id.id,
                    "user_id": user.id,
                    "rater_id": raters[user].id,
                    "company_id": self.company_id.id,
                    "date_from": self.date_from,
                    "date_to": self.date_to,
                }
                for user in new
            ]
        )
        if not made:
            raise UserError(
                self.env._("Everybody chosen has an appraisal for the period already.")
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_appraisal_action"
        )
        return action | {"domain": [("id", "in", made.ids)], "context": {}}

    def _rater_of(self, user):
        """Return the head of the person's department, for heads that of the one above,
        else the manager who opens the appraisals."""
        employee = user.sudo().with_company(self.company_id).employee_id
        department = employee.department_id
        while department:
            head = department.manager_id.user_id
            if head and head != user:
                return head.sudo(False)
            department = department.parent_id
        return self.env.user if self.env.user != user else self.env["res.users"]
