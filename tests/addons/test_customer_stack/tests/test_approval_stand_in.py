"""Approvals while their people are away: who is asked, who signs, for whom."""

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common_approval import ApprovalCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestApprovalStandIn(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mei = cls._user(
            "mei", "base.group_user,customer_care.customer_care_group_user", name="Mei"
        )

    def _away(self, user, delegate, **vals):
        rows = self.env["care.delegation"].with_user(user)
        return rows.create(
            {
                "user_id": user.id,
                "delegate_id": delegate.id,
                "date_from": "2026-03-09",
                "date_to": "2026-03-12",
                **vals,
            }
        )

    def _run_job(self):
        job = self.env.ref("customer_care.ir_cron_approval_stand_ins")
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()

    def _asked(self, approval):
        """Return who is asked, after checking that the activities say the same."""
        self.assertEqual(approval.activity_ids.user_id, approval.current_user_ids)
        return approval.current_user_ids

    def test_the_stand_in_is_asked_and_signs_for_the_one_away(self):
        self._rule("accept", ("department_head", {}), ("general_manager", {}))
        self._away(self.he, self.mei)
        approval = self._ask("accept")
        self.assertEqual(self._asked(approval), self.mei)
        self.assertIn("You decide for He Wei", str(approval.activity_ids.note))
        approval.with_user(self.mei).action_approve()
        decision = approval.decision_ids
        self.assertEqual(
            (decision.user_id, decision.on_behalf_of_id), (self.mei, self.he)
        )
        self.assertIn("Approved for He Wei", str(approval.sudo().message_ids[0].body))
        self.assertEqual(self._asked(approval), self.gao)
        approval.with_user(self.gao).action_approve()
        self.assertEqual(approval.state, "approved")
        self.assertFalse(approval.decision_ids[0].on_behalf_of_id)

    def test_a_stand_in_rejects_and_returns_too(self):
        self._rule("accept", ("department_head", {}))
        self._away(self.he, self.mei)
        for decision, state in [("reject", "rejected"), ("return", "cancelled")]:
            approval = self._ask("accept")
            self._reject(approval, self.mei, "Too dear", decision=decision)
            self.assertEqual(approval.state, state)
            self.assertEqual(approval.decision_ids.on_behalf_of_id, self.he)

    def test_the_one_away_may_still_decide(self):
        self._rule("accept", ("department_head", {}))
        self._away(self.he, self.mei)
        approval = self._ask("accept")
        self.assertTrue(approval.with_user(self.he).can_decide)
        approval.with_user(self.he).action_approve()
        self.assertEqual(approval.state, "approved")
        self.assertFalse(approval.decision_ids.on_behalf_of_id)

    def test_who_asks_stands_in_for_nobody(self):
        self._rule("accept", ("department_head", {}))
        self._away(self.he, self.sun)
        approval = self._ask("accept")
        self.assertEqual(self._asked(approval), self.he)
        with self.assertRaisesRegex(UserError, "Sun Li asked for Accept"):
            approval.with_user(self.sun).action_approve()
        self.assertFalse(approval.with_user(self.sun).can_decide)

    def test_who_asks_does_not_choose_who_stands_in(self):
        self._rule("accept", ("department_head", {}))
        self._away(self.he, self.sun)
        self._away(self.sun, self.mei)
        approval = self._ask("accept")
        self.assertEqual(self._asked(approval), self.he)
        with self.assertRaisesRegex(UserError, "He Wei decides Accept, not Mei"):
            approval.with_user(self.mei).action_approve()

    def test_whom_it_is_about_stands_in_for_nobody(self):
        self._rule("accept", ("department_head", {}))
        self._away(self.he, self.mei)
        approval = self._ask("accept", accused_ids=self.mei.ids)
        self.assertEqual(self._asked(approval), self.he)
        later = self._ask("accept")
        host = self.env["test.approval.host"].browse(later.res_id)
        host.accused_ids = self.mei
        with self.assertRaisesRegex(UserError, "Mei asked .* or is concerned"):
            later.with_user(self.mei).action_approve()
        host.accused_ids = self.he
        with self.assertRaises(UserError):
            later.with_user(self.mei).action_approve()

    def test_a_stand_in_with_a_step_of_his_own_signs_that_one_alone(self):
        self._rule("accept", ("department_head", {}), ("administration", {}))
        self._away(self.he, self.lin)
        approval = self._ask("accept")
        self.assertEqual(self._asked(approval), self.he)
        with self.assertRaisesRegex(UserError, "Only Lin Tao can decide a later step"):
            approval.with_user(self.lin).action_approve()
        approval.with_user(self.he).action_approve()
        approval.with_user(self.lin).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_nobody_signs_for_two_people(self):
        self._assign("finance", self.lin)
        self._rule("accept", ("finance", {"mode": "all"}))
        self._away(self.fang, self.mei)
        self._away(self.lin, self.mei)
        approval = self._ask("accept")
        self.assertEqual(len(self._asked(approval) - self.mei), 1)
        approval.with_user(self.mei).action_approve()
        self.assertEqual(approval.state, "pending")
        with self.assertRaisesRegex(UserError, "Mei has decided in Accept before"):
            approval.with_user(self.mei).action_approve()
        left = approval.current_user_ids
        self.assertEqual(
            left | approval.decision_ids.on_behalf_of_id, self.fang | self.lin
        )
        approval.with_user(left).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_who_was_stood_in_for_does_not_decide_once_more(self):
        self._assign("general_manager", self.he, department_id=self.department.id)
        self._assign("general_manager", self.gao, department_id=self.department.id)
        self._rule("accept", ("department_head", {}), ("general_manager", {}))
        self._away(self.he, self.mei)
        approval = self._ask("accept")
        approval.with_user(self.mei).action_approve()
        self.assertEqual(self._asked(approval), self.gao)
        with self.assertRaisesRegex(UserError, "He Wei has decided in Accept before"):
            approval.with_user(self.he).action_approve()

    def test_a_stand_in_of_another_work_or_company_is_not_asked(self):
        self._rule("accept", ("department_head", {}))
        other = self.env["res.company"].create({"name": "South Retail"})
        (self.he | self.mei).company_ids |= other
        self._away(self.he, self.mei, scope="obligations")
        self._away(self.he, self.mei, company_id=other.id)
        approval = self._ask("accept")
        self.assertEqual(self._asked(approval), self.he)
        with self.assertRaisesRegex(UserError, "He Wei decides Accept, not Mei"):
            approval.with_user(self.mei).action_approve()

    def test_a_stand_in_named_later_finds_what_is_pending(self):
        self._rule("accept", ("department_head", {}))
        approval = self._ask("accept")
        with self.assertRaisesRegex(UserError, "He Wei decides Accept, not Mei"):
            approval.with_user(self.mei).action_approve()
        row = self._away(self.he, self.mei)
        self.assertEqual(self._asked(approval), self.mei)
        row.with_user(self.he).action_archive()
        self.assertEqual(self._asked(approval), self.he)
        row.with_user(self.he).action_unarchive()
        approval.with_user(self.mei).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_it_begins_and_ends_by_itself(self):
        self._rule("accept", ("department_head", {}))
        self._away(self.he, self.mei, date_from="2026-03-12", date_to="2026-03-13")
        approval = self._ask("accept")
        self.assertEqual(self._asked(approval), self.he)
        with freeze_time("2026-03-12 09:00:00"):
            self._run_job()
            self.assertEqual(self._asked(approval), self.mei)
            self._run_job()
            self.assertEqual(self._asked(approval), self.mei, "run twice")
        with freeze_time("2026-03-15 09:00:00"):
            with self.assertRaisesRegex(UserError, "decides Accept, not Mei"):
                approval.with_user(self.mei).action_approve()
            self._run_job()
            self.assertEqual(self._asked(approval), self.he)

    def test_the_day_counts_though_the_job_was_late(self):
        self._rule("accept", ("department_head", {}))
        self._away(self.he, self.mei, date_from="2026-03-12", date_to="2026-03-13")
        approval = self._ask("accept")
        with freeze_time("2026-03-12 09:00:00"):
            approval.with_user(self.mei).action_approve()
        self.assertEqual(approval.decision_ids.on_behalf_of_id, self.he)

    def test_a_stand_in_decides_for_somebody_who_has_left(self):
        self._rule("accept", ("department_head", {}))
        approval = self._ask("accept")
        self._away(self.he, self.mei)
        self.he.active = False
        self._run_job()
        self.assertEqual(self._asked(approval), self.mei)
        approval.with_user(self.mei).action_approve()
        self.assertEqual(approval.decision_ids.on_behalf_of_id, self.he)
        self.assertEqual(approval.state, "approved")

    def test_without_a_stand_in_the_present_holder_is_asked(self):
        self._rule("accept", ("finance", {}), ("department_head", {}))
        now, later = self._ask("accept"), self._ask("accept")
        now.with_user(self.fang).action_approve()
        self._assign("department_head", self.lin)
        self.he.active = False
        self._run_job()
        self.assertEqual(self._asked(now), self.lin)
        later.with_user(self.fang).action_approve()
        self.assertEqual(self._asked(later), self.lin)

    def test_when_nobody_is_left_the_requester_is_told(self):
        self._rule("accept", ("department_head", {}))
        approval = self._ask("accept")
        self.he.active = False
        self._run_job()
        self.assertFalse(approval.current_user_ids)
        domain = [("model", "=", "care.approval"), ("res_id", "=", approval.id)]
        domain += [("subject", "ilike", "nobody can decide")]
        told = self.env["mail.message"].search(domain)
        self.assertEqual(told.notified_partner_ids, self.sun.partner_id)
        self.assertIn("Role assignments", told.body)
        self._run_job()
        self.assertEqual(self.env["mail.message"].search(domain), told, "once")

    def test_of_all_nobody_is_dropped_for_having_left(self):
        self._assign("finance", self.lin)
        self._rule("accept", ("finance", {"mode": "all"}))
        approval = self._ask("accept")
        self.lin.active = False
        approval.with_user(self.fang).action_approve()
        self.assertEqual(approval.state, "approved", "asked anew, Fang alone holds it")

    def test_my_day_has_what_the_stand_in_decides(self):
        self._rule("accept", ("department_head", {}))
        self._away(self.he, self.mei)
        approval = self._ask("accept")
        for user, expected in [(self.mei, approval), (self.he, approval.browse())]:
            approvals = self.env["care.approval"].with_user(user)
            self.assertEqual(approvals.search(approvals._my_day_domain()), expected)
