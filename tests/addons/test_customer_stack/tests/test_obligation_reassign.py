"""Open work handed over in one go, when somebody leaves."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .obligation_common import ObligationCase, at

MONDAY = "2026-03-02 02:00:00"


@tagged("post_install", "-at_install")
class TestObligationReassign(ObligationCase):
    """The window of the manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mate = cls.clerk.copy({"login": "mate", "name": "mate"})
        cls.role = cls.env["care.role"].create({"code": "desk", "name": "Desk"})
        cls.rule = cls.make_rule(
            responsible_path="user_id",
            escalation_ids=[(0, 0, {"amount": 1, "direction": "before"})],
        )
        cls.wizards = cls.env["care.obligation.reassign"].with_user(cls.chief)

    def start(self, count=1, **vals):
        with freeze_time(MONDAY):
            return self.make_hosts(count, **vals)

    def window(self, **vals):
        values = {"user_id": self.clerk.id, "to_user_id": self.mate.id}
        return self.wizards.create({**values, **vals})

    def hold(self, user, **vals):
        return self.env["care.role.assignment"].create(
            {
                "role_id": self.role.id,
                "user_id": user.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def test_it_counts_first_and_then_moves_what_is_open(self):
        hosts = self.start(3)
        done = self.start(state="done")
        with freeze_time("2026-03-03 02:00:00"):
            with Form(self.wizards) as form:
                form.user_id = self.clerk
                form.to_user_id = self.mate
                form.note = "Leaves"
                self.assertEqual(form.obligation_count, 3)
                self.assertIn("mate: 3", str(form.takers))
            form.record.action_reassign()
        moved = hosts.obligation_ids
        self.assertEqual(moved.user_id, self.mate)
        self.assertEqual(moved.instead_of_id, self.clerk)
        self.assertEqual(done.obligation_ids.user_id, self.clerk)
        event = moved[0].event_ids[-1:]
        self.assertEqual((event.kind, event.reason), ("assign", "reassigned"))
        self.assertEqual((event.user_id, event.note), (self.chief, "Leaves"))
        self.assertEqual(
            (event.from_user_id, event.to_user_id), (self.clerk, self.mate)
        )

    def test_it_stays_there_until_the_record_names_somebody_else(self):
        host = self.start()
        self.window().action_reassign()
        with freeze_time("2026-03-08 03:00:00"):
            host.level = 7
            host.user_id = self.clerk
            self.sweep()
        self.assertEqual(host.obligation_ids.user_id, self.mate)
        self.assertEqual(host.activity_ids.user_id, self.mate)
        self.clerk.active = False
        host.partner_id = self.mate.partner_id
        self.assertEqual(host.obligation_ids.user_id, self.mate)
        host.user_id = self.chief
        self.assertEqual(host.obligation_ids.user_id, self.chief)
        self.assertFalse(host.obligation_ids.taken_over)

    def test_the_activities_go_along_and_those_that_people_planned_too(self):
        host = self.start()
        with freeze_time("2026-03-08 03:00:00"):
            self.sweep()
        self.assertEqual(host.activity_ids.user_id, self.clerk)
        host.activity_schedule(summary="Call back", user_id=self.clerk.id)
        unseen = self.env["mail.activity"].create(
            {"summary": "Private", "user_id": self.clerk.id, "res_model_id": False}
        )
        window = self.window()
        self.assertEqual(window.activity_count, 2)
        window.action_reassign()
        self.assertEqual(host.activity_ids.user_id, self.mate)
        self.assertEqual(len(host.activity_ids), 2)
        self.assertEqual(unseen.user_id, self.clerk)

    def test_by_role_each_goes_to_who_else_holds_it_and_the_rest_is_counted(self):
        with freeze_time("2026-03-02 01:00:00"):
            ours = self.make_rule(role_id=self.role.id)
            self.hold(self.clerk)
            self.hold(self.mate)
        host = self.start()
        first = host.obligation_ids.filtered(lambda one: one.rule_id == ours)
        leaver = first.user_id
        other = (self.clerk | self.mate) - leaver
        window = self.window(
            user_id=leaver.id, to_kind="role", to_user_id=False, end_roles=True
        )
        counts = (window.obligation_count, window.left_count, window.role_count)
        self.assertEqual(counts, (1, 1 if leaver == self.clerk else 0, 1))
        window.action_reassign()
        self.assertEqual(first.user_id, other)
        self.assertEqual(self.role.with_company(self.company)._resolve(), other)

    def test_only_some_rules_or_models(self):
        other = self.make_rule(responsible_path="user_id", code="other")
        host = self.start()
        window = self.window(rule_ids=[(6, 0, other.ids)])
        self.assertEqual(window.obligation_count, 1)
        window.model_ids = self.env["ir.model"]._get("res.partner")
        self.assertEqual(window.obligation_count, 0)
        window.model_ids = self.env["ir.model"]._get("test.care.host")
        window.action_reassign()
        users = {one.rule_id: one.user_id for one in host.obligation_ids}
        self.assertEqual(users, {self.rule: self.clerk, other: self.mate})

    def test_from_the_list_the_chosen_ones_even_if_nobodys(self):
        mine, free = self.start(), self.start(user_id=False)
        chosen = free.obligation_ids.with_user(self.chief)
        action = chosen.action_reassign()
        window = self.wizards.with_context(**action["context"]).create(
            {"to_user_id": self.mate.id}
        )
        self.assertEqual(window.obligation_count, 1)
        window.action_reassign()
        free.level = 9
        self.assertEqual(free.obligation_ids.user_id, self.mate)
        self.assertEqual(mine.obligation_ids.user_id, self.clerk)

    def test_approvals_get_a_stand_in(self):
        with freeze_time(MONDAY):
            self.window(approvals_until="2026-04-30").action_reassign()
        row = self.env["care.delegation"].search([("user_id", "=", self.clerk.id)])
        self.assertEqual((row.delegate_id, row.scope), (self.mate, "approvals"))

    def test_who_takes_over_must_be_able_to(self):
        self.start()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "customer_care.customer_care_group_user",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        for user, words in ((self.worker, "no access"), (stranger, "does not work in")):
            with self.assertRaisesRegex(UserError, words):
                self.window(to_user_id=user.id).action_reassign()

    def test_other_companies_are_neither_counted_nor_moved(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.rule.company_id = False
        self.clerk.company_ids |= elsewhere
        hidden = self.start(company_id=elsewhere.id).obligation_ids
        self.assertEqual(hidden.user_id, self.clerk)
        window = self.window()
        self.assertEqual(window.obligation_count, 0)
        with self.assertRaises(AccessError):
            hidden.with_user(self.chief)._reassign({hidden.id: self.mate.id})
        self.assertEqual(hidden.user_id, self.clerk)

    def test_nobody_but_a_manager(self):
        obligation = self.start().obligation_ids
        with self.assertRaises(AccessError):
            self.wizards.with_user(self.clerk).create({"user_id": self.clerk.id})
        window = self.window()
        with self.assertRaises(AccessError):
            window.with_user(self.clerk).action_reassign()
        with self.assertRaises(AccessError):
            obligation.with_user(self.clerk)._reassign({obligation.id: self.mate.id})
        with self.assertRaises(AccessError):
            obligation.with_user(self.chief).write({"user_id": self.mate.id})

    def test_one_who_takes_over_and_the_message(self):
        self.start(2)
        before = self.mate.partner_id
        self.window().action_reassign()
        message = self.env["mail.message"].search(
            [("partner_ids", "in", before.ids)], order="id desc", limit=1
        )
        self.assertIn("2 tasks", message.subject)

    def test_nothing_to_move_is_said(self):
        with self.assertRaisesRegex(UserError, "Nothing would change hands"):
            self.window().action_reassign()

    def test_a_hundred_cost_no_more_queries_than_ten(self):
        def queries(count):
            self.start(count)
            window = self.window(with_activities=False)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            window.action_reassign()
            return self.env.cr.sql_log_count - before

        queries(2)
        self.assertLessEqual(queries(100), queries(10) + 5)

    def test_managers_find_it_on_the_users_page_and_on_the_list(self):
        bound = self.env["ir.actions.actions"].with_user(self.chief)
        names = {a["name"] for a in bound.get_bindings("res.users").get("action", [])}
        self.assertIn("Hand over open work", names)
        arch = self.ledger.with_user(self.chief).get_view(view_type="list")["arch"]
        self.assertTrue(
            etree.fromstring(arch).xpath("//button[@name='action_reassign']")
        )

    def test_my_day_lists_what_is_mine_and_open(self):
        hosts = self.start(2)
        hosts[0].state = "done"
        mine = self.ledger.with_user(self.clerk)
        found = mine.search(mine._my_day_domain())
        self.assertEqual(found.ids, hosts[1].obligation_ids.ids)
        self.assertEqual(hosts[1].obligation_ids.due_at, at("2026-03-09 02:00:00"))
