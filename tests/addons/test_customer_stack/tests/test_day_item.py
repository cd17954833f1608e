from odoo import Command
from odoo.tests import freeze_time, new_test_user

from .common_approval import ApprovalCase
from .obligation_common import HOST, ObligationCase, at

ITEM = "care.day.item"


@freeze_time("2026-11-18 04:00:00")  # Wednesday noon in Shanghai
class TestDayItem(ObligationCase):
    """My day and the team board: what waits for whom, the most urgent first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.tz = cls.chief.tz = "Asia/Shanghai"
        cls.rule = cls.make_rule(
            start_field="received_at", responsible_path="user_id", amount=1
        )

    def owed(self, *days, **vals):
        """Return hosts whose answer is due so many days from now."""
        now = at("2026-11-18 04:00")
        hosts = [
            self.make_hosts(received_at=now + self.hours(24 * (day - 1)), **vals)
            for day in days
        ]
        return self.env[HOST].union(*hosts)

    def items(self, user, domain=()):
        return self.env[ITEM].with_user(user).search(list(domain))

    def test_the_most_urgent_stands_first(self):
        self.owed(20, 3, 0.25, -1, -10, -40)
        found = self.items(self.clerk)
        self.assertEqual(
            found.mapped("urgency"),
            ["1_month_late", "2_week_late", "3_late", "4_today", "5_week", "6_later"],
        )
        self.assertEqual([round(item.days_late) for item in found[:3]], [40, 10, 1])
        self.assertEqual(set(found.mapped("document")), {"case"})

    def test_today_ends_at_midnight_of_the_reader(self):
        """Due at 23:30 in Shanghai is today there, and tomorrow's in Auckland."""
        self.owed(11.5 / 24)
        self.assertEqual(self.items(self.clerk).urgency, "4_today")
        self.clerk.tz = "Pacific/Auckland"
        self.env.invalidate_all()
        self.assertEqual(self.items(self.clerk).urgency, "5_week")

    def test_done_and_paused_work_waits_for_nobody(self):
        done, paused, missed = self.owed(1, 2, -1)
        self.rule.pause_domain = "[('state', '=', 'waiting')]"
        done.state, paused.state = "done", "waiting"
        self.sweep()
        self.assertEqual(self.items(self.clerk).mapped("document_id"), [missed.id])

    def test_each_sees_own_work_heads_their_people_managers_all(self):
        companies = {
            "company_id": self.company.id,
            "company_ids": [Command.set(self.company.ids)],
        }
        other, head, boss = (
            new_test_user(
                self.env,
                login,
                "customer_care.customer_care_group_user",
                **companies,
            )
            for login in ("other", "head", "boss_of_clerk")
        )
        employees = self.env["hr.employee"]
        manager = employees.create({"name": "Head", "user_id": head.id})
        leader = employees.create({"name": "Boss", "user_id": boss.id})
        employees.create(
            {"name": "Clerk", "user_id": self.clerk.id, "parent_id": leader.id}
        )
        department = self.env["hr.department"].create(
            {"name": "Desk", "manager_id": manager.id, "company_id": self.company.id}
        )
        mine = self.owed(1)
        theirs = self.owed(2, user_id=other.id, department_id=department.id)
        for user, expected in [
            (self.clerk, mine),
            (other, theirs),
            (head, theirs),
            (boss, mine),
            (self.chief, mine | theirs),
        ]:
            with self.subTest(user=user.login):
                seen = self.items(user, [("kind", "=", "obligation")])
                self.assertEqual(sorted(seen.mapped("document_id")), expected.ids)

    def test_another_company_s_work_is_not_shown(self):
        foreign = self.env["res.company"].create({"name": "Elsewhere"})
        rule = self.make_rule(company_id=False, responsible_path="user_id")
        self.make_hosts(company_id=foreign.id)
        self.assertTrue(self.ledger.sudo().search([("rule_id", "=", rule.id)]))
        self.assertFalse(self.items(self.clerk))
        self.assertFalse(self.items(self.chief))

    def test_an_activity_stands_in_the_list_of_its_user_alone(self):
        host = self.make_hosts(state="done")
        activity = host.activity_schedule(
            summary="Ring", user_id=self.clerk.id, date_deadline="2026-11-18"
        )
        item = self.items(self.clerk)
        self.assertEqual((item.kind, item.urgency), ("activity", "4_today"))
        self.assertEqual(item.due_at, at("2026-11-18 15:59:59"))
        self.assertEqual(item.document, "case")
        self.assertFalse(self.items(self.chief))
        item.action_done()
        self.assertFalse(activity.active)
        self.assertFalse(self.items(self.clerk))

    def test_what_an_engine_raised_for_an_item_is_not_said_twice(self):
        self.rule.write(
            {
                "escalation_ids": [
                    Command.create({"amount": 0, "notify": "responsible"}),
                    Command.create(
                        {"amount": 0, "notify": "user", "user_id": self.chief.id}
                    ),
                ]
            }
        )
        host = self.owed(-1)
        self.sweep()
        self.assertEqual(host.activity_ids.user_id, self.clerk | self.chief)
        self.assertEqual(self.items(self.clerk).mapped("kind"), ["obligation"])
        own = self.items(self.chief, [("user_id", "=", self.chief.id)])
        self.assertEqual(own.mapped("kind"), ["activity"])

    def test_a_record_one_may_not_read_is_not_named(self):
        host = self.owed(1)
        self.env["ir.rule"].create(
            {
                "name": "hidden",
                "model_id": self.env["ir.model"]._get_id(HOST),
                "domain_force": f"[('id', '!=', {host.id})]",
            }
        )
        item = self.items(self.clerk)
        self.assertFalse(item.document)
        self.assertEqual(item.action_open()["res_model"], "care.obligation")

    def test_opening_leads_to_the_record_to_work_on(self):
        host = self.owed(1)
        action = self.items(self.clerk).action_open()
        self.assertEqual((action["res_model"], action["res_id"]), (HOST, host.id))

    def test_groups_of_the_board_and_of_the_ageing_report(self):
        self.owed(3, -1, -1)
        groups = (
            self.env[ITEM]
            .with_user(self.chief)
            ._read_group([], ["user_id", "urgency"], ["__count", "days_late:max"])
        )
        self.assertEqual(
            [(user, urgency, count) for user, urgency, count, _late in groups],
            [(self.clerk, "3_late", 2), (self.clerk, "5_week", 1)],
        )

    def test_nobody_writes_it(self):
        self.owed(1)
        for user in (self.clerk, self.chief):
            item = self.items(user)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(item.has_access(operation), operation)

    def test_a_list_costs_the_same_for_many(self):
        self.owed(*range(1, 41))
        self.env.flush_all()
        counts = []
        for limit in (1, 40):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            items = self.env[ITEM].with_user(self.clerk).search([], limit=limit)
            items.mapped("document")
            items.mapped("name")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])


class TestDayItemApproval(ApprovalCase):
    """Approvals stand in the day of each who may decide, and of nobody else."""

    def test_an_approval_waits_for_its_deciders_until_one_decides(self):
        self._rule("report", ("general_manager", {}))
        approval = self._ask()
        items = self.env[ITEM]
        waiting = items.with_user(self.gao).search([])
        self.assertEqual(waiting.mapped("kind"), ["approval"])
        self.assertEqual(waiting.res_id, approval.id)
        for user in (self.sun, self.he):
            self.assertFalse(items.with_user(user).search([]))
        waiting.action_done()
        self.assertEqual(approval.state, "approved")
        self.assertFalse(items.with_user(self.gao).search([("kind", "=", "approval")]))
