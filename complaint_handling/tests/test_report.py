import io
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestReport(ComplaintCommon):
    """The monthly statistics: right figures, and frozen ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._new_user(
            "boss", "complaint_handling.complaint_handling_group_user"
        )
        role = cls.env["care.role"].search([("code", "=", "general_manager")])
        role.assignment_ids.unlink()
        cls.env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": cls.boss.id, "company_id": cls.company.id}
        )
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        quality = cls.env.ref("complaint_handling.complaint_category_quality")
        with freeze_time("2025-08-31 16:30:00"):  # 1 September in Shanghai
            cls.first = cls._new_case(
                category_id=quality.id,
                justified="yes",
                compensation=800,
                department_id=cls.department.id,
            )
        with freeze_time("2025-09-30 15:30:00"):  # 30 September
            cls.second = cls._new_case()
        with freeze_time("2025-09-30 16:30:00"):  # 1 October
            cls._new_case(category_id=quality.id)

    def _produce(self):
        with freeze_time("2025-10-01 01:00:00"):
            return self.env["complaint.report"]._produce(
                self.company,
                self.env["complaint.report"]._fields["date_from"].to_date("2025-09-01"),
                self.env["complaint.report"]._fields["date_to"].to_date("2025-09-30"),
            )

    def test_figures_are_those_of_the_companys_month(self):
        figures = self._produce().figures
        self.assertEqual(figures["total"]["received"], 2)
        self.assertEqual(figures["total"]["justified"], 1)
        self.assertEqual(figures["total"]["compensation"], 800)
        categories = {line["name"]: line["received"] for line in figures["category"]}
        self.assertEqual(categories, {"Product quality": 1, "(none)": 1})
        departments = {
            line["name"]: line["justified"] for line in figures["department"]
        }
        self.assertEqual(departments["After sales"], 1)

    def test_a_week_has_its_own_report(self):
        with freeze_time("2025-09-08 01:00:00"):
            opened = (
                self.env["complaint.report"]
                .with_user(self.manager)
                .action_produce_last_week()
            )
        report = self.env["complaint.report"].browse(opened["res_id"])
        self.assertEqual(report.period_kind, "week")
        self.assertEqual(str(report.date_from), "2025-09-01")
        self.assertEqual(str(report.date_to), "2025-09-07")
        self.assertEqual(report.received, 1)
        self.assertIn("09/01/2025 to 09/07/2025", report.name)
        self.assertEqual(self._produce().period_kind, "month")

    def test_unknown_punctuality_is_a_dash(self):
        self.env["care.obligation.rule"].search([]).active = False
        report = self._produce()
        self.assertIsNone(report.figures["total"]["in_time"])
        self.assertEqual(report.in_time, "–")

    def test_workbook_has_native_charts(self):
        content = self._produce().attachment_id.raw
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            charts = [name for name in book.namelist() if "charts/chart" in name]
            self.assertEqual(len(charts), 2)
            chart = book.read(charts[0]).decode()
        self.assertIn("barChart", chart)
        self.assertIn("By category", chart)

    def test_report_stays_as_it_was_when_cases_change(self):
        report = self._produce()
        before = report.attachment_id.raw, report.figures, report.digest
        self.first.sudo().write({"compensation": 9999, "justified": "undecided"})
        self.second.sudo().unlink()
        again = self._produce()
        self.env.invalidate_all()
        self.assertEqual(again, report)
        self.assertEqual((again.attachment_id.raw, again.figures, again.digest), before)

    def test_nobody_edits_a_report(self):
        report = self._produce()
        admin = self.env.ref("base.user_admin")
        for user in (self.clerk, self.manager, admin):
            for record in (report, report.line_ids[0]):
                with self.subTest(user=user.login, model=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).write({"received": 0})
                    with self.assertRaises(AccessError):
                        record.with_user(user).unlink()
        with self.assertRaises(AccessError):
            report.attachment_id.with_user(self.manager).write({"raw": b"forged"})
        with self.assertRaises(AccessError):
            report.sudo().write({"received": 0})

    def test_report_goes_to_the_general_manager_who_signs_it(self):
        report = self._produce()
        with self.assertRaises(AccessError):
            report.with_user(self.clerk).action_send()
        with self.mock_mail_gateway():
            report.with_user(self.manager).action_send()
        self.assertEqual(report.state, "sent")
        self.assertEqual(report.sent_to_ids, self.boss)
        message = self.env["mail.message"].search(
            [("model", "=", report._name), ("res_id", "=", report.id)]
        )
        self.assertEqual(message.partner_ids, self.boss.partner_id)
        self.assertEqual(message.attachment_ids, report.attachment_id)
        with self.assertRaises(AccessError):
            report.with_user(self.manager).action_sign()
        report.with_user(self.boss).action_sign()
        self.assertEqual(report.signed_by_id, self.boss)
        with self.assertRaisesRegex(UserError, "signed once"):
            report.with_user(self.boss).action_sign()

    def test_report_without_a_general_manager_says_so(self):
        report = self._produce()
        self.env["care.role.assignment"].search([]).unlink()
        with self.assertRaises(UserError):
            report.with_user(self.manager).action_send()

    def test_report_speaks_the_general_managers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.boss.lang = "zh_CN"
        self.assertIn("2025年9月", self._produce().name)

    def test_card_renders(self):
        case = self.first
        case.sudo().write({"cause": "Wrong seal", "handling_opinion": "Exchange it"})
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "complaint_handling.complaint_case_card", case.ids
        )
        text = html.decode()
        for words in (case.number, self.customer.name, "Wrong seal", "Exchange it"):
            self.assertIn(words, text)

    def test_card_of_an_anonymous_case_names_nobody(self):
        self.first.sudo().write({"anonymous": True})
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "complaint_handling.complaint_case_card", self.first.ids
        )
        self.assertNotIn(self.customer.name, html.decode())
        self.assertNotIn(self.customer.email, html.decode())
