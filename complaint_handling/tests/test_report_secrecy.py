from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.customer_care.tests.secrecy_common import insert

from .common import MANAGER, USER, ComplaintCommon

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@tagged("post_install", "-at_install")
class TestReportSecrecy(ComplaintCommon):
    """The frozen statistics tell nobody of a classified case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cleared = cls._new_user("cleared", MANAGER)
        insert(
            cls.env,
            "care_clearance",
            user_id=cls.cleared.id,
            company_id=cls.company.id,
            level=2,
            state="active",
            vetted=True,
            effective_from="2026-01-01",
            effective_to=None,
            valid_from="2026-01-01",
        )
        cls.env["care.sight"]._forget()
        cls.boss = cls._new_user("boss", USER)
        role = cls.env["care.role"].search([("code", "=", "general_manager")])
        role.assignment_ids.unlink()
        cls.role = role
        cls.appoint(cls.boss)
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.odd = cls.env["complaint.category"].create(
            {"name": "Odd smell", "code": "t_odd"}
        )
        with freeze_time("2026-03-10 08:00:00"):
            cls.open_case = cls._new_case().sudo()
            cls.secret_case = cls._new_case(category_id=cls.odd.id).sudo()

    @classmethod
    def appoint(cls, user):
        values = {"role_id": cls.role.id, "user_id": user.id}
        cls.env["care.role.assignment"].create(values | {"company_id": cls.company.id})

    def frozen_before(self, *cases):
        """Make it as if cases, then reports were saved before this version."""
        self.env.flush_all()
        for case, day in cases:
            self.env.cr.execute(
                "UPDATE complaint_case SET create_date = %s WHERE id = %s",
                [day, case.id],
            )
        self.env.cr.execute("UPDATE complaint_report SET counts_all = NULL")

    def classify(self, case, level=2):
        case.secrecy_own = level
        self.env.flush_all()

    def produce(self):
        with freeze_time("2026-04-01 01:00:00"):
            return self.env["complaint.report"]._produce(self.company, *MARCH)

    def seen(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        reports = self.env["complaint.report"].with_user(user)
        return reports.search([("date_from", "=", MARCH[0])])

    def test_each_reader_finds_the_cases_he_may_see(self):
        self.classify(self.secret_case)
        report = self.produce()
        mine = self.seen(self.manager)
        self.assertEqual(mine.ids, report.ids)
        self.assertEqual(mine.received, 1)
        self.assertEqual(mine.figures["total"]["received"], 1)
        self.assertNotIn("Odd smell", mine.line_ids.mapped("name"))
        lines = self.env["complaint.report.line"]
        wanted = [("name", "=", "Odd smell")]
        self.assertFalse(lines.with_user(self.manager).search_count(wanted))
        files = self.env["ir.attachment"].with_user(self.manager)
        wanted = [("res_model", "=", "complaint.report"), ("res_id", "!=", 0)]
        self.assertEqual(
            files.search([*wanted, ("name", "like", "2026-03-01")]).ids,
            report.attachment_id.ids,
        )
        both = self.seen(self.cleared)
        self.assertEqual(sum(both.mapped("received")), 2)
        part = both - report.with_user(self.cleared)
        self.assertEqual(part.secrecy_level, 2)
        self.assertEqual(part.line_ids.mapped("secrecy_level"), [2, 2])

    def test_each_level_has_a_report_of_its_own(self):
        self.classify(self.secret_case)
        with freeze_time("2026-03-11 08:00:00"):
            self.classify(self._new_case().sudo(), 3)
        self.produce()
        self.assertEqual(sum(self.seen(self.cleared).mapped("received")), 2)
        every = self.seen(self.env.ref("base.user_root"))
        self.assertEqual(sorted(every.mapped("secrecy_level")), [0, 2, 3])

    def test_a_case_merged_into_a_hidden_one_stays_in_the_count(self):
        self.classify(self.secret_case)
        self.open_case.merged_into_id = self.secret_case
        self.env.flush_all()
        self.produce()
        self.assertEqual(self.seen(self.manager).received, 1)

    def test_without_classified_cases_there_is_one_report(self):
        self.produce()
        mine = self.seen(self.manager)
        self.assertEqual((len(mine), mine.received), (1, 2))

    def test_it_is_produced_once(self):
        self.classify(self.secret_case)
        first = self.produce()
        self.assertEqual(self.produce(), first)
        self.assertEqual(len(self.seen(self.cleared)), 2)

    def test_a_part_outlives_its_cases(self):
        self.classify(self.secret_case)
        self.produce()
        self.secret_case.unlink()
        self.env["care.sight"]._forget()
        self.env.registry.clear_cache()
        self.assertEqual(len(self.seen(self.manager)), 1)

    def test_a_part_goes_to_those_cleared_without_figures_or_workbook(self):
        self.classify(self.secret_case)
        self.appoint(self.cleared)
        report = self.produce()
        part = self.seen(self.cleared).sudo() - report
        with self.mock_mail_gateway():
            report.with_user(self.manager).action_send()
        self.assertEqual(report.sent_to_ids, self.boss | self.cleared)
        self.assertEqual(part.sent_to_ids, self.cleared)
        messages = self.env["mail.message"].search(
            [("model", "=", part._name), ("res_id", "=", part.id)]
        )
        self.assertEqual(messages.partner_ids, self.cleared.partner_id)
        self.assertFalse(messages.attachment_ids)
        self.assertFalse(any(letter.isdigit() for letter in messages.body))

    def test_a_part_is_sent_to_nobody_who_may_not_see_it(self):
        self.classify(self.secret_case)
        report = self.produce()
        part = self.seen(self.cleared) - report.with_user(self.cleared)
        with self.assertRaisesRegex(UserError, "may not see"):
            part.action_send()
        with self.mock_mail_gateway():
            report.with_user(self.manager).action_send()
        self.assertEqual((report.state, part.state), ("sent", "draft"))

    # ---- those that were frozen before

    def migrate(self):
        self.env.flush_all()
        folder = Path(__file__).parent.parent / "migrations/19.0.1.2.0"
        spec = spec_from_file_location("levels", folder / "post-report-levels.py")
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    def test_a_report_frozen_before_keeps_its_figures_and_rises(self):
        report = self.produce()
        digest, figures = report.digest, report.figures
        self.frozen_before((self.secret_case, "2026-03-10 08:00:00"))
        self.classify(self.secret_case)
        self.migrate()
        self.assertEqual(report.secrecy_level, 2)
        self.assertEqual((report.digest, report.figures), (digest, figures))
        self.assertFalse(self.seen(self.manager))
        self.assertEqual(self.seen(self.cleared).ids, report.ids)
        anew = self.produce()
        self.assertEqual(self.seen(self.manager).ids, anew.ids)
        self.assertEqual(anew.received, 1)

    def test_a_report_frozen_before_without_classified_cases_stays(self):
        report = self.produce()
        self.frozen_before((self.secret_case, "2026-04-02 08:00:00"))  # entered late
        self.classify(self.secret_case)
        self.migrate()
        self.assertEqual(report.secrecy_level, 0)
        self.assertEqual(self.produce(), report)
