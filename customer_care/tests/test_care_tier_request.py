from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .tier_common import DAY, TierCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestTierRequest(TierCase):
    """Applications about one customer, and what comes of them."""

    def apply(self, user=None, submit=True, **vals):
        request = (
            self.env["care.tier.request"]
            .with_user(user or self.clerk)
            .create(
                {
                    "partner_id": self.acme.id,
                    "kind": "provisional",
                    "tier_id": self.tier_b.id,
                    "reason": "First order",
                    **vals,
                }
            )
        )
        if submit:
            request.action_submit()
        return request

    def rule(self, gate, user):
        return self.env["care.approval.rule"].create(
            {
                "code": f"t_{gate}",
                "name": gate,
                "model_name": "care.tier.request",
                "gate": gate,
                "step_ids": [
                    Command.create(
                        {"name": "Head", "approver": "user", "user_id": user.id}
                    )
                ],
            }
        )

    def decide(self, request, user, how="approve", reason="No"):
        approval = request.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        approval.with_user(user)._decide(how, reason)
        self.env.invalidate_all()

    def test_a_new_customer_gets_a_grade_for_six_months(self):
        request = self.apply()
        self.assertEqual(request.state, "approved")
        grant = request.grant_ids
        self.assertEqual(grant.kind, "provisional")
        self.assertEqual(grant.valid_to, date(2026, 9, 24))
        self.assertEqual(grant.granted_by_id, self.clerk)
        self.assertEqual(request.computed_tier_id, self.tier_c)
        self.assertTrue(grant.explanation)
        self.assertIn("Everybody", grant.explanation_html)
        self.assertEqual(self.acme.care_tier_id, self.tier_b)

    def test_provisional_is_for_new_customers_and_not_for_longer(self):
        self.apply()
        with self.assertRaises(UserError):
            self.apply()
        with self.assertRaises(ValidationError):
            self.apply(partner_id=self.bolt.id, date_to=date(2026, 9, 30))

    def test_a_raise_needs_its_approval_and_ends(self):
        self.rule("raise_treatment", self.head)
        request = self.apply(
            kind="raise_treatment",
            tier_id=self.tier_a.id,
            order_ref="SO7",
            amount=90000,
            date_to=date(2026, 4, 30),
            reason="High price, pays in advance",
        )
        self.assertEqual(request.state, "requested")
        self.assertFalse(self.acme.care_tier_id)
        self.decide(request, self.head)
        self.assertEqual(request.state, "approved")
        self.assertEqual(self.acme.care_tier_id, self.tier_a)
        self.assertEqual(request.grant_ids.kind, "override")
        self.assertEqual(request.grant_ids.valid_to, date(2026, 4, 30))

    def test_a_refused_application_gives_nothing(self):
        self.rule("raise_treatment", self.head)
        request = self.apply(kind="raise_treatment", tier_id=self.tier_a.id)
        self.decide(request, self.head, "reject")
        self.assertEqual(request.state, "rejected")
        self.assertFalse(request.grant_ids)

    def test_refusing_an_order_needs_the_head(self):
        self.rule("refuse_order", self.head)
        request = self.apply(kind="refuse_order", tier_id=False, order_ref="SO9")
        self.assertEqual(request.state, "requested")
        with self.assertRaises(UserError):
            self.decide(request, self.clerk)
        self.decide(request, self.head)
        self.assertEqual(request.state, "approved")
        self.assertFalse(request.grant_ids)

    def test_the_applicant_decides_nothing_though_another_handed_it_in(self):
        self.rule("raise_treatment", self.clerk)
        request = self.apply(
            submit=False, kind="raise_treatment", tier_id=self.tier_a.id
        )
        with self.assertRaises(UserError):
            request.with_user(self.head).action_submit()

    def test_the_head_of_the_salespersons_department_decides(self):
        department = self.env["hr.department"].create({"name": "Sales"})
        employees = self.env["hr.employee"].create(
            [
                {"name": user.name, "user_id": user.id, "department_id": department.id}
                for user in (self.head, self.clerk)
            ]
        )
        department.manager_id = employees[0]
        rule = self.rule("refuse_order", self.manager)
        rule.step_ids.write(
            {
                "approver": "role",
                "role_id": self.env.ref("customer_care.care_role_department_head").id,
            }
        )
        request = self.apply(self.manager, kind="refuse_order", tier_id=False)
        self.assertEqual(request.department_id, department)
        self.assertEqual(request.sudo().approval_ids.current_user_ids, self.head)

    def test_without_a_rule_a_manager_decides(self):
        with self.assertRaises(UserError):
            self.apply(kind="regrade")
        request = self.apply(self.manager, kind="regrade")
        self.assertEqual(request.grant_ids.kind, "regular")
        self.assertEqual(request.grant_ids.valid_to, date(2027, 3, 24))

    def test_a_new_evaluation_ends_the_provisional_grade(self):
        first = self.apply().grant_ids
        with freeze_time("2026-09-20 04:00:00"):
            self.apply(self.manager, kind="regrade", tier_id=self.tier_a.id)
        self.assertEqual(first.end_kind, "replaced")
        with freeze_time("2026-09-20 04:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.acme.care_tier_id, self.tier_a)

    def test_nobody_forges_a_state(self):
        request = self.apply(submit=False)
        for vals in ({"state": "approved"}, {"user_id": self.head.id}):
            with self.assertRaises(AccessError):
                request.write(vals)
            with self.assertRaises(AccessError):
                request.sudo().write(vals)
            with self.assertRaises(AccessError):
                self.apply(submit=False, **vals)
        forged = self.env["care.tier.request"].with_user(self.clerk)
        forged = forged.with_context(default_state="approved")
        new = forged.create(
            {"partner_id": self.bolt.id, "tier_id": self.tier_a.id, "reason": "x"}
        )
        self.assertEqual(new.state, "draft")
        self.assertEqual(request.copy({"reason": "y"}).state, "draft")

    def test_what_was_handed_in_does_not_change(self):
        self.rule("provisional", self.head)
        request = self.apply()
        self.assertEqual(request.state, "requested")
        with self.assertRaises(UserError):
            request.tier_id = self.tier_a
        with self.assertRaises(UserError):
            request.unlink()
        with self.assertRaises(UserError):
            request.action_submit()

    def test_withdrawing_ends_what_it_gave(self):
        request = self.apply()
        with self.assertRaises(UserError):
            request.with_user(self.head).action_withdraw()
        request.action_withdraw()
        self.assertEqual(request.state, "cancelled")
        self.assertFalse(self.acme.care_tier_id)
        self.assertEqual(request.grant_ids.end_kind, "withdrawn")

    def test_a_grade_of_another_scheme_is_refused(self):
        side = self.scheme.copy({"code": "t_side"})
        with self.assertRaises(ValidationError):
            self.apply(tier_id=side.tier_ids[0].id)

    def test_the_first_day_is_today_at_the_earliest(self):
        request = self.apply(date_from=date(2026, 3, 1), date_to=date(2026, 8, 31))
        self.assertEqual(request.grant_ids.valid_from, DAY)
