import base64

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common_approval import CARE_USER, ApprovalCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestApprovalFlow(ApprovalCase):
    def test_a_report_goes_from_head_to_administration_to_general_manager(self):
        self._report_rule()
        host = self._host()
        approval = self.env["care.approval"].browse(host.action_ask("report"))
        self.assertEqual(host.approval_state, "pending")
        for user, step in [
            (self.he, "Head of department"),
            (self.lin, "Administration"),
            (self.gao, "General manager"),
        ]:
            self.assertEqual(approval.current_user_ids, user)
            self.assertEqual(approval.current_line_id.name, step)
            with self.assertRaisesRegex(UserError, f"{user.name} decides"):
                host.action_close()
            approval.with_user(user).action_approve()
        self.assertEqual(approval.state, "approved")
        self.assertEqual(host.approval_state, "approved")
        self.assertEqual(host.story, "report approved;")
        host.action_close()
        self.assertEqual(host.state, "closed")
        self.assertEqual(
            approval.decision_ids.sorted("id").user_id, self.he | self.lin | self.gao
        )

    def test_a_gate_without_a_rule_is_open(self):
        host = self._host()
        self.assertFalse(host._approval_required("report"))
        self.assertFalse(host.action_ask("report"))
        host.action_close()
        self.assertEqual(host.state, "closed")

    def test_a_gate_asks_to_be_asked(self):
        self._report_rule()
        with self.assertRaisesRegex(UserError, "Broken kettle needs .*Report"):
            self._host().action_close()

    def test_the_rule_of_the_company_replaces_the_general_one(self):
        self._report_rule()
        rule = self._report_rule(company_id=False, name="General")
        self.assertEqual(self._ask().name, "Report")
        rule.code = "another"
        self.assertEqual(set(self._ask().mapped("name")), {"Report", "General"})

    def test_a_rule_that_stands_in_yields_to_one_that_fits(self):
        own = self._report_rule()
        own.code = "another"
        self._report_rule(company_id=False, name="General", is_fallback=True)
        self.assertEqual(self._ask().mapped("name"), ["Report"])
        own.domain = "[('id', '=', 0)]"
        self.assertEqual(self._ask().mapped("name"), ["General"])

    def test_the_condition_says_which_records_need_it(self):
        self._report_rule(domain="[('compensation', '>', 100)]")
        self.assertFalse(self._ask(compensation=100))
        self.assertTrue(self._ask(compensation=101))

    def test_asking_twice_gives_the_same_approval(self):
        self._report_rule()
        host = self._host()
        first = host.action_ask("report")
        self.assertEqual(host.action_ask("report"), first)
        self.assertEqual(host.approval_count, 1)

    def test_the_amount_chooses_the_step(self):
        self._compensation_rule()
        for amount, decider in [
            (0, self.he),
            (500, self.he),
            (500.01, self.fang),
            (800, self.fang),
            (2000, self.fang),
            (2000.01, self.gao),
        ]:
            with self.subTest(amount=amount):
                approval = self._ask("compensation", compensation=amount)
                self.assertEqual(approval.current_user_ids, decider)
                self.assertEqual(approval.amount, amount)

    def test_an_amount_no_step_takes_is_refused(self):
        rule = self._compensation_rule()
        rule.step_ids[2].unlink()
        with self.assertRaisesRegex(UserError, "Compensation has no step .*3,000"):
            self._ask("compensation", compensation=3000)

    def test_a_foreign_amount_counts_at_the_rate_of_the_day(self):
        self._compensation_rule()
        dollar = self.env.ref("base.USD")
        dollar.active = True
        host = {"compensation": 100, "currency_id": dollar.id}
        with self.assertRaisesRegex(UserError, "USD has no exchange rate in North"):
            self._ask("compensation", **host)
        for day, rate in [("2026-01-01", 1 / 4.0), ("2026-03-10", 1 / 7.0)]:
            self.env["res.currency.rate"].create(
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": dollar.id,
                    "company_id": self.company.id,
                }
            )
        approval = self._ask("compensation", **host)
        self.assertAlmostEqual(approval.band_amount, 700)
        self.assertEqual(approval.current_user_ids, self.fang)
        self.assertEqual((approval.amount, approval.currency_id), (100, dollar))
        with freeze_time("2026-03-09"):
            approval = self._ask("compensation", **host)
        self.assertEqual(approval.current_user_ids, self.he)

    def test_all_of_a_step_have_to_approve(self):
        self._assign("finance", self.lin)
        self._rule("solution", ("finance", {"mode": "all"}))
        approval = self._ask("solution")
        self.assertEqual(approval.current_user_ids, self.fang | self.lin)
        approval.with_user(self.fang).action_approve()
        self.assertEqual(approval.state, "pending")
        self.assertEqual(approval.current_user_ids, self.lin)
        approval.with_user(self.lin).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_any_of_a_step_is_enough(self):
        self._assign("finance", self.lin)
        self._rule("solution", ("finance", {}))
        approval = self._ask("solution")
        approval.with_user(self.lin).action_approve()
        self.assertEqual(approval.state, "approved")
        with self.assertRaisesRegex(UserError, "decided by Lin Tao already: Approved"):
            approval.with_user(self.fang).action_approve()

    def test_nobody_decides_two_steps(self):
        self._assign("finance", self.lin)
        self._rule("solution", ("finance", {}), ("administration", {}))
        approval = self._ask("solution")
        self.assertEqual(approval.current_user_ids, self.fang)
        with self.assertRaisesRegex(UserError, "Only Lin Tao .* Fang Yu"):
            approval.with_user(self.lin).action_approve()
        approval.with_user(self.fang).action_approve()
        with self.assertRaisesRegex(UserError, "Fang Yu has decided .* Lin Tao"):
            approval.with_user(self.fang).action_approve()
        approval.with_user(self.lin).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_steps_with_one_person_between_them_are_refused_at_once(self):
        self._assign("finance", self.lin)
        self.env["care.role.assignment"].search(
            [("user_id", "=", self.fang.id)]
        ).unlink()
        self._rule("solution", ("finance", {}), ("administration", {}))
        with self.assertRaisesRegex(
            UserError, "Administration.*Solution.*Lin Tao.*Role assignments"
        ):
            self._ask("solution")

    def test_who_asks_does_not_decide(self):
        self._assign("department_head", self.sun, department_id=self.department.id)
        self._rule("accept", ("department_head", {}))
        approval = self._ask("accept")
        self.assertEqual(approval.current_user_ids, self.he, "the next in line")
        with self.assertRaisesRegex(UserError, "Sun Li asked for Accept.*He Wei"):
            approval.action_approve()

    def test_whom_it_is_about_does_not_decide(self):
        self._rule("accept", ("department_head", {}), ("finance", {}))
        approval = self._ask("accept")
        host = self.env["test.approval.host"].browse(approval.res_id)
        host.accused_ids = self.he
        with self.assertRaisesRegex(UserError, "He Wei asked .* or is concerned"):
            approval.with_user(self.he).action_approve()
        with self.assertRaisesRegex(
            UserError, "Head of department.* of Accept.*He Wei"
        ):
            self._ask("accept", accused_ids=[Command.set(self.he.ids)])

    def test_an_empty_role_is_said_at_the_request(self):
        self._rule("accept", ("legal", {}))
        with self.assertRaisesRegex(
            UserError, "of Accept: in North Retail nobody .* Legal.*Role assignments"
        ):
            self._ask("accept")

    def test_a_decider_without_access_to_the_app_is_said(self):
        clerk = self._user("outside", "base.group_user", name="Out Sider")
        self._assign("legal", clerk)
        self._rule("accept", ("legal", {}))
        with self.assertRaisesRegex(UserError, "Out Sider .*no access to Customer"):
            self._ask("accept")

    def test_a_person_a_group_or_a_field_of_the_record_decides(self):
        rule = self._rule("accept", ("finance", {}))
        step = rule.step_ids
        step.write({"approver": "user", "user_id": self.lin.id})
        self.assertEqual(self._ask("accept").current_user_ids, self.lin)
        group = self.env["res.groups"].create(
            {"name": "Board", "user_ids": [Command.set(self.gao.ids)]}
        )
        step.write({"approver": "group", "group_id": group.id})
        self.assertEqual(self._ask("accept").current_user_ids, self.gao)
        step.write({"approver": "path", "path": "department_id.manager_id.user_id"})
        employee = {"name": "He", "user_id": self.he.id, "company_id": self.company.id}
        self.department.manager_id = self.env["hr.employee"].create(employee)
        self.assertEqual(self._ask("accept").current_user_ids, self.he)
        step.path = "department_id.manager_id"
        self.assertEqual(self._ask("accept").current_user_ids, self.he)

    def test_a_rejection_keeps_its_reason_and_can_be_asked_again(self):
        self._report_rule()
        approval = self._ask()
        host = self.env["test.approval.host"].browse(approval.res_id)
        approval.with_user(self.he).action_approve()
        self._reject(approval, self.lin, "The cause is missing")
        self.assertEqual((approval.state, host.approval_state), ("rejected",) * 2)
        self.assertEqual(approval.reason, "The cause is missing")
        self.assertEqual(
            approval.line_ids.mapped("state"), ["approved", "rejected", "skipped"]
        )
        self.assertEqual(host.story, "report rejected;")
        with self.assertRaisesRegex(UserError, "refused .* The cause is missing"):
            host.with_user(self.sun).action_close()
        again = host.with_user(self.sun).action_ask("report")
        self.assertNotEqual(again, approval.ids)
        self.assertEqual(host.approval_state, "pending")

    def test_no_rejection_without_a_reason(self):
        self._report_rule()
        approval = self._ask()
        for decision in ("reject", "return"):
            with self.assertRaisesRegex(UserError, "without a reason"):
                self._reject(approval, self.he, "  ", decision=decision)
        self.assertEqual(approval.state, "pending")

    def test_returned_for_rework_starts_anew(self):
        self._report_rule()
        approval = self._ask()
        host = self.env["test.approval.host"].browse(approval.res_id)
        self._reject(approval, self.he, "Name the shop", decision="return")
        self.assertEqual(approval.state, "cancelled")
        self.assertEqual(approval.reason, "Name the shop")
        self.assertEqual(host.story, "report returned;")
        self.assertEqual(host.approval_state, "none")
        again = host.with_user(self.sun).action_ask("report")
        approval = self.env["care.approval"].browse(again)
        self.assertEqual(approval.current_user_ids, self.he)

    def test_only_the_requester_or_a_manager_withdraws(self):
        self._report_rule()
        approval = self._ask()
        with self.assertRaisesRegex(UserError, "Sun Li asked for Report"):
            approval.with_user(self.he).action_withdraw()
        approval.with_user(self.sun).action_withdraw()
        self.assertEqual(approval.cancel_kind, "withdrawn")
        self.assertFalse(approval.activity_ids)
        with self.assertRaisesRegex(UserError, "no longer open: Cancelled"):
            approval.with_user(self.he).action_approve()
        self._ask().with_user(self.boss).action_withdraw()

    def test_a_changed_amount_makes_the_approval_void(self):
        self._compensation_rule()
        approval = self._ask("compensation", compensation=800)
        host = self.env["test.approval.host"].with_user(self.sun)
        host = host.browse(approval.res_id)
        approval.with_user(self.fang).action_approve()
        self.assertTrue(host._approval_is_granted("compensation"))
        host.write({"compensation": 800, "name": "Kettle"})
        self.assertEqual(approval.state, "approved", "nothing guarded has changed")
        host.compensation = 3000
        self.assertEqual(approval.state, "cancelled")
        self.assertEqual(approval.cancel_kind, "changed")
        self.assertEqual(host.story, "compensation approved;compensation changed;")
        self.assertFalse(host._approval_is_granted("compensation"))
        approval = self.env["care.approval"].browse(host.action_ask("compensation"))
        self.assertEqual(approval.current_user_ids, self.gao)
        self.assertEqual(len(host.approval_ids), 2, "the old decision is kept")

    def test_a_value_changed_behind_write_is_found_at_the_gate(self):
        self._report_rule()
        host = self._host(report="cause")
        approval = self.env["care.approval"].browse(host.action_ask("report"))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE test_approval_host SET total = 9000 WHERE id = %s", [host.id]
        )
        host.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "changed after Report .* Sun Li"):
            approval.with_user(self.he).action_approve()
        self.env.cr.execute(
            "UPDATE test_approval_host SET total = 0 WHERE id = %s", [host.id]
        )
        host.invalidate_recordset()
        for user in (self.he, self.lin, self.gao):
            approval.with_user(user).action_approve()
        self.assertTrue(host._approval_is_granted("report"))
        self.env.cr.execute(
            "UPDATE test_approval_host SET total = 9000 WHERE id = %s", [host.id]
        )
        host.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "changed after .*Report.* was given"):
            host.action_close()
        again = host.action_ask("report")
        self.assertNotEqual(again, approval.ids)

    def test_a_deleted_record_ends_its_request(self):
        self._report_rule()
        approval = self._ask()
        host = self.env["test.approval.host"].browse(approval.res_id)
        host.unlink()
        self.assertEqual(approval.cancel_kind, "deleted")
        self.assertEqual(approval.with_user(self.he).record_name, "Restricted record")

    def test_a_step_can_want_a_file(self):
        rule = self._rule("accept", ("finance", {"attachment_wanted": True}))
        approval = self._ask("accept").with_user(self.fang)
        action = approval.action_approve()
        self.assertEqual(action["res_model"], "care.approval.comment")
        with self.assertRaisesRegex(UserError, "Finance.* of Accept wants a file"):
            self._reject(approval, self.fang, "", decision="approve")
        self._reject(
            approval,
            self.fang,
            "",
            decision="approve",
            file=base64.b64encode("签字".encode()),
            file_name="signed.txt",
        )
        self.assertEqual(approval.state, "approved")
        file = approval.decision_ids.attachment_id
        self.assertEqual((file.name, file.raw), ("signed.txt", "签字".encode()))
        self.assertTrue(rule.approval_count)

    def test_who_left_is_replaced_by_the_present_holder(self):
        self._rule("accept", ("finance", {}), ("general_manager", {}))
        approval = self._ask("accept")
        self.fang.active = False
        newcomer = self._user("new", CARE_USER, name="New Comer")
        self._assign("finance", newcomer)
        with self.assertRaisesRegex(UserError, "Sun Li asked for Accept"):
            approval.with_user(self.gao).action_refresh_deciders()
        approval.with_user(self.sun).action_refresh_deciders()
        self.assertEqual(approval.current_user_ids, newcomer)
        approval.with_user(newcomer).action_approve()
        self.assertEqual(approval.current_user_ids, self.gao)
        self.gao.active = False
        self._assign("general_manager", newcomer)
        with self.assertRaisesRegex(UserError, "finds only people .* New Comer"):
            approval.with_user(self.sun).action_refresh_deciders()

    def test_records_are_found_by_the_state_of_their_approvals(self):
        self._report_rule()
        hosts = {state: self._host(name=state) for state in ("none", "pending")}
        hosts["pending"].action_ask("report")
        hosts["rejected"] = self.env["test.approval.host"].browse(self._ask().res_id)
        self._reject(hosts["rejected"].approval_ids, self.he, "No")
        ours = [("id", "in", [host.id for host in hosts.values()])]

        def found(operator, value):
            domain = [("approval_state", operator, value), *ours]
            return self.env["test.approval.host"].search(domain)

        for state, host in hosts.items():
            self.assertEqual(found("=", state), host, state)
        asked = hosts["pending"] | hosts["rejected"]
        self.assertEqual(found("!=", "none"), asked)
        both = hosts["none"] | hosts["rejected"]
        self.assertEqual(found("in", ["none", "rejected"]), both)
