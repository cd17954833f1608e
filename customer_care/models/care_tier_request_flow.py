from odoo import models
from odoo.exceptions import UserError

MANAGER = "customer_care.customer_care_group_manager"


class CareTierRequestFlow(models.AbstractModel):
    """What becomes of an application: handed in, decided, its grade given."""

    _name = "care.tier.request.flow"
    _description = "Course of an application"

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
