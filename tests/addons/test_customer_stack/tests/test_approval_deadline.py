"""A decision has its time: due, reminded, escalated, missed, met."""

from odoo.tests import freeze_time, tagged

from .common_approval import ApprovalCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")  # Tuesday, 10:00 in Shanghai
class TestApprovalDeadline(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Shop", "tz": "Asia/Shanghai", "company_id": cls.company.id}
        )
        cls._rule(
            "accept",
            ("finance", {}),
            ("general_manager", {}),
            decide_amount=1,
            decide_unit="working_day",
        )

    def _owed(self, approval):
        return self.env["care.obligation"].search(
            [("res_model", "=", "care.approval"), ("res_id", "=", approval.id)]
        )

    def _sweep(self, moment):
        with freeze_time(moment):
            self.env["care.obligation"]._sweep_batch()

    def test_a_request_is_due_in_the_working_time_of_the_company(self):
        approval = self._ask("accept")
        self.assertEqual(str(approval.due_at), "2026-03-11 09:00:00")
        owed = self._owed(approval)
        self.assertEqual((owed.state, owed.due_at), ("open", approval.due_at))
        self.assertEqual(owed.user_id, self.fang)
        self.assertEqual(owed.company_id, self.company)
        self.assertEqual(owed.department_id, self.department)

    def test_without_a_limit_nothing_is_owed(self):
        self._rule("solution", ("finance", {}))
        approval = self._ask("solution")
        self.assertFalse(approval.due_at or self._owed(approval))

    def test_the_obligation_is_of_who_decides_now_and_ends_in_time(self):
        approval = self._ask("accept")
        with freeze_time("2026-03-11 00:30:00"):
            approval.with_user(self.fang).action_approve()
        owed = self._owed(approval)
        self.assertEqual((owed.state, owed.user_id), ("open", self.gao))
        self.assertEqual(str(owed.due_at), "2026-03-11 09:00:00", "one time for all")
        with freeze_time("2026-03-11 01:00:00"):
            approval.with_user(self.gao).action_approve()
        self.assertEqual(owed.state, "met")

    def test_a_rejection_is_a_decision_and_a_return_ends_the_clock(self):
        approval = self._ask("accept")
        self._reject(approval, self.fang, "No")
        self.assertEqual(self._owed(approval).state, "met")
        approval = self._ask("accept")
        self._reject(approval, self.fang, "Which shop?", decision="return")
        self.assertEqual(self._owed(approval).state, "cancelled")
        approval = self._ask("accept")
        approval.action_withdraw()
        self.assertEqual(self._owed(approval).state, "cancelled")

    def test_who_does_not_decide_is_reminded_and_the_manager_told(self):
        boss, clerk = self.env["hr.employee"].create(
            [
                {"name": user.name, "user_id": user.id, "company_id": self.company.id}
                for user in (self.gao, self.fang)
            ]
        )
        clerk.parent_id = boss
        approval = self._ask("accept")
        owed = self._owed(approval)
        told = {}
        for moment in (
            "2026-03-11 07:30:00",  # reminder, two working hours before
            "2026-03-11 09:01:00",  # missed: the responsible
            "2026-03-12 09:01:00",  # one working day later: the manager
        ):
            before = owed.escalation_level, len(owed.event_ids)
            self._sweep(moment)
            self.env.invalidate_all()
            told[moment] = (owed.escalation_level, len(owed.event_ids)) != before
        self.assertTrue(all(told.values()), told)
        self.assertEqual(owed.state, "missed")
        activities = self.env["mail.activity"].search(
            [
                ("res_model", "in", ("care.approval", "care.obligation")),
                ("res_id", "in", approval.ids + owed.ids),
                ("user_id", "=", self.gao.id),
            ]
        )
        self.assertTrue(activities, "the manager is told")
        with freeze_time("2026-03-12 10:00:00"):
            approval.with_user(self.fang).action_approve()
            approval.with_user(self.gao).action_approve()
        self.assertEqual(owed.state, "missed", "missed stays missed")
        self.assertTrue(owed.done_at)

    def test_the_stand_in_answers_for_it(self):
        self.env["care.delegation"].create(
            {
                "user_id": self.fang.id,
                "delegate_id": self.lin.id,
                "date_from": "2026-03-09",
                "date_to": "2026-03-12",
            }
        )
        approval = self._ask("accept")
        self.assertEqual(approval.decider_id, self.lin)
        self.assertEqual(self._owed(approval).user_id, self.lin)

    def test_all_who_are_asked_keep_their_activity(self):
        self._assign("finance", self.lin)
        approval = self._ask("accept")
        self.assertEqual(approval.activity_ids.user_id, self.fang | self.lin)
        self.assertIn(approval.decider_id, self.fang | self.lin)

    def test_the_time_given_costs_few_queries(self):
        hosts = [self._host() for _number in range(3)]
        hosts[0].action_ask("accept")

        def queries(host):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            host.action_ask("accept")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        with_limit = queries(hosts[1])
        self.env["care.approval.rule"].search([("code", "=", "test_accept")]).write(
            {"decide_amount": 0}
        )
        without = queries(hosts[2])
        self.assertLessEqual(with_limit - without, 20)
