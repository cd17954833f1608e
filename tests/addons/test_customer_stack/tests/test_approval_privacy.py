"""What an approval shows to whom, and how its people hear of it."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.mail.tests.common import MailCase

from .common_approval import CARE_USER, ApprovalCase

SECRET = "Broken kettle of Ms Zhou"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestApprovalPrivacy(ApprovalCase, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule("accept", ("finance", {}), ("general_manager", {}))
        model_id = cls.env["ir.model"]._get_id("test.approval.host")
        # a global rule: the case belongs to the clerk alone
        cls.env["ir.rule"].create(
            {
                "name": "Own cases",
                "model_id": model_id,
                "domain_force": "[('create_uid', '=', user.id)]",
            }
        )

    def test_a_decider_decides_on_what_he_may_not_read(self):
        approval = self._ask("accept", name=SECRET)
        host = self.env["test.approval.host"].browse(approval.res_id)
        self.env.invalidate_all()
        theirs = approval.with_user(self.fang)
        with self.assertRaises(AccessError):
            host.with_user(self.fang).read(["name"])
        self.assertEqual(theirs.record_name, "Restricted record")
        self.assertFalse(theirs.record_visible)
        self.assertEqual(approval.with_user(self.sun).record_name, SECRET)
        with self.assertRaises(AccessError):
            theirs.action_open_record()
        theirs.action_approve()
        self.assertEqual(approval.current_user_ids, self.gao)

    def test_a_name_read_as_superuser_does_not_stay_for_the_user(self):
        approval = self._ask("accept", name=SECRET)
        self.assertEqual(approval.sudo().record_name, SECRET)
        self.assertEqual(approval.with_user(self.fang).record_name, "Restricted record")

    def test_no_column_of_an_approval_names_the_record(self):
        approval = self._ask("accept", name=SECRET)
        self._reject(approval, self.fang, "Too dear")
        self.env.flush_all()
        for table in ("care_approval", "care_approval_line", "care_approval_decision"):
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} AS t")
            for [row] in self.env.cr.fetchall():
                self.assertNotIn("kettle", row)
        messages = approval.sudo().message_ids
        self.assertNotIn("kettle", str(messages.mapped("body")))

    def test_the_mail_to_a_decider_names_no_record_and_wants_a_login(self):
        with self.mock_mail_gateway():
            approval = self._ask("accept", name=SECRET)
        mail = self._new_mails
        self.assertEqual(mail.recipient_ids, self.fang.partner_id)
        self.assertNotIn("kettle", mail.body_html + mail.subject)
        self.assertIn("Accept", mail.subject)
        self.assertIn(f"/care/approval/{approval.id}", mail.body_html)
        self.assertNotIn("/mail/view", mail.body_html)
        self.assertNotIn("access_token", mail.body_html)

    def test_each_decider_has_one_activity_while_it_is_his_turn(self):
        self._assign("finance", self.lin)
        approval = self._ask("accept")
        self.assertEqual(approval.activity_ids.user_id, self.fang | self.lin)
        self.assertEqual(set(approval.activity_ids.mapped("summary")), {"Accept"})
        approval.with_user(self.lin).action_approve()
        self.assertEqual(approval.activity_ids.user_id, self.gao)
        approval.with_user(self.gao).action_approve()
        self.assertFalse(approval.activity_ids)

    def test_the_requester_hears_the_outcome_and_the_record_keeps_it(self):
        approval = self._ask("accept", name=SECRET)
        with self.mock_mail_gateway():
            self._reject(approval, self.fang, "Too dear")
        mail = self._new_mails
        self.assertEqual(mail.recipient_ids, self.sun.partner_id)
        self.assertIn("Too dear", mail.body_html)
        host = self.env["test.approval.host"].browse(approval.res_id)
        self.assertIn("Rejected. Too dear", str(host.message_ids[0].body))
        self.assertEqual(host.message_ids[0].author_id, self.fang.partner_id)

    def test_names_are_kept_in_every_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        rule = self.env["care.approval.rule"].search([("code", "=", "test_accept")])
        rule.with_context(lang="zh_CN").name = "受理"
        rule.step_ids[0].with_context(lang="zh_CN").name = "财务"
        approval = self._ask("accept").with_context(lang="zh_CN")
        self.assertEqual(approval.name, "受理")
        self.assertEqual(approval.line_ids[0].name, "财务")
        self.assertEqual(approval.with_context(lang="en_US").name, "Accept")

    def test_approvals_of_another_company_are_hidden(self):
        approval = self._ask("accept")
        self.approval_read(approval, self.sun, True)
        other = self.env["res.company"].create({"name": "South Retail"})
        stranger = new_test_user(
            self.env,
            "appr_south",
            CARE_USER,
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.approval_read(approval, stranger, False)
        portal = new_test_user(self.env, "appr_portal", "base.group_portal")
        self.approval_read(approval, portal, False)
        clerk = self._user("clerk", "base.group_user")
        self.approval_read(approval, clerk, False)

    def approval_read(self, approval, user, allowed):
        self.env.invalidate_all()
        records = [approval, approval.line_ids]
        for record in records:
            with self.subTest(user=user.login, model=record._name):
                access = record.with_user(user).has_access("read")
                self.assertEqual(access, allowed)
                if allowed:
                    self.assertTrue(record.with_user(user).search_count([]))
                elif user.has_group("customer_care.customer_care_group_user"):
                    self.assertFalse(record.with_user(user).search_count([]))

    def test_a_decider_of_another_company_is_not_asked(self):
        other = self.env["res.company"].create({"name": "South Retail"})
        self.fang.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self._assign("finance", self.lin)
        self.assertEqual(self._ask("accept").current_user_ids, self.lin)
        step = self.env["care.approval.step"].search(
            [("rule_id.code", "=", "test_accept")]
        )
        step[0].write({"approver": "user", "user_id": self.fang.id})
        with self.assertRaisesRegex(UserError, "Fang Yu .*no access .*North Retail"):
            self._ask("accept")

    def test_my_list_has_what_waits_for_me(self):
        first, second = self._ask("accept"), self._ask("accept")
        second.with_user(self.fang).action_approve()
        domain = [("state", "=", "pending"), ("current_user_ids", "=", self.fang.id)]
        approvals = self.env["care.approval"].with_user(self.fang)
        self.assertEqual(approvals.search(domain), first)
        self.assertTrue(first.with_user(self.fang).can_decide)
        self.assertFalse(second.with_user(self.fang).can_decide)
        self.assertFalse(first.with_user(self.gao).can_decide)
        self.assertTrue(second.with_user(self.gao).can_decide)

    def test_a_page_of_approvals_costs_the_same_for_2_and_for_20(self):
        for _number in range(20):
            self._ask("accept")
        spec = {
            "name": {},
            "record_name": {},
            "can_decide": {},
            "current_line_id": {"fields": {"display_name": {}}},
        }
        approvals = self.env["care.approval"].with_user(self.fang)

        def queries(count):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            approvals.web_search_read([], spec, limit=count)
            return self.env.cr.sql_log_count - before

        queries(2)
        few = queries(2)
        self.assertLessEqual(few, 12)
        self.assertEqual(queries(20), few)
