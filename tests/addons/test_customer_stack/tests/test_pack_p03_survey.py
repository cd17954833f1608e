from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .pack_p03_common import P03SurveyCase

QUARTER = date(2026, 1, 1), date(2026, 3, 31)


@tagged("post_install", "-at_install")
class TestPackP03Survey(P03SurveyCase):
    """P03 on satisfaction: surveys, scores, grades, and what follows a bad one."""

    def test_p03_08_three_sources_with_their_weights(self):
        """P03.08"""
        project = self.project("Bridge")
        wave = self.wave("p03_works")
        self.fill(self.request_of(wave, project), alike=80)
        self.enter(project, "p03_performance", 90)
        self.enter(project, "p03_awards", 60)
        wave.sudo()._reckon()
        self.assertEqual(
            self.score(wave, project).value, 0.4 * 90 + 0.1 * 60 + 0.5 * 80
        )

    def test_p03_09_factors_for_housing(self):
        """P03.09"""
        estate = self.project(
            "Estate",
            "housing",
            care_handover_date="2026-03-10",
            care_title_date="2026-06-30",
        )
        wave = self.wave("p03_housing")
        answer = self.fill(
            self.request_of(wave, estate),
            handover=100,
            title=50,
            utilities=80,
            doors=80,
            structure=80,
            common_area=80,
            sales=60,
            repair=40,
        )
        self.assertEqual(answer.score, 20 + 10 + 24 + 9 + 6)
        weights = self.rule("care.satisfaction.programme", "p03_housing").factor_ids
        self.assertEqual(sum(weights.mapped("weight")), 100)

    def test_p03_10_factors_for_works(self):
        """P03.10"""
        programme = self.rule("care.satisfaction.programme", "p03_works")
        with self.assertRefused("make 105, not 100"):
            programme.factor_ids[0].weight += 5
        bridge = self.project("Bridge")
        wave = self.wave("p03_works")
        answer = self.fill(
            self.request_of(wave, bridge),
            quality=100,
            technique=80,
            progress=60,
            site=80,
            cost=70,
            subcontract=90,
            cooperation=100,
        )
        self.assertEqual(answer.score, 25 + 8 + 9 + 12 + 7 + 9 + 15)
        self.assertEqual(answer.band_id.code, "fairly")

    def test_p03_11_works_in_the_last_month_of_each_quarter(self):
        """P03.11"""
        project = self.project("Bridge")
        self.assertFalse(self.wave("p03_works", "2026-02-28"))
        wave = self.wave("p03_works", "2026-03-01")
        request = self.request_of(wave, project)
        self.assertEqual(request.user_id, self.holders["customer_service"])
        occurrence = self.start_duty("p03_survey_works", "2026-03-01 02:00:00")
        self.assertEqual(self.day(occurrence.due_at), "2026-03-31")
        head = self.holders["customer_service_manager"]
        self.assertEqual(occurrence.user_id, head)
        answer = self.fill(request, alike=90)
        with freeze_time("2026-03-25 02:00:00"):
            self.env["care.duty"].with_user(head)._fulfil(
                "p03_survey_works", answer, self.company
            )
        self.assertEqual(occurrence.state, "met")

    def test_p03_11_finished_works_within_a_month_after_settlement(self):
        """P03.11"""
        with freeze_time("2026-03-10 02:00:00"):
            project = self.project("Bridge", care_settlement_date="2026-03-10")
        self.assertFalse(
            self.request_of(self.wave("p03_works"), project), "no longer under way"
        )
        request = self.request_of(self.wave("p03_settled", "2026-03-11"), project)
        self.assertEqual(self.day(request.due_on), "2026-04-10")
        owed = self.owed("P03.11", project)
        self.assertEqual((self.day(owed.due_at), owed.state), ("2026-04-10", "open"))
        answer = self.fill(request, "2026-04-02", alike=90)
        self.assertEqual(self.owed("P03.11", project).state, "met")
        self.assertEqual(self.day(answer.round_id.date_to), "2026-06-30")

    def test_p03_11_housing_between_hand_over_and_title(self):
        """P03.11"""
        with freeze_time("2026-03-10 02:00:00"):
            estate = self.project(
                "Estate",
                "housing",
                care_handover_date="2026-03-10",
                care_title_date="2026-06-30",
            )
        request = self.request_of(self.wave("p03_housing", "2026-03-10"), estate)
        self.assertEqual(self.day(request.due_on), "2026-06-30")
        owed = self.owed("P03.11", estate)
        self.assertEqual(self.day(owed.due_at), "2026-06-30")
        with freeze_time("2026-05-02 02:00:00"):
            estate.care_title_date = "2026-08-31"
        self.assertEqual(self.day(self.owed("P03.11", estate).due_at), "2026-08-31")
        self.sweep("2026-09-02 02:00:00")
        self.assertEqual(self.owed("P03.11", estate).state, "missed")
        self.assertIn("pack_customer_service_manager", self.told(estate))

    def test_p03_12_four_grades_and_a_pass_mark(self):
        """P03.12"""
        values = (100, 91, 90.5, 90.49, 81, 80, 79.99, 61, 60.49, 0)
        projects = [self.project(f"At {value}") for value in values]
        wave = self.wave("p03_works")
        for project, value in zip(projects, values, strict=True):
            self.fill(self.request_of(wave, project), alike=value)
        scores = [self.score(wave, project) for project in projects]
        self.assertEqual(
            [score.band_id.code for score in scores],
            ["satisfied"] * 3 + ["fairly"] * 2 + ["average"] * 3 + ["dissatisfied"] * 2,
        )
        self.assertEqual(
            [score.is_passed for score in scores], [True] * 6 + [False] * 4
        )
        rate = self.rule("care.indicator", "p03_pass_rate")._evaluate(*QUARTER)
        value = next(iter(rate.values()))
        self.assertEqual((value.numerator, value.denominator), (6, 10))

    def test_p03_13_plan_of_the_year_and_its_check(self):
        """P03.13"""
        plan = self.start_duty("p03_survey_plan", "2026-01-01 02:00:00")
        self.assertEqual(self.day(plan.due_at), "2026-01-31")
        head = self.holders["customer_service_manager"]
        with freeze_time("2026-01-20 02:00:00"):
            made = (
                self.env["care.satisfaction.plan"]
                .with_user(self.manager)
                .create({"year": 2026, "company_id": self.company.id})
            )
            made.action_propose()
            made.action_confirm()
            self.env["care.duty"].with_user(head)._fulfil(
                "p03_survey_plan", made, self.company
            )
        self.assertEqual(plan.state, "met")
        works = made.round_ids.filtered(
            lambda wave: wave.programme_id.code == "p03_works"
        )
        self.assertEqual(
            sorted(works.mapped("planned_on")),
            [date(2026, month, 1) for month in (3, 6, 9, 12)],
        )
        self.wave("p03_works")
        for moment, late in (("2026-04-02", 0), ("2026-07-02", 1)):
            with freeze_time(f"{moment} 02:00:00"):
                made.invalidate_recordset()
                self.assertEqual((made.held_count, made.late_count), (1, late))

    def test_p03_13_its_execution_is_checked(self):
        """P03.13"""
        head = self.holders["customer_service_manager"]
        check = self.start_duty("p03_survey_check", "2026-06-01 02:00:00")
        with freeze_time("2026-06-20 02:00:00"):
            inspection = (
                self.env["care.inspection"]
                .with_user(head)
                .create(
                    {
                        "template_id": self.rule(
                            "care.inspection.template", "p03_survey_execution"
                        ).id,
                        "date_planned": "2026-06-20",
                        "inspector_ids": [Command.set(head.ids)],
                    }
                )
            )
            inspection.item_ids.write({"result": "passed"})
            inspection.action_done()
            self.env["care.duty"].with_user(head)._fulfil(
                "p03_survey_check", inspection, self.company
            )
        self.assertEqual(check.state, "met")

    def test_p03_14_no_form_without_signature_and_stamp(self):
        """P03.14"""
        project = self.project("Bridge", care_settlement_date="2026-03-10")
        request = self.request_of(self.wave("p03_settled"), project)
        clerk = self.holders["customer_service"]
        with self.assertRefused("signed and stamped"):
            request.with_user(clerk).action_fill_in()
        self.sign(request)
        with self.assertRefused("Completion evaluation"):
            request.with_user(clerk).action_fill_in()
        papers = [
            self.env["ir.attachment"]
            .with_user(clerk)
            .create({"name": name, "raw": b"scan"})
            for name in ("evaluation.pdf", "warranty.pdf")
        ]
        self.sign(
            request,
            evaluation_ids=[Command.set(papers[0].ids)],
            warranty_ids=[Command.set(papers[1].ids)],
        )
        with self.assertRaises(UserError):
            request.with_user(self.foreman).action_fill_in()
        request.with_user(clerk).action_fill_in()
        checks = self.env["care.requirement.check"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        self.assertEqual(set(checks.clause_id.mapped("code")), {"P03.14"})

    def test_p03_15_projects_make_the_quarter_quarters_the_year(self):
        """P03.15"""
        bridge = self.project("Bridge")
        tunnel = self.project("Tunnel", care_settlement_date="2026-03-10")
        works, settled = self.wave("p03_works"), self.wave("p03_settled")
        self.fill(self.request_of(works, bridge), alike=90)
        self.fill(self.request_of(settled, tunnel), alike=70)
        settled.sudo()._reckon()
        quarter = self.score(works)
        self.assertEqual((quarter.value, quarter.band_id.code), (80, "average"))
        self.assertTrue(quarter.is_passed)
        self.assertEqual(self.year(self.company).value, 80, "the quarters alone")
        with self.assertRefused("not closed yet"):
            works.with_user(self.manager).action_close()
        self.subsidiary_score(50)
        self.assertEqual(self.year(self.company).value, 0.6 * 80 + 0.4 * 50)

    def year(self, company):
        return self.env["care.satisfaction.score"].search(
            [
                ("level", "=", "year"),
                ("company_id", "=", company.id),
                ("is_latest", "=", True),
            ]
        )

    def subsidiary_score(self, value):
        """Let a subsidiary with the same policy be judged in the first quarter."""
        below = self.env["res.company"].create(
            {"name": "Subsidiary", "parent_id": self.company.id}
        )
        self.env.user.company_ids += below
        self.manager.company_ids += below
        self.env["care.policy.pack"].with_user(self.manager).load_pack("P03", below.id)
        programme = self.env["care.satisfaction.programme"].search(
            [("code", "=", "p03_works"), ("company_id", "=", below.id)]
        )
        project = self.project("Mall", company_id=below.id)
        with freeze_time("2026-03-20 02:00:00"):
            wave = programme.sudo()._advance(below)
        self.fill(self.request_of(wave, project), alike=value)
        wave.sudo()._reckon()

    def test_p03_16_our_satisfaction_beside_that_of_competitors(self):
        """P03.16"""
        collected = self.start_duty("p03_benchmark_data", "2026-11-01 02:00:00")
        boss = self.holders["sales_director"]
        rival = self.new_customer("Rival Construction")
        measure = self.rule("care.benchmark.measure", "p03_satisfaction")
        figures = self.env["care.benchmark"].with_user(boss)
        vals = {
            "measure_id": measure.id,
            "partner_id": rival.id,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            "value": 85,
            "source": "Annual report",
            "collected_on": "2026-11-10",
            "company_id": self.company.id,
        }
        with self.assertRefused("no firm to compare with"):
            figures.create(vals)
        rival.care_is_benchmark = True
        with freeze_time("2026-11-10 02:00:00"):
            figure = figures.create(vals)
            self.env["care.duty"].with_user(boss)._fulfil(
                "p03_benchmark_data", figure, self.company
            )
        self.assertEqual(collected.state, "met")
        project = self.project("Bridge")
        wave = self.wave("p03_works")
        self.fill(self.request_of(wave, project), alike=80)
        wave.sudo()._reckon()
        self.env.flush_all()
        rows = self.env["care.benchmark.report"].with_user(self.clerk)
        rows = rows.search([("measure_id", "=", measure.id)])
        ours, theirs = rows.sorted(lambda row: not row.is_own)
        self.assertEqual(ours.partner_id, self.company.partner_id)
        self.assertEqual((ours.value, theirs.value), (80, 85))
        self.assertEqual((theirs.own_value, theirs.difference), (80, -5))

    def test_p03_18_a_project_under_80_is_improved_and_called_on(self):
        """P03.18"""
        good, bad = self.project("Good"), self.project("Bad")
        wave = self.wave("p03_works")
        self.fill(self.request_of(wave, good), alike=80)
        self.fill(self.request_of(wave, bad), alike=79)
        rule = self.rule("care.improvement.rule", "p03_under_pass")
        with freeze_time("2026-04-02 02:00:00"):
            self.assertFalse(rule._look(), "the quarter is not closed")
            self.wave("p03_housing").sudo()._close()
            wave.with_user(self.manager).action_close()
            found = rule._look()
            self.assertFalse(rule._look(), "once for each score")
        score = self.score(wave, bad)
        self.assertEqual((found.res_model, found.res_id), (score._name, score.id))
        self.assertEqual(found.user_id, self.holders["customer_service_manager"])
        self.assertEqual(self.day(found.date_due), "2026-05-02")
        self.assertEqual(found.clause_id.code, "P03.18")
        with self.assertRefused(""):
            found.with_user(found.user_id).action_close()
        programme = self.rule("care.callback.programme", "p03_call_again")
        with freeze_time("2026-04-03 02:00:00"):
            programme.with_user(self.manager).action_draw()
        call = self.env["care.callback"].search([("programme_id", "=", programme.id)])
        self.assertEqual(call.partner_id, bad.partner_id)
        self.assertEqual((call.res_model, call.res_id), (score._name, score.id))
        with freeze_time("2026-05-10 02:00:00"):
            score.round_id.with_user(self.manager)._correct("A form was misread")
            self.assertFalse(rule._look(), "corrected or not, it is the same project")
