from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from .test_pack_p03 import P03Case

QUARTER = date(2026, 1, 1), date(2026, 3, 31)


@tagged("post_install", "-at_install")
class TestPackP03Survey(P03Case):
    """P03 on satisfaction: surveys, scores, grades, and what follows a bad one."""

    def project(self, name, kind, **vals):
        return self.env["project.project"].create(
            {
                "name": name,
                "care_kind": kind,
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.clerk.id,
                **vals,
            }
        )

    def enter(self, project, card, values, day="2026-03-20", signed=True):
        """Enter figures {code of the measure: figure} from a signed form."""
        card = self.rule("care.scorecard", card)
        entries = self.env["care.scorecard.entry"].with_user(self.clerk)
        files = [Command.set(self.file().ids)] if signed else False
        lines = {line.code: line for line in card.line_ids}
        return entries.create(
            [
                {
                    "scorecard_id": card.id,
                    "line_id": lines[code].id,
                    "res_id": project.id,
                    "date": day,
                    "value": value,
                    "attachment_ids": files,
                    "company_id": self.company.id,
                }
                for code, value in values.items()
            ]
        )

    def run_card(self, code, span=QUARTER):
        """Reckon a scorecard; return {subject id: its score}."""
        card = self.rule("care.scorecard", code)
        card._run(*span, company=self.company)
        scores = self.env["care.score"].search(
            [
                ("scorecard_id", "=", card.id),
                ("is_latest", "=", True),
                ("date_to", "=", span[1]),
            ]
        )
        return {score.res_id: score for score in scores}

    def survey_works(self, project, value, **kwargs):
        card = self.rule("care.scorecard", "p03_works")
        codes = card.line_ids.mapped("code")
        return self.enter(project, "p03_works", dict.fromkeys(codes, value), **kwargs)

    def judge(self, project, performance, awards, questionnaire):
        """Let the three sources speak of a works project in the first quarter."""
        self.survey_works(project, questionnaire)
        self.enter(
            project,
            "p03_satisfaction",
            {"performance": performance, "awards": awards},
        )

    def score_all(self):
        self.run_card("p03_housing")
        self.run_card("p03_works")
        return self.run_card("p03_satisfaction")

    def test_p03_08_three_sources_with_their_weights(self):
        """P03.08"""
        project = self.project("Bridge", "works")
        self.judge(project, 90, 60, 80)
        score = self.score_all()[project.id]
        self.assertEqual(score.value, 0.4 * 90 + 0.1 * 60 + 0.5 * 80)
        self.assertEqual(score.state, "complete")

    def test_p03_09_factors_for_housing(self):
        """P03.09"""
        estate = self.project("Estate", "housing")
        self.enter(
            estate,
            "p03_housing",
            {"handover": 100, "title": 50, "utilities": 80, "doors": 80}
            | {"structure": 80, "common_area": 80, "sales": 60, "repair": 40},
        )
        score = self.run_card("p03_housing")[estate.id]
        self.assertEqual(score.value, 20 + 10 + 24 + 9 + 6)
        self.assertNotIn(estate.id, self.run_card("p03_works"))

    def test_p03_10_factors_for_works(self):
        """P03.10"""
        bridge = self.project("Bridge", "works")
        self.enter(
            bridge,
            "p03_works",
            {"quality": 100, "technique": 80, "progress": 60, "site": 80}
            | {"cost": 70, "subcontract": 90, "cooperation": 100},
        )
        score = self.run_card("p03_works")[bridge.id]
        self.assertEqual(score.value, 25 + 8 + 9 + 12 + 7 + 9 + 15)
        self.assertEqual(score.band_code, "fairly")

    def test_p03_11_works_in_the_last_month_of_each_quarter(self):
        """P03.11"""
        occurrence = self.start_duty("p03_survey_works", "2026-03-01 02:00:00")
        self.assertEqual(self.day(occurrence.due_at), "2026-03-31")
        head = self.holders["customer_service_manager"]
        self.assertEqual(occurrence.user_id, head)
        entry = self.survey_works(self.project("Bridge", "works"), 90)[0]
        with freeze_time("2026-03-25 02:00:00"):
            self.env["care.duty"].with_user(head)._fulfil(
                "p03_survey_works", entry, self.company
            )
        self.assertEqual(occurrence.state, "met")

    def test_p03_11_finished_works_within_a_month_after_settlement(self):
        """P03.11"""
        with freeze_time("2026-03-10 02:00:00"):
            project = self.project("Bridge", "works")
            self.survey_works(project, 90, day="2026-03-05")
            project.care_settlement_date = "2026-03-10"
        owed = self.owed("P03.11", project)
        self.assertEqual((self.day(owed.due_at), owed.state), ("2026-04-10", "open"))
        with freeze_time("2026-04-02 02:00:00"):
            self.survey_works(project, 90, day="2026-04-02")
        self.assertEqual(self.owed("P03.11", project).state, "met")

    def test_p03_11_housing_between_hand_over_and_title(self):
        """P03.11"""
        with freeze_time("2026-03-10 02:00:00"):
            estate = self.project(
                "Estate",
                "housing",
                care_handover_date="2026-03-10",
                care_title_date="2026-06-30",
            )
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
        bands = []
        for value in (100, 91, 90, 81, 80, 61, 60, 0):
            project = self.project(f"At {value}", "works")
            self.judge(project, value, value, value)
            bands.append(project)
        scores = self.score_all()
        self.assertEqual(
            [scores[project.id].band_code for project in bands],
            ["satisfied", "satisfied", "fairly", "fairly"]
            + ["average", "average", "dissatisfied", "dissatisfied"],
        )
        rate = self.rule("care.indicator", "p03_pass_rate")._evaluate(*QUARTER)
        value = next(iter(rate.values()))
        self.assertEqual((value.numerator, value.denominator), (5, 8), "80 passes")

    def test_p03_13_plan_of_the_year_and_its_check(self):
        """P03.13"""
        plan = self.start_duty("p03_survey_plan", "2026-01-01 02:00:00")
        self.assertEqual(self.day(plan.due_at), "2026-01-31")
        self.sweep("2026-02-01 02:00:00")
        self.assertEqual(plan.state, "missed", "no plan was filed")
        self.assertEqual(self.owed("P03.13")[:1], plan)
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

    def test_p03_14_no_figure_without_the_signed_form(self):
        """P03.14"""
        project = self.project("Bridge", "works")
        with self.assertRefused("signed and stamped"):
            self.survey_works(project, 90, signed=False)
        entries = self.survey_works(project, 90)
        checks = self.env["care.requirement.check"].search(
            [("res_model", "=", entries._name), ("res_id", "in", entries.ids)]
        )
        self.assertEqual(checks.clause_id.code, "P03.14")

    def test_p03_15_projects_make_the_quarter_quarters_the_year(self):
        """P03.15"""
        for name, value in (("Bridge", 90), ("Tunnel", 70)):
            self.judge(self.project(name, "works"), value, value, value)
        self.score_all()
        quarter = self.run_card("p03_company_quarter")[self.company.id]
        self.assertEqual((quarter.value, quarter.band_code), (80, "average"))
        year = date(2026, 1, 1), date(2026, 12, 31)
        alone = self.run_card("p03_company_year", year)[self.company.id]
        self.assertEqual(alone.value, 80, "no subsidiary: the quarters alone")
        self.subsidiary_scores(50)
        both = self.run_card("p03_company_year", year)[self.company.id]
        self.assertEqual(both.value, 0.6 * 80 + 0.4 * 50)

    def subsidiary_scores(self, value):
        """Let a subsidiary with the same policy have a score of the first quarter."""
        below = self.env["res.company"].create(
            {"name": "Subsidiary", "parent_id": self.company.id}
        )
        self.env.user.company_ids += below
        self.manager.company_ids += below
        self.env["care.policy.pack"].with_user(self.manager).load_pack("P03", below.id)
        cards = self.env["care.scorecard"].search([("company_id", "=", below.id)])
        cards = {card.code: card for card in cards}
        project = self.project("Mall", "works", company_id=below.id, partner_id=False)
        entries = self.env["care.scorecard.entry"]
        entries.create(
            [
                {
                    "scorecard_id": line.scorecard_id.id,
                    "line_id": line.id,
                    "res_id": project.id,
                    "date": "2026-02-01",
                    "value": value,
                    "attachment_ids": [Command.set(self.file().sudo().ids)],
                    "company_id": below.id,
                }
                for line in (
                    cards["p03_works"].line_ids
                    + cards["p03_satisfaction"].line_ids.filtered("is_manual")
                )
            ]
        )
        for code in ("p03_works", "p03_satisfaction", "p03_company_quarter"):
            cards[code]._run(*QUARTER, company=below)

    def test_p03_18_a_project_under_80_is_improved(self):
        """P03.18"""
        good, bad = self.project("Good", "works"), self.project("Bad", "works")
        self.judge(good, 80, 80, 80)
        self.judge(bad, 79, 79, 79)
        scores = self.score_all()
        rule = self.rule("care.improvement.rule", "p03_under_pass")
        with freeze_time("2026-04-02 02:00:00"):
            found = rule._look()
            self.assertFalse(rule._look(), "once for each score")
        self.assertEqual(
            (found.res_model, found.res_id), ("care.score", scores[bad.id].id)
        )
        self.assertEqual(found.user_id, self.holders["customer_service_manager"])
        self.assertEqual(self.day(found.date_due), "2026-05-02")
        self.assertEqual(found.clause_id.code, "P03.18")
        with self.assertRefused(""):
            found.with_user(found.user_id).action_close()
