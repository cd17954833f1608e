from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import USER, ComplaintCommon


@tagged("post_install", "-at_install")
class TestNoticeAndCrisis(ComplaintCommon):
    """Who is told of a case, and the group that meets about a major one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._new_user("boss", USER)
        cls.head = cls._new_user("head", USER)
        cls.branch_manager = cls._new_user("branch_manager", USER)
        for code, user in [("general_manager", cls.boss), ("legal", cls.head)]:
            cls.env["care.role.assignment"].create(
                {
                    "role_id": cls.role(code).id,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                }
            )
        cls.major = cls.env.ref("complaint_handling.complaint_severity_major")
        cls.branch = cls.env["complaint.branch"].create(
            {
                "name": "North shop",
                "code": "north",
                "manager_id": cls.branch_manager.id,
                "phone": "+86 138 0000 1111",
            }
        )

    @classmethod
    def role(cls, code):
        return cls.env["care.role"].search([("code", "=", code)], limit=1)

    def rule(self, code, **values):
        values = {
            "code": code,
            "name": code.title(),
            "domain": "[('is_major', '=', True)]",
            "role_ids": [(6, 0, self.role("general_manager").ids)],
            **values,
        }
        return self.env["complaint.notice.rule"].with_user(self.manager).create(values)

    def plan(self, **values):
        roles = self.role("general_manager") | self.role("legal")
        return self.env["complaint.crisis.plan"].create(
            {
                "code": "t_plan",
                "name": "Plan",
                "role_ids": [(6, 0, roles.ids)],
                **values,
            }
        )

    def send(self, case, action, **values):
        opened = getattr(case, action)()
        wizard = (
            self.env[opened["res_model"]]
            .with_user(case.env.user)
            .with_context(**opened["context"])
            .create(values)
        )
        people = wizard.people
        wizard.action_send()
        return people

    def test_told_at_once_and_only_once(self):
        self.rule("t_told", automatic=True, text="{number}: {customer}")
        case = self._new_case()
        self.assertFalse(case.notice_ids)
        with self.mock_mail_gateway():
            case.severity_id = self.major
            case.name = "Changed"
        notice = case.notice_ids
        self.assertEqual(notice.user_id, self.boss)
        self.assertEqual(notice.body, f"{case.number}: Mei Chen")
        self.assertEqual(case.told_at, notice.at)
        self.assertIn(self.boss, case.activity_ids.user_id)
        self.assertEqual(len(self._mails), 1)

    def test_nobody_to_tell_is_written_down(self):
        self.rule("t_told", automatic=True, role_ids=[(6, 0, self.role("finance").ids)])
        case = self._new_case(severity_id=self.major.id)
        self.assertEqual(case.notice_ids.state, "nobody")
        self.assertFalse(case.told_at)

    def test_by_the_button_it_says_who_is_missing(self):
        self.rule(
            "t_warn", stage="warning", role_ids=[(6, 0, self.role("finance").ids)]
        )
        case = self._new_case(severity_id=self.major.id)
        self.assertEqual(case.notice_stages, "warning")
        with self.assertRaisesRegex(UserError, "Nobody holds the role"):
            self.send(case, "action_warn")

    def test_the_branch_gets_activity_message_and_text(self):
        self.rule(
            "t_branch",
            stage="branch",
            domain="[('branch_id', '!=', False)]",
            role_ids=False,
            to_branch=True,
            by_sms=True,
            text="{plate} {subject}",
        )
        case = self._new_case(branch_id=self.branch.id, plate="粤B12345")
        with self.mock_mail_gateway():
            people = self.send(case, "action_forward_branch", note="Call today")
        self.assertEqual(people, "Complaint branch_manager")
        self.assertTrue(case.forwarded_at)
        self.assertFalse(case.notice_stages)
        self.assertIn(self.branch_manager, case.activity_ids.user_id)
        self.assertEqual(len(self._mails), 1)
        channels = case.notice_ids.mapped("channel")
        if "sms.sms" not in self.env:
            self.assertEqual(channels, ["message"])
            return
        self.assertCountEqual(channels, ["message", "sms"])
        text = self.env["sms.sms"].search([("body", "like", "Call today")])
        self.assertEqual(text.number.replace(" ", ""), "+8613800001111")

    def test_a_result_is_reported_with_words(self):
        self.rule("t_result", stage="result", domain="[]")
        case = self._new_case()
        with self.assertRaisesRegex(UserError, "Write the result"):
            self.send(case, "action_report_result")
        self.send(case, "action_report_result", note="Settled with a new seal")
        self.assertTrue(case.result_at)
        with self.assertRaisesRegex(UserError, "No rule says"):
            self.send(case, "action_report_result", note="Again")

    def test_the_next_in_line_is_told_when_the_holder_is_accused(self):
        self.rule("t_told", automatic=True)
        case = self._new_case(
            severity_id=self.major.id, accused_ids=[(6, 0, self.boss.ids)]
        )
        self.assertEqual(case.notice_ids.state, "nobody")
        self.assertNotIn(self.boss, case.activity_ids.user_id)

    def test_notices_are_not_forged(self):
        case = self._new_case(severity_id=self.major.id)
        for values in (
            {"told_at": "2026-01-01"},
            {"warned_at": "2026-01-01"},
            {"crisis_at": "2026-01-01"},
        ):
            with self.subTest(**values), self.assertRaises(UserError):
                case.write(values)
        with self.assertRaises(AccessError):
            case.write({"notice_ids": [(0, 0, {"stage": "told"})]})

    # ------------------------------------------------------------------ crisis

    def crisis(self, **values):
        case = self._new_case(severity_id=self.major.id, **values)
        opened = case.action_call_crisis()
        crises = self.env["complaint.crisis"].with_user(self.clerk)
        return case, crises.browse(opened["res_id"])

    def test_one_button_tells_calls_and_invites(self):
        self.plan(meet_minutes=30)
        self.rule("t_told")
        with freeze_time("2026-03-02 02:00:00"), self.mock_mail_gateway():
            case, crisis = self.crisis(user_id=self.colleague.id)
        self.assertEqual(crisis.called_by_id, self.clerk)
        self.assertEqual(
            crisis.member_ids.user_id, self.boss | self.head | self.colleague
        )
        self.assertEqual(str(crisis.meeting_at), "2026-03-02 02:30:00")
        event = crisis.sudo().event_id
        self.assertEqual(str(event.start), "2026-03-02 02:30:00")
        self.assertEqual(event.privacy, "private")
        self.assertEqual(crisis.name, case.display_name)
        self.assertLessEqual(self.boss.partner_id, event.partner_ids)
        self.assertEqual(case.notice_ids.user_id, self.boss)
        self.assertEqual(case.told_at, case.crisis_at)
        self.assertEqual(case.action_call_crisis()["res_id"], crisis.id)

    def test_no_plan_is_said(self):
        case = self._new_case(severity_id=self.major.id)
        with self.assertRaisesRegex(UserError, "No crisis plan fits"):
            case.action_call_crisis()

    def test_decision_then_closing(self):
        self.plan()
        case, crisis = self.crisis()
        with self.assertRaisesRegex(UserError, "Write what"):
            crisis.action_decide()
        with self.assertRaises(UserError):
            crisis.write({"state": "closed"})
        with self.assertRaises(UserError):
            crisis.create({"case_id": case.id})
        crisis.write({"decision": "Take the car back", "minutes": "<p>All agreed</p>"})
        crisis.with_user(self.boss).action_decide()
        self.assertEqual(crisis.decided_by_id, self.boss)
        self.assertIn("Take the car back", case.message_ids[0].body)
        crisis.action_close()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            crisis.decision = "Something else"

    def test_a_meeting_that_moves_moves_in_the_calendar(self):
        self.plan(duration_minutes=45)
        crisis = self.crisis()[1]
        crisis.meeting_at = "2026-03-03 06:00:00"
        event = crisis.sudo().event_id
        self.assertEqual(str(event.start), "2026-03-03 06:00:00")
        self.assertEqual(str(event.stop), "2026-03-03 06:45:00")

    def test_the_accused_is_neither_called_nor_added(self):
        self.plan()
        case, crisis = self.crisis(accused_ids=[(6, 0, self.boss.ids)])
        self.assertNotIn(self.boss, crisis.member_ids.user_id)
        with self.assertRaises(ValidationError):
            crisis.write({"member_ids": [(0, 0, {"user_id": self.boss.id})]})
        self.env.invalidate_all()
        for records in (crisis, crisis.member_ids, case.notice_ids):
            mine = records.with_user(self.boss)
            with self.subTest(model=records._name):
                self.assertFalse(mine.search([("id", "in", records.ids)]))

    def test_who_is_accused_later_leaves_the_group(self):
        self.plan()
        case, crisis = self.crisis()
        self.assertIn(self.boss, crisis.member_ids.user_id)
        case.write({"accused_ids": [(4, self.boss.id)]})
        self.assertNotIn(self.boss, crisis.member_ids.user_id)
        self.assertNotIn(self.boss, case.activity_ids.user_id)
        self.assertFalse(case.accused_takes_part)

    def test_settled_by_each_role_named(self):
        settle = self.role("general_manager") | self.role("legal")
        self.plan(settle_role_ids=[(6, 0, settle.ids)])
        case = self.crisis()[0]
        case.settler_ids = self.boss
        self.assertFalse(case.settled_jointly)
        case.settler_ids |= self.head
        self.assertTrue(case.settled_jointly)
        with self.assertRaises(ValidationError):
            case.write({"accused_ids": [(4, self.head.id)]})
