"""The ways to a decision: several at once, the mail's link, what went before."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common_approval import CARE_USER, ApprovalCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestApprovalSeveral(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._rule("accept", ("finance", {}))

    def test_several_are_approved_at_once(self):
        approvals = self._ask("accept") | self._ask("accept")
        self.assertIs(approvals.with_user(self.fang).action_approve(), True)
        self.assertEqual(approvals.mapped("state"), ["approved"] * 2)

    def test_what_cannot_be_approved_is_named_and_the_rest_is(self):
        good, changed = self._ask("accept"), self._ask("accept", name="Old kettle")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE care_approval SET guarded_digest = 'x' WHERE id = %s", [changed.id]
        )
        self.env.invalidate_all()
        mine = (good | changed).with_user(self.fang)
        action = mine.action_approve()
        self.assertEqual(action["tag"], "display_notification")
        message = action["params"]["message"]
        self.assertRegex(message, r"^1 of 2 are decided\..*: Accept \(Old kettle\)\.$")
        self.assertEqual((good.state, changed.state), ("approved", "pending"))
        self.assertFalse(changed.decision_ids)

    def test_when_none_can_be_approved_nothing_is_done(self):
        approvals = self._ask("accept") | self._ask("accept")
        with self.assertRaisesRegex(UserError, "0 of 2 are decided"):
            approvals.with_user(self.gao).action_approve()
        self.assertFalse(approvals.decision_ids)

    def test_one_that_wants_a_file_is_left(self):
        self._rule("solution", ("finance", {"attachment_wanted": True}))
        plain, file = self._ask("accept"), self._ask("solution")
        action = (plain | file).with_user(self.fang).action_approve()
        self.assertIn("Solution", action["params"]["message"])
        self.assertEqual((plain.state, file.state), ("approved", "pending"))

    def test_several_are_rejected_with_one_reason(self):
        approvals = self._ask("accept") | self._ask("accept")
        foreign = self._ask("accept")
        foreign.with_user(self.fang).action_approve()
        action = (approvals | foreign).with_user(self.fang).action_reject()
        context = action["context"]
        wizard = self.env["care.approval.comment"].with_user(self.fang)
        wizard = wizard.with_context(**context).create({"comment": "Too dear"})
        answer = wizard.action_confirm()
        self.assertIn("2 of 3", answer["params"]["message"])
        self.assertEqual(approvals.mapped("reason"), ["Too dear"] * 2)
        self.assertEqual(foreign.state, "approved")

    def test_a_new_request_shows_the_earlier_ones_with_their_reasons(self):
        first = self._ask("accept")
        host = self.env["test.approval.host"].with_user(self.sun).browse(first.res_id)
        self._reject(first, self.fang, "Which shop?", decision="return")
        second = self.env["care.approval"].browse(host.action_ask("accept"))
        self._reject(second, self.fang, "Too dear")
        third = self.env["care.approval"].browse(host.action_ask("accept"))
        mine = third.with_user(self.fang)
        self.assertEqual(mine.earlier_ids, second | first)
        self.assertEqual(mine.earlier_reason, "Too dear")
        self.assertFalse(first.earlier_ids)
        self.assertEqual(first.reason, "Which shop?")
        self.assertFalse(self._ask("accept").earlier_ids, "another record")

    def test_earlier_requests_of_another_company_stay_hidden(self):
        first = self._ask("accept")
        self._reject(first, self.fang, "Too dear")
        other = self.env["res.company"].create({"name": "South Retail"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE care_approval SET company_id = %s WHERE id = %s",
            [other.id, first.id],
        )
        self.env.invalidate_all()
        hosts = self.env["test.approval.host"].with_user(self.sun)
        host = hosts.browse(first.sudo().res_id)
        second = self.env["care.approval"].browse(host.action_ask("accept"))
        self.env.invalidate_all()
        mine = second.with_user(self.fang)
        self.assertFalse(mine.earlier_ids or mine.earlier_reason)

    def test_finishing_the_activity_decides_nothing(self):
        approval = self._ask("accept")
        activity = approval.activity_ids.with_user(self.fang)
        with self.assertRaisesRegex(UserError, "waits for your decision"):
            activity.action_feedback(feedback="Approved!")
        self.assertTrue(activity.active)
        self.assertEqual(approval.state, "pending")
        self.assertFalse(approval.decision_ids)
        approvals = self.env["care.approval"].with_user(self.fang)
        self.assertEqual(approvals.search(approvals._my_day_domain()), approval)


@tagged("post_install", "-at_install")
class TestApprovalLink(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        here = cls.env.company
        company = here.create({"name": "North Retail"})
        cls.user, cls.stranger, cls.portal = (
            new_test_user(cls.env, f"link_{name}", groups, **vals)
            for name, groups, vals in (
                (
                    "user",
                    CARE_USER,
                    {"company_ids": [Command.set((company | here).ids)]},
                ),
                ("stranger", CARE_USER, {}),
                ("portal", "base.group_portal", {}),
            )
        )
        step = {"name": "One", "approver": "user", "user_id": cls.user.id}
        cls.env["care.approval.rule"].create(
            {
                "code": "link",
                "name": "Link",
                "model_name": "test.approval.host",
                "gate": "accept",
                "company_id": company.id,
                "step_ids": [Command.create(step)],
            }
        )
        host = cls.env["test.approval.host"].create(
            {"name": "Kettle of Ms Zhou", "company_id": company.id}
        )
        cls.approval = host._approval_request("accept")

    def _open(self, path, login=None):
        self.authenticate(login, login)
        return self.url_open(path, allow_redirects=False)

    def test_the_link_asks_for_the_login_and_comes_back(self):
        path = f"/care/approval/{self.approval.id}"
        answer = self._open(path)
        self.assertIn("/web/login", answer.headers["Location"])
        self.assertIn(
            f"care%2Fapproval%2F{self.approval.id}", answer.headers["Location"]
        )
        answer = self._open(path, "link_user")
        self.assertIn(
            f"/odoo/care.approval/{self.approval.id}", answer.headers["Location"]
        )
        self.assertEqual(self.approval.state, "pending", "looking decides nothing")

    def test_a_stranger_is_told_no_more_than_of_one_that_is_not_there(self):
        for login in ("link_stranger", "link_portal"):
            answers = {
                self._open(f"/care/approval/{number}", login).headers.get("Location")
                for number in (self.approval.id, 999_999_999)
            }
            with self.subTest(login=login):
                self.assertEqual(len(answers), 1)
                self.assertNotIn("care.approval", answers.pop() or "")

    def test_nothing_is_posted_to_the_link(self):
        self.authenticate("link_user", "link_user")
        answer = self.url_open(
            f"/care/approval/{self.approval.id}", data={"decision": "approve"}
        )
        self.assertEqual(answer.status_code, 405)
        self.assertEqual(self.approval.state, "pending")
