from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..logic import tiers


class CareTierScheme(models.Model):
    """A way of grading customers: its grades, its yearly window, how long they last.

    Several schemes stand side by side; the main one of a company writes the grade of
    its customers. Managers and policy packs write it.
    """

    _name = "care.tier.scheme"
    _description = "Scheme of grades"
    _inherit = ["care.pack.row.mixin", "care.tier.rating", "mail.thread"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "is_main",
        "partner_domain",
        "default_months",
        "grace_days",
        "window_from",
        "window_to",
        "auto_open",
        "section_by",
        "wants_meeting",
        "provisional_months",
        "writes_pricelist",
        "description",
    )
    _domain_fields = ("partner_domain",)

    description = fields.Text(translate=True)
    is_main = fields.Boolean(
        "Main scheme",
        copy=False,
        tracking=True,
        help="Writes the grade, priority and credit grade of the customers.",
    )
    partner_domain = fields.Char(
        "Who is graded",
        required=True,
        default="[('is_company', '=', True), ('parent_id', '=', False)]",
        help="The customers the scheme and its evaluations look at.",
    )
    partner_model = fields.Char(compute="_compute_partner_model")
    # ---- how long grades last
    default_months = fields.Integer("Valid for (months)", required=True, default=12)
    grace_days = fields.Integer(
        help="Days a grade of an evaluation outlasts that time, so that the next "
        "evaluation can be decided."
    )
    provisional_months = fields.Integer(
        "Provisional for (months)",
        required=True,
        default=6,
        help="A new customer's grade; at its end the customer is evaluated, or falls "
        "to the grade for that case.",
    )
    # ---- the yearly evaluation
    window_from = fields.Char(default="03-25", help="Month and day, such as 03-25.")
    window_to = fields.Char(default="03-30", help="Month and day, such as 03-30.")
    auto_open = fields.Boolean(
        "Open by itself", help="The evaluation opens on the first day of the window."
    )
    section_by = fields.Selection(
        [
            ("team", "Sales team"),
            ("department", "Department"),
            ("manager", "Account manager"),
        ],
        "Sections",
        required=True,
        default="department",
        help="Who grades beforehand: the customers are divided by the team or the "
        "department of their salesperson, or by salesperson.",
    )
    wants_meeting = fields.Boolean(
        "Review meeting",
        default=True,
        help="Minutes are wanted before the grades are approved.",
    )
    writes_pricelist = fields.Boolean(
        "Pricelist of the grade",
        help="The customer's pricelist follows its grade, where sales are installed.",
    )
    tier_ids = fields.One2many("care.tier", "scheme_id", "Grades", copy=True)
    fallback_tier_id = fields.Many2one(
        "care.tier", "When a grade runs out", compute="_compute_fallback_tier_id"
    )
    evaluation_ids = fields.One2many("care.evaluation", "scheme_id", "Evaluations")
    evaluation_count = fields.Integer(compute="_compute_evaluation_count")
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")

    _main_uniq = models.UniqueIndex(
        "(company_id) NULLS NOT DISTINCT WHERE is_main AND active",
        "The company has a main scheme already. Untick that one first.",
    )
    _lengths = models.Constraint(
        "CHECK (default_months > 0 AND provisional_months > 0 AND grace_days >= 0)",
        "No grade is without an end: enter a month at least.",
    )

    def _compute_partner_model(self):
        self.partner_model = "res.partner"

    def _domain_model(self):
        return self.env["res.partner"]

    def _domain_constrained_fields(self):
        return ("partner_domain",)

    @api.depends("tier_ids.is_fallback", "tier_ids.active")
    def _compute_fallback_tier_id(self):
        for scheme in self:
            scheme.fallback_tier_id = scheme.tier_ids.filtered("is_fallback")[:1]

    def _compute_evaluation_count(self):
        counts = dict(
            self.env["care.evaluation"]._read_group(
                [("scheme_id", "in", self.ids)], ["scheme_id"], ["__count"]
            )
        )
        for scheme in self:
            scheme.evaluation_count = counts.get(scheme, 0)

    def _compute_customer_count(self):
        counts = dict(
            self.env["care.tier.grant"]._read_group(
                [("scheme_id", "in", self.ids), ("is_current", "=", True)],
                ["scheme_id"],
                ["partner_id:count_distinct"],
            )
        )
        for scheme in self:
            scheme.customer_count = counts.get(scheme, 0)

    @api.constrains("window_from", "window_to")
    def _check_window(self):
        for scheme in self:
            if not scheme.window_from and not scheme.window_to:
                continue
            try:
                tiers.window(scheme.window_from or "", scheme.window_to or "", 2028)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The window of %(scheme)s is no pair of days. Write month and "
                        "day, such as 03-25 and 03-30.",
                        scheme=scheme.name,
                    )
                ) from error

    @api.model
    def _pack_prepare(self, vals, company, record):
        """A pack takes the place of no main scheme that the company has."""
        if vals.get("is_main"):
            main = self._main(company)
            if main and main != record and main.company_id == company:
                vals = vals | {"is_main": False}
        return super()._pack_prepare(vals, company, record)

    def copy_data(self, default=None):
        """A copy stands beside its pattern under a name of its own."""
        return [
            vals | {"name": self.env._("%(name)s (copy)", name=scheme.name)}
            if "name" not in (default or {})
            else vals
            for scheme, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model_create_multi
    def create(self, vals_list):
        schemes = super().create(vals_list)
        schemes.filtered("is_main")._refresh_customers()
        return schemes

    def write(self, vals):
        """Another main scheme writes its grades to the customers at once."""
        before = self.filtered("is_main")
        result = super().write(vals)
        if {"is_main", "active", "company_id", "writes_pricelist"} & vals.keys():
            (before | self.filtered("is_main"))._refresh_customers()
        return result

    def _companies(self):
        """Return the companies the scheme grades for."""
        self.ensure_one()
        return self.company_id or self.env["res.company"].sudo().search(
            [("active", "=", True)]
        )

    def _refresh_customers(self):
        """Write the grades in force to the customers of the schemes' companies."""
        self.env.flush_all()
        companies = self.env["res.company"]
        for scheme in self:
            companies |= scheme._companies()
        for company in companies:
            self.env["res.partner"]._care_refresh(company)

    def action_open_evaluation(self):
        """Make this year's evaluation, or show the one there is."""
        self.ensure_one()
        if not self.tier_ids:
            raise UserError(
                self.env._(
                    "%(scheme)s has no grades yet. Add them first.", scheme=self.name
                )
            )
        company = self._company()
        evaluation = self.env["care.evaluation"]._of_year(self, company)
        return evaluation._form_action()

    def action_view_evaluations(self):
        """Open the evaluations of the scheme."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_evaluation_action"
        )
        return action | {
            "domain": [("scheme_id", "=", self.id)],
            "context": {"default_scheme_id": self.id},
        }

    def action_view_customers(self):
        """Open the customers' grades of the scheme."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_tier_grant_action"
        )
        return action | {
            "domain": [("scheme_id", "=", self.id)],
            "context": {"search_default_current": 1, "search_default_group_tier": 1},
        }
