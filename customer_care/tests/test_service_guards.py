from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
@freeze_time("2026-01-10 01:00:00")
class TestServiceGuards(PlanCase):
    """What plans, reviews and incentives refuse beside their usual course."""

    def held(self):
        """Return a review that is done."""
        review = self.by("ann", self.run_plan().review_ids)
        review.line_ids.write({"found": 99})
        review.write(
            {
                "date_done": "2026-01-10",
                "quality": "Good",
                "satisfaction": "Content",
                "measures": "None",
            }
        )
        review.action_done()
        return review

    def test_the_team_is_that_of_the_customer(self):
        plan = self.make_plan()
        other = self.member.copy({"partner_id": self.make_customer("Other").id})
        with self.refused("another customer's team"):
            plan.team_ids = other

    def test_standards_measure_customers(self):
        indicator = self.env["care.indicator"].create(
            {
                "code": "g_people",
                "name": "By person",
                "model_name": "care.service.review.line",
                "date_field": "date_done",
                "subject_path": "user_id",
                "company_id": self.company.id,
            }
        )
        with self.refused("not measured for customers"):
            self.make_plan().line_ids[0].indicator_id = indicator
        line = {"name": "Good service", "target": 1}
        with self.refused("cannot be measured"):
            self.env["care.service.plan.template"].create(
                {
                    "code": "g_template",
                    "name": "Plan",
                    "line_ids": [Command.create(line)],
                }
            )

    def test_the_next_plan_follows_one_that_was_worked_out(self):
        with self.refused("not worked out yet"):
            self.make_plan().action_next_plan()

    def test_a_step_is_taken_back_while_its_plan_runs(self):
        plan = self.run_plan()
        step = self.by("ben", plan.step_ids)
        step.action_done()
        plan.conclusion = "Reached"
        plan.action_close()
        with self.refused("does not run any more"):
            step.action_reopen()

    def test_reviews_belong_to_a_plan_that_runs_and_stay_with_it(self):
        draft = self.make_plan()
        rows = self.by("ann", self.env["care.service.review"])
        with self.refused("does not run"):
            rows.create({"plan_id": draft.id, "date_due": "2026-04-01"})
        review = self.by("ann", self.run_plan().review_ids)
        with self.refused("stays with its plan"):
            review.plan_id = draft
        with self.refused("standards of its own plan"):
            review.line_ids[0].line_id = draft.line_ids[0]

    def test_a_review_ahead_is_not_done_and_one_done_stays(self):
        review = self.by("ann", self.run_plan().review_ids)
        review.line_ids.write({"found": 99})
        review.write(
            {"date_done": "2026-01-11", "quality": "Good", "satisfaction": "Content"}
        )
        review.measures = "None"
        with self.refused("lies ahead"):
            review.action_done()
        review.date_done = "2026-01-10"
        review.action_done()
        with self.assertRaisesRegex(AccessError, "stays on record"):
            self.by("mia", review).unlink()

    def test_a_mean_leaves_out_what_is_not_judged(self):
        review = self.held()
        self.make_plan(name="Not judged")
        share = review.share_met
        for model in ("care.service.plan", "care.service.review"):
            rows = self.env[model]._read_group([], [], ["share_met:avg", "__count"])
            with self.subTest(model=model):
                self.assertGreater(rows[0][1], 1)
                domain = [("is_judged", "=", True)]
                judged = self.env[model].search(domain).mapped("share_met")
                self.assertAlmostEqual(rows[0][0], sum(judged) / len(judged))
        self.assertGreater(share, 0)

    # ---- incentives

    def make_rule(self, **vals):
        return self.by("mia", self.env["care.incentive.rule"]).create(
            {
                "code": "g_discount",
                "name": "Discount",
                "kind": "discount",
                "percent": 3,
                **vals,
            }
        )

    def make_incentive(self, rule):
        return self.by("ann", self.env["care.incentive"]).create(
            {"rule_id": rule.id, "partner_id": self.acme.id, "reason": "Loyal"}
        )

    def test_what_was_asked_for_or_used_stays_on_record(self):
        rule = self.make_rule()
        mine = self.make_incentive(rule)
        with self.refused("was used and stays"):
            rule.unlink()
        mine.action_ask()
        with self.refused("Say that it is not taken up"):
            mine.unlink()

    def test_it_is_handed_over_between_the_grant_and_today(self):
        mine = self.make_incentive(self.make_rule())
        mine.action_ask()
        self.decide(mine, "gao")
        mine.receiver = "Director Wang"
        for day in (date(2026, 1, 9), date(2026, 1, 11)):
            mine.handed_on = day
            with self.subTest(day=day), self.refused("between the day it was granted"):
                mine.action_hand_over()

    def test_rules_go_by_measures_of_customers(self):
        card = self.env["care.scorecard"].create(
            {
                "code": "g_card",
                "name": "People",
                "subject_model": "res.users",
                "line_ids": [
                    Command.create({"code": "a", "name": "Entered", "weight": 100})
                ],
            }
        )
        with self.assertRaisesRegex(ValidationError, "not about customers"):
            self.make_rule(code="g_score", basis="score", scorecard_id=card.id)
        with self.refused("Nobody has earned more"):
            self.make_rule().action_propose()
