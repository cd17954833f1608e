from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..logic import tiers


class CareTierRequest(models.Model):
    """An application about one customer outside the yearly evaluation.

    A provisional grade for a new customer, a new evaluation, the treatment of a better
    grade for a time, or leave to refuse an order. Users write it, approvals decide.
    """

    _name = "care.tier.request"
    _description = "Grade application"
    _inherit = [
        "care.tier.request.flow",
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.approval.mixin",
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ("partner_id", "order_ref")
    _guarded_fields = frozenset(
        {"state", "user_id", "decided_on", "computed_tier_id", "explanation"}
    )
    _LOCKED = frozenset(
        {
            "partner_id",
            "kind",
            "scheme_id",
            "tier_id",
            "company_id",
            "department_id",
            "date_from",
            "date_to",
            "amount",
            "order_ref",
            "reason",
            "credit_grade",
        }
    )

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(
        [
            ("provisional", "Provisional grade of a new customer"),
            ("regrade", "New evaluation"),
            ("raise_treatment", "Treatment of a better grade"),
            ("refuse_order", "Refusal of an order"),
        ],
        required=True,
        default="provisional",
        index=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "To decide"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    scheme_id = fields.Many2one(
        "care.tier.scheme",
        required=True,
        default=lambda self: self._default_scheme_id(),
        ondelete="restrict",
    )
    tier_id = fields.Many2one(
        "care.tier",
        "Grade wanted",
        domain="[('scheme_id', '=', scheme_id)]",
        ondelete="restrict",
    )
    current_tier_id = fields.Many2one(
        "care.tier", "Grade today", compute="_compute_current_tier_id"
    )
    computed_tier_id = fields.Many2one(
        "care.tier", "Grade by the figures", readonly=True, copy=False
    )
    explanation = fields.Json(readonly=True, copy=False)
    explanation_html = fields.Html(
        "Fact by fact", compute="_compute_explanation_html", sanitize=False
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        copy=False,
    )
    date_to = fields.Date(
        "Until",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        copy=False,
    )
    order_ref = fields.Char("Order", help="Number of the order it is about.")
    amount = fields.Monetary()
    currency_id = fields.Many2one(related="company_id.currency_id")
    credit_grade = fields.Char()
    reason = fields.Text(required=True)
    user_id = fields.Many2one(
        "res.users",
        "Applicant",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        help="Whose head decides; that of the customer's salesperson, else of the "
        "applicant.",
    )
    decided_on = fields.Date(readonly=True, copy=False)
    grant_ids = fields.One2many("care.tier.grant", "request_id", "Grades given")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    def _default_scheme_id(self):
        return self.env["care.tier.scheme"]._main(self.env.company)

    @api.depends("kind", "partner_id")
    @api.depends_context("lang")
    def _compute_name(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for request in self:
            partner = request.partner_id.display_name or ""
            request.name = f"{words.get(request.kind, '')}: {partner}"

    @api.depends("partner_id", "scheme_id", "company_id")
    def _compute_current_tier_id(self):
        for request in self:
            partner = request.partner_id.with_company(request.company_id)
            found = partner._care_privileges(request.scheme_id) if partner else {}
            request.current_tier_id = found.get(partner.id, False)

    @api.depends("partner_id", "user_id", "company_id")
    def _compute_department_id(self):
        for request in self:
            people = [request.partner_id.sudo().user_id, request.user_id.sudo()]
            found = [
                user.with_company(request.company_id).employee_id.department_id
                for user in people
            ]
            request.department_id = found[0] or found[1]

    @api.depends("explanation")
    def _compute_explanation_html(self):
        for request in self:
            request.explanation_html = self.env["ir.qweb"]._render(
                "customer_care.care_tier_explanation",
                {"rows": request.explanation or []},
                minimal_qcontext=True,
            )

    @api.depends("kind", "date_from", "scheme_id")
    def _compute_date_to(self):
        for request in self:
            scheme = request.scheme_id
            months = (
                scheme.provisional_months
                if request.kind in ("provisional", "raise_treatment")
                else scheme.default_months
            )
            request.date_to = (
                tiers.last_day(request.date_from, months)
                if request.date_from and months and request.kind != "refuse_order"
                else False
            )

    # ---- what cannot be

    @api.constrains("kind", "tier_id", "scheme_id", "date_from", "date_to")
    def _check_grade(self):
        for request in self.filtered(lambda r: r.kind != "refuse_order"):
            if not request.tier_id or not request.date_to:
                raise ValidationError(
                    self.env._(
                        "%(request)s needs a grade and its last day.",
                        request=request.name,
                    )
                )
            if request.tier_id.scheme_id != request.scheme_id:
                raise ValidationError(
                    self.env._(
                        "%(tier)s is no grade of %(scheme)s. Choose one of its grades.",
                        tier=request.tier_id.name,
                        scheme=request.scheme_id.name,
                    )
                )
            request._check_length()

    def _check_length(self):
        months = self.scheme_id.default_months
        if self.kind == "provisional":
            months = self.scheme_id.provisional_months
        limit = tiers.last_day(self.date_from, months, self.scheme_id.grace_days)
        if not self.date_from <= self.date_to <= limit:
            raise ValidationError(
                self.env._(
                    "%(request)s must end between its first day and %(limit)s.",
                    request=self.name,
                    limit=limit,
                )
            )

    @api.constrains("scheme_id", "company_id")
    def _check_company(self):
        for request in self:
            company = request.scheme_id.company_id
            if company and company != request.company_id:
                raise ValidationError(
                    self.env._(
                        "%(scheme)s belongs to %(company)s. Choose a scheme of the "
                        "company of the application.",
                        scheme=request.scheme_id.name,
                        company=company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests.partner_id.check_access("read")
        return requests

    def write(self, vals):
        locked = self._LOCKED.intersection(vals)
        if locked and not self._in_engine():
            for request in self.filtered(lambda r: r.state != "draft"):
                raise UserError(
                    self.env._(
                        "%(request)s was handed in. Withdraw it and apply anew.",
                        request=request.name,
                    )
                )
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id.check_access("read")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for request in self.filtered(lambda r: r.state != "draft"):
            raise UserError(
                self.env._(
                    "%(request)s was handed in and is kept. Withdraw it instead.",
                    request=request.name,
                )
            )
