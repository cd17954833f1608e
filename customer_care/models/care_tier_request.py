from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..logic import tiers

MANAGER = "customer_care.customer_care_group_manager"


class CareTierRequest(models.Model):
    """An application about one customer outside the yearly evaluation.

    A provisional grade for a new customer, a new evaluation, the treatment of a better
    grade for a time, or leave to refuse an order. Users write it, approvals decide.
    """

    _name = "care.tier.request"
    _description = "Grade application"
    _inherit = [
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.approval.mixin",
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
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

    # ---- approvals

    def _approval_gates(self):
        return self._fields["kind"]._description_selection(self.env)

    def _approval_guarded_fields(self, gate):
        return {"partner_id", "kind", "tier_id", "date_from", "date_to", "order_ref"}

    def _approval_subject_users(self, gate):
        """Whoever applies decides nothing, also when another hands it in."""
        return self.user_id

    def _on_approval_decided(self, approval):
        for request in self.filtered(lambda r: r.state == "requested"):
            if approval.state == "rejected":
                request._put({"state": "rejected", "decided_on": request._today()})
            elif request._approval_is_granted(request.kind):
                request._approve()

    def _on_approval_cancelled(self, approval):
        self.filtered(lambda r: r.state == "requested")._put({"state": "draft"})

    def _today(self):
        return self.env["care.role"]._today(self.company_id)

    # ---- buttons

    def action_compute(self):
        """Find the grade the customer's figures give, and why."""
        for request in self:
            request.check_access("write")
            request._compute_by_figures()
        return True

    def _compute_by_figures(self):
        self.ensure_one()
        partner, scheme = self.partner_id, self.scheme_id
        scheme = scheme.with_company(self.company_id)
        rating = scheme._rate(partner.ids, None, self.company_id)
        rows = scheme._explain_rows(rating, partner)[partner.id]
        self._put(
            {
                "computed_tier_id": rating.tier_id(partner.id) or False,
                "explanation": rows,
            }
        )

    def action_submit(self):
        """Hand the application in. Without an approval rule a provisional grade holds
        at once, and all else is a manager's to decide."""
        for request in self:
            request.check_access("write")
            if request.state != "draft":
                raise UserError(
                    self.env._(
                        "%(request)s was handed in already.", request=request.name
                    )
                )
            request._check_new_customer()
            request._compute_by_figures()
            request._put({"state": "requested"})
            if request._approval_required(request.kind):
                request._approval_request(request.kind)
                if request._approval_is_granted(request.kind):
                    request._approve()
            elif request.kind == "provisional" or self.env.user.has_group(MANAGER):
                request._approve()
            else:
                raise UserError(
                    self.env._(
                        "No approval rule decides %(request)s. Ask a manager to hand "
                        "it in or to add a rule.",
                        request=request.name,
                    )
                )
        return True

    def _check_new_customer(self):
        """Refuse a provisional grade where there was one in force before."""
        if self.kind != "provisional":
            return
        known = self.env["care.tier.grant"].search_count(
            [
                ("partner_id", "=", self.partner_id.id),
                ("scheme_id", "=", self.scheme_id.id),
                ("company_id", "=", self.company_id.id),
                ("kind", "!=", "override"),
            ],
            limit=1,
        )
        if known:
            raise UserError(
                self.env._(
                    "%(partner)s is no new customer: it had a grade before. Apply for "
                    "a new evaluation.",
                    partner=self.partner_id.name,
                )
            )

    def _approve(self):
        """Write what was decided; the grade begins today at the earliest."""
        today = self._today()
        self._put({"state": "approved", "decided_on": today})
        if self.kind == "refuse_order":
            return
        kinds = {"regrade": "regular", "raise_treatment": "override"}
        start = max(self.date_from, today)
        self.env["care.tier.grant"]._give(
            [
                {
                    "partner_id": self.partner_id.id,
                    "scheme_id": self.scheme_id.id,
                    "company_id": self.company_id.id,
                    "tier_id": self.tier_id.id,
                    "kind": kinds.get(self.kind, "provisional"),
                    "source": "request",
                    "valid_from": start,
                    "valid_to": max(self.date_to, start),
                    "credit_grade": self.credit_grade or self.tier_id.credit_grade,
                    "reason": self.reason,
                    "explanation": self.explanation,
                    "request_id": self.id,
                }
            ]
        )

    def action_withdraw(self):
        """Withdraw the application, or end what it gave from today on."""
        for request in self.filtered(lambda r: r.state != "cancelled"):
            request.check_access("write")
            if request.user_id != self.env.user and not self.env.user.has_group(
                MANAGER
            ):
                raise UserError(
                    self.env._(
                        "%(user)s applied. Ask them or a manager to withdraw it.",
                        user=request.user_id.name,
                    )
                )
            for approval in request.sudo().approval_ids.filtered(
                lambda approval: approval.state == "pending"
            ):
                approval._end("withdrawn")
            request.sudo().grant_ids._end(request._today(), "withdrawn")
            request._put({"state": "cancelled"})
        return True
