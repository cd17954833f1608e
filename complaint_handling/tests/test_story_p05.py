from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from .common import REPORT, USER, ComplaintCommon
from .test_mail_gateway import SUBJECT, encoded_word

MAIL = (
    "From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {message_id}\r\n"
    "Date: Mon, 1 Sep 2025 10:00:00 +0800\r\nMIME-Version: 1.0\r\n{headers}"
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=gb2312\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
    '--b\r\nContent-Type: text/plain; charset=utf-8; name="bill.txt"\r\n'
    'Content-Disposition: attachment; filename="bill.txt"\r\n\r\n800\r\n--b--\r\n'
)


@tagged("post_install", "-at_install")
class TestStoryP05(ComplaintCommon):
    """A complaint under policy P05, from the customer's mail to the monthly report.

    Everybody acts as the web client does: public methods, own login, least rights.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.head = cls._new_user("head", USER)
        cls.superior = cls._new_user("superior", USER)
        cls.administration = cls._new_user("administration", USER)
        cls.boss = cls._new_user("boss", USER)
        cls.env["care.role.assignment"].search([]).unlink()
        for code, user in [
            ("department_head", cls.head),
            ("customer_service_manager", cls.superior),
            ("administration", cls.administration),
            ("general_manager", cls.boss),
            ("finance", cls.administration),
        ]:
            role = cls.env["care.role"].search([("code", "=", code)])
            cls.env["care.role.assignment"].create(
                {"role_id": role.id, "user_id": user.id, "company_id": cls.company.id}
            )
        with freeze_time("2025-08-20"):
            cls.env["care.policy.pack"].load_pack("P05", cls.company)

    def _call(self, user, records, method, *args, **kwargs):
        """Call as a client does, over RPC."""
        model = self.env[records._name].with_user(user).browse()
        return call_kw(model, method, [records.ids, *args], kwargs)

    def _cron(self, xmlid):
        with self.enter_registry_test_mode():
            self.env.ref(f"customer_care.{xmlid}").method_direct_trigger()
        self.env.invalidate_all()

    def _receive(self, message_id, headers=""):
        octets = MAIL.format(
            sender="Mei Chen <mei.chen@customer.example>",
            to=self.address,
            subject=encoded_word(SUBJECT),
            message_id=message_id,
            headers=headers,
            body="第二次漏水，要求退货。\r\n-------- 原始邮件 --------\r\n已修好。",
        ).encode("gb18030")
        cases = self.env["complaint.case"].search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, octets)
        return self.env["complaint.case"].search([]) - cases

    def _approve(self, case, gate, users):
        """Let these users decide, one after the other; nobody else may."""
        approval = case.approval_ids.filtered(lambda a: a.gate == gate)
        for user in users:
            with self.assertRaises(UserError):
                self._call(self.colleague, approval, "action_approve")
            self._call(user, approval, "action_approve")
        self.assertEqual(approval.state, "approved")

    def _obligation(self, case):
        return case.obligation_ids.filtered(lambda o: o.clause_id.code == "P05.08")

    def _compliance(self, code, month="2025-09-01"):
        self.env.flush_all()
        rows = self.env["care.clause.compliance"].with_user(self.boss)
        return rows.search([("clause_id.code", "=", code), ("month", "=", month)])

    def _judge(self, case, **values):
        self._call(
            self.clerk,
            case,
            "write",
            {
                "justified": "yes",
                "demand": "return",
                "claimant_kind": "consumer",
                "department_id": self.department.id,
                "user_id": self.clerk.id,
                **values,
            },
        )
        self._call(self.clerk, case, "action_accept")

    def _handle(self, case):
        """From the judgement to the answer, with every approval P05 asks for."""
        self._judge(case, compensation=800)
        self.assertEqual(case.state, "acknowledged")
        self._approve(case, "accept", [self.superior])
        self.assertEqual(case.state, "accepted")
        self._call(self.clerk, case, "action_investigate")
        with self.assertRaisesRegex(UserError, "Cause, Course of events"):
            self._call(self.clerk, case, "action_submit_report")
        self._call(self.clerk, case, "write", REPORT)
        self._call(self.clerk, case, "action_submit_report")
        self.assertEqual(case.state, "investigating")
        self._approve(case, "report", [self.head, self.administration, self.boss])
        self.assertEqual(case.state, "solving")
        self._call(
            self.clerk,
            case,
            "write",
            {"handling_opinion": "Take it back", "solution": "Money back and 800"},
        )
        self._call(self.clerk, case, "action_submit_solution")
        with self.assertRaises(UserError):
            self._call(self.clerk, case, "action_answer")
        self._approve(case, "solution", [self.head])

    def test_the_whole_story(self):
        with freeze_time("2025-09-01 02:00:00"):
            case = self._receive("<story@customer.example>")
            self.assertEqual(case.partner_id, self.customer)
            self.assertEqual(case.name, SUBJECT)
            self.assertEqual(
                case.message_ids.attachment_ids.mapped("name"), ["bill.txt"]
            )
            self.assertTrue(any(case.access_token in m["body"] for m in self._mails))
            self.assertFalse(self._receive("<story@customer.example>"))
            self.assertFalse(
                self._receive("<auto@x.example>", "Auto-Submitted: auto-replied\r\n")
            )
        self._check_clock(case)
        with freeze_time("2025-09-03 02:00:00"):
            self._handle(case)
            compensation = case.approval_ids.filtered(
                lambda approval: approval.gate == "compensation"
            )
            self.assertEqual(compensation.amount, 800)
            self.assertEqual(
                compensation.line_ids.filtered(
                    lambda line: line.state == "pending"
                ).user_ids,
                self.boss,
            )
            self._approve(case, "compensation", [self.boss])
        with freeze_time("2025-09-05 02:00:00"):
            with self.mock_mail_gateway():
                self._wizard(self.clerk, case, "action_answer", channel="written")
            self.assertTrue(any("Money back" in m["body"] for m in self._mails))
            self._call(self.clerk, case, "action_close")
        self.assertEqual(self._obligation(case).state, "met")
        row = self._compliance("P05.08")
        self.assertEqual((row.met, row.missed), (1, 0))

    def _check_clock(self, case):
        """The clock of P05.08 runs seven days and says why it ends when it ends."""
        obligation = self._obligation(case)
        self.assertEqual(obligation.state, "open")
        self.assertEqual(str(obligation.due_at), "2025-09-08 02:00:00")
        story = self.company.resource_calendar_id.care_explain(
            case.received_at, 7, "day"
        )
        self.assertEqual(story[-1]["kind"], "due")
        self.assertTrue(all(line["text"] for line in story))

    def test_late_case_is_missed_escalated_once_and_stays_missed(self):
        with freeze_time("2025-09-01 02:00:00"):
            case = self._receive("<late@customer.example>")
            self._judge(case)
            self._approve(case, "accept", [self.superior])
        obligation = self._obligation(case)
        with freeze_time("2025-09-08 02:01:00"):
            self._cron("ir_cron_obligation_sweep")
            self._cron("ir_cron_obligation_sweep")
        self.assertEqual(obligation.state, "missed")
        self.assertEqual(self._escalations(obligation), [1])
        self.assertIn(self.head, case.activity_ids.user_id)
        self.assertNotIn(self.boss, case.activity_ids.user_id)
        with freeze_time("2025-09-11 02:01:00"):
            self._cron("ir_cron_obligation_sweep")
            self._cron("ir_cron_obligation_sweep")
        self.assertEqual(self._escalations(obligation), [1, 2, 3])
        self.assertIn(self.boss, case.activity_ids.user_id)
        with freeze_time("2025-09-12 02:00:00"):
            self._finish(case)
        self.assertEqual(obligation.state, "missed")
        self.assertEqual(str(obligation.done_at), "2025-09-12 02:00:00")
        row = self._compliance("P05.08")
        self.assertEqual((row.met, row.missed), (0, 1))

    def _escalations(self, obligation):
        events = self.env["care.obligation.event"].search(
            [("obligation_id", "=", obligation.id), ("kind", "=", "escalate")]
        )
        return sorted(events.mapped("level"))

    def _finish(self, case):
        """From acceptance to closing, without compensation."""
        self._call(self.clerk, case, "action_investigate")
        self._call(self.clerk, case, "write", {**REPORT, "handling_opinion": "Ours"})
        self._call(self.clerk, case, "action_submit_report")
        self._approve(case, "report", [self.head, self.administration, self.boss])
        self._call(self.clerk, case, "action_submit_solution")
        self._approve(case, "solution", [self.head])
        self._wizard(self.clerk, case, "action_answer", channel="oral", body="Told")
        self._call(self.clerk, case, "action_close")

    def test_accused_superior_decides_nothing(self):
        with freeze_time("2025-09-01 02:00:00"):
            case = self._receive("<accused@customer.example>")
            self._call(
                self.clerk, case, "write", {"accused_ids": [(4, self.superior.id)]}
            )
            with self.assertRaises(UserError):
                self._judge(case)
        self.assertEqual(case.state, "acknowledged")

    def test_changed_compensation_needs_a_new_approval(self):
        with freeze_time("2025-09-03 02:00:00"):
            case = self._receive("<changed@customer.example>")
            self._handle(case)
            self._approve(case, "compensation", [self.boss])
            self._call(self.clerk, case, "write", {"compensation": 80000})
            with self.assertRaises(UserError):
                self._call(self.clerk, case, "action_answer")

    def test_changed_solution_needs_a_new_approval(self):
        with freeze_time("2025-09-03 02:00:00"):
            case = self._receive("<solution@customer.example>")
            self._handle(case)
            self._approve(case, "compensation", [self.boss])
            opened = self._call(self.clerk, case, "action_answer")
            self._call(self.clerk, case, "write", {"solution": "Nothing at all"})
            with self.assertRaises(UserError):
                self._call(self.clerk, case, "action_answer")
            wizard = self.env[opened["res_model"]].with_user(self.clerk)
            wizard = wizard.with_context(**opened["context"]).create({})
            with self.assertRaises(UserError):
                wizard.action_answer()

    def test_no_path_goes_round_the_gates(self):
        with freeze_time("2025-09-03 02:00:00"):
            case = self._receive("<round@customer.example>").with_user(self.clerk)
            case.write({"justified": "yes"})
            with self.assertRaisesRegex(UserError, "Demand"):
                case._move_to("accepted")
            case.write({"demand": "return", "claimant_kind": "consumer"})
            with self.assertRaisesRegex(UserError, "Acceptance"):
                case._move_to("accepted")

    def test_monthly_report_is_produced_sent_and_stays(self):
        with freeze_time("2025-08-31 16:05:00"):
            self._cron("care_duty_cron")
        with freeze_time("2025-09-10 02:00:00"):
            case = self._receive("<month@customer.example>")
            self._judge(case)
            self._approve(case, "accept", [self.superior])
            self._finish(case)
        with freeze_time("2025-09-30 16:05:00"), self.mock_mail_gateway():
            self._cron("care_duty_cron")  # the 1st, 00:05 in Shanghai
        report = self.env["complaint.report"].search(
            [("date_from", "=", "2025-09-01"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(report), 1)
        self.assertEqual(str(report.date_to), "2025-09-30")
        self.assertEqual(report.state, "sent")
        self.assertEqual(report.sent_to_ids, self.boss)
        self.assertEqual(report.figures["total"]["received"], 1)
        self.assertEqual(report.figures["total"]["in_time"], 1)
        before = report.attachment_id.raw, report.figures
        duty = self.env["care.duty"].search([("clause_id.code", "=", "P05.09")])
        occurrence = self.env["care.obligation"].search(
            [("duty_id", "=", duty.id), ("start_at", ">", "2025-09-15")]
        )
        self.assertEqual(occurrence.state, "met")
        self.assertEqual(str(occurrence.due_at)[:10], "2025-10-10")
        with freeze_time("2025-10-02 02:00:00"):
            self._wizard(self.clerk, case, "action_reopen", reason="Leaks again")
            self._cron("care_duty_cron")
        self.assertEqual(case.state, "investigating")
        self.env.invalidate_all()
        self.assertEqual((report.attachment_id.raw, report.figures), before)
