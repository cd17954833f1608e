from datetime import date

from odoo.tests import freeze_time, tagged

from .pack_common import MANAGER, PackCase

OFFICER = "customer_care.customer_care_group_security"


class RegularSurveyCase(PackCase):
    """A company that asks its customers twice a year."""

    LOADER = f"{MANAGER},{OFFICER}"
    ROLES = ("customer_service", "customer_service_manager", "sales_director")
    PROGRAMME = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.park, cls.mall = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "company_id": cls.company.id}
                for name in ("Park", "Mall")
            ]
        )

    def wave(self, day="2026-06-05"):
        programme = self.rule("care.satisfaction.programme", self.PROGRAMME)
        with freeze_time(f"{day} 02:00:00"):
            return programme.sudo()._advance(self.company)

    def fill(self, wave, partner, value):
        request = wave.request_ids.filtered(lambda row: row.res_id == partner.id)
        with freeze_time("2026-06-10 03:00:00"):
            form = request._ensure_form()
            for factor in request.programme_id.factor_ids:
                form._save_lines(factor.question_ids.sudo(), value)
            form._mark_done()
        self.env.flush_all()

    def survey_and_improve(self, duty, rule):
        """Ask twice a year, improve what did not pass."""
        self.assertFalse(self.wave("2026-05-31"))
        owed = self.start_duty(duty, "2026-06-01 02:00:00")
        wave = self.wave()
        self.assertEqual(wave.request_ids.partner_id, self.park | self.mall)
        head = self.holders["customer_service_manager"]
        with freeze_time("2026-06-06 02:00:00"):
            self.env["care.duty"].with_user(head)._fulfil(duty, wave, self.company)
        self.assertEqual(owed.state, "met")
        self.fill(wave, self.park, "9")
        self.fill(wave, self.mall, "6")
        with freeze_time("2026-08-02 02:00:00"):
            self.env["care.satisfaction.programme"]._cron_rounds()
            found = self.rule("care.improvement.rule", rule)._look()
        self.assertEqual(found.partner_id, self.mall)
        self.assertEqual(found.user_id, head)
        self.assertTrue(found.check_date, "its effect is looked at")
        return found


@tagged("post_install", "-at_install")
class TestPackP01Market(RegularSurveyCase):
    """P01 on the market, return calls and satisfaction."""

    PACK = "P01"
    PROGRAMME = "p01_survey"

    def test_p01_01_research_names_target_groups(self):
        """P01.01"""
        owed = self.start_duty("p01_research", "2026-03-01 02:00:00")
        seller = self.holders["sales_director"]
        notes = self.env["care.market.note"].with_user(seller)
        note = notes.create(
            {
                "name": "Parks double their budget",
                "date": "2026-03-10",
                "company_id": self.company.id,
            }
        )
        duties = self.env["care.duty"].with_user(seller)
        with freeze_time("2026-03-10 02:00:00"):
            with self.assertRefused("not the evidence"):  # it names no group
                duties._fulfil("p01_research", note, self.company)
            group = self.env["res.partner.category"].create({"name": "Municipal"})
            note.group_ids = group
            duties._fulfil("p01_research", note, self.company)
        self.assertEqual(owed.state, "met")

    def test_p01_08_every_customer_is_called_twice_a_year(self):
        """P01.08"""
        programme = self.rule("care.callback.programme", "p01_return_calls")
        with freeze_time("2026-03-01 02:00:00"):
            programme.with_user(self.manager).action_draw()
        calls = self.env["care.callback"].search([("programme_id", "=", programme.id)])
        self.assertEqual(calls.partner_id, self.park | self.mall)

    def test_p01_16_regular_survey_on_service_product_and_progress(self):
        """P01.16"""
        programme = self.rule("care.satisfaction.programme", self.PROGRAMME)
        self.assertEqual(
            programme.factor_ids.mapped("code"), ["service", "product", "progress"]
        )
        self.survey_and_improve("p01_survey", "p01_weak")

    def test_p01_17_problems_lead_to_measures_with_a_check(self):
        """P01.17"""
        found = self.survey_and_improve("p01_survey", "p01_weak")
        self.assertEqual(found.clause_id.code, "P01.17")


@tagged("post_install", "-at_install")
class TestPackP02Survey(RegularSurveyCase):
    """P02 on satisfaction."""

    PACK = "P02"
    PROGRAMME = "p02_survey"

    def test_p02_09_regular_survey_and_what_follows(self):
        """P02.09"""
        found = self.survey_and_improve("p02_survey", "p02_weak")
        self.assertEqual(found.clause_id.code, "P02.09")


@tagged("post_install", "-at_install")
class TestPackP19Survey(RegularSurveyCase):
    """P19 on satisfaction."""

    PACK = "P19"
    PROGRAMME = "p19_survey"

    def test_p19_08_results_are_part_of_the_departments_appraisal(self):
        """P19.08"""
        department = self.env["hr.department"].create(
            {"name": "Sales", "company_id": self.company.id}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET registered_department_id = %s WHERE id = ANY(%s)",
            [department.id, (self.park | self.mall).ids],
        )
        self.env.invalidate_all()
        self.survey_and_improve("p19_survey", "p19_weak")
        indicator = self.rule("care.indicator", "p19_satisfaction")
        found = indicator._evaluate(date(2026, 4, 1), date(2026, 6, 30))
        self.assertEqual(found[department.id].value, 75)
