from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .score_common import ScoreCase


@tagged("post_install", "-at_install")
class TestScore(ScoreCase):
    """Scores: written set-based, never changed, followed when different."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders")
        cls.kept = cls.indicator(
            "kept", aggregate="rate", numerator_domain="[('state', '=', 'sale')]"
        )
        cls.card = cls.scorecard(
            lines=[
                {
                    "indicator_id": cls.orders.id,
                    "weight": 60,
                    "curve": "linear",
                    "low": 0,
                    "high": 4,
                },
                {"indicator_id": cls.kept.id, "weight": 40},
            ],
            band_ids=[
                (0, 0, {"code": "a", "name": "A", "value": 80}),
                (0, 0, {"code": "b", "name": "B", "value": 0}),
            ],
        )
        for state in ("sale", "cancel"):
            cls.order(cls.ada, "2026-03-02 08:00:00", state=state)
        for _number in range(4):
            cls.order(cls.bela, "2026-03-02 08:00:00")

    def run_card(self, card=None):
        card = card or self.card
        return card._run(date(2026, 3, 1), self.day)

    def scores(self, **domain):
        rows = self.env["care.score"].search(
            [("scorecard_id", "=", self.card.id)]
            + [(name, "=", value) for name, value in domain.items()]
        )
        return {row.partner_id: row for row in rows}

    def test_every_customer_is_scored_with_details(self):
        self.assertEqual(self.run_card(), 3)
        scores = self.scores()
        self.assertEqual(scores[self.ada].value, 50)  # 2 of 4 orders, half kept
        self.assertEqual(scores[self.ada].band_id.code, "b")
        self.assertEqual(
            (scores[self.bela].value, scores[self.bela].band_code), (100, "a")
        )
        self.assertEqual(
            scores[self.ada].details[1],
            {
                "code": "m1",
                "raw": 50,
                "numerator": 1,
                "denominator": 2,
                "points": 50,
                "weight": 40,
                "reason": None,
            },
        )

    def test_a_measure_that_is_not_known_leaves_its_weight_to_the_others(self):
        self.run_card()
        score = self.scores()[self.cem]
        self.assertEqual((score.value, score.state), (0, "complete"))
        self.assertEqual(score.details[1]["reason"], "no_records")
        self.assertIsNone(score.details[1]["points"])

    def test_a_measure_that_must_be_known_leaves_the_score_incomplete(self):
        self.card.line_ids[1].missing = "fail"
        self.run_card()
        score = self.scores()[self.cem]
        self.assertEqual((score.state, score.reason), ("incomplete", "line_missing"))
        self.env.cr.execute("SELECT value FROM care_score WHERE id = %s", [score.id])
        self.assertIsNone(self.env.cr.fetchone()[0])
        self.assertIsNone(self.card._latest(self.cem.ids, self.day)[self.cem.id].value)

    def test_reckoned_again_nothing_is_written(self):
        self.run_card()
        self.assertEqual(self.run_card(), 0)

    def test_what_is_different_is_a_new_row_and_the_old_one_stays(self):
        self.run_card()
        old = self.scores()[self.ada]
        self.order(self.ada, "2026-03-02 08:00:00")
        self.assertEqual(self.run_card(), 1)
        new = self.scores(is_latest=True)[self.ada]
        self.assertEqual(new.previous_id, old)
        self.assertFalse(old.is_latest)
        self.assertEqual(old.value, 50)
        self.assertAlmostEqual(new.value, 45 + 40 * 2 / 3, 4)

    def test_a_period_reckoned_again_leaves_the_others_alone(self):
        april = (date(2026, 4, 1), date(2026, 4, 30))
        self.run_card()
        self.assertEqual(self.card._run(*april), 3)
        self.order(self.ada, "2026-03-02 08:00:00")
        self.assertEqual(self.run_card(), 1)
        self.assertEqual(self.card._run(*april), 0)
        latest = self.env["care.score"].search(
            [("scorecard_id", "=", self.card.id), ("is_latest", "=", True)]
        )
        self.assertEqual(len(latest), 6)

    def test_a_change_of_the_formula_is_a_version_the_scores_carry(self):
        self.run_card()
        self.assertEqual(self.card.formula_version, 1)
        self.card.write(
            {
                "line_ids": [
                    (1, self.card.line_ids[0].id, {"weight": 50}),
                    (1, self.card.line_ids[1].id, {"weight": 50}),
                ]
            }
        )
        self.assertEqual(self.card.formula_version, 2)
        self.run_card()
        self.assertEqual(self.scores(is_latest=True)[self.ada].formula_version, 2)
        self.assertEqual(self.scores(is_latest=False)[self.ada].formula_version, 1)

    def test_whatever_changes_results_raises_the_version(self):
        line = self.card.line_ids[0]
        for number, change in enumerate(
            [
                lambda: line.write({"high": 8}),
                lambda: line.write({"missing": "zero"}),
                lambda: self.card.write({"least_known_pct": 10}),
                lambda: self.card.band_ids[0].write({"value": 90}),
                lambda: self.card.band_ids[1].unlink(),
                lambda: self.orders.write({"domain": "[('state', '=', 'sale')]"}),
                lambda: line.write(
                    {"curve": "steps", "step_ids": [(0, 0, {"value": 1, "points": 5})]}
                ),
                lambda: line.step_ids.write({"points": 6}),
            ],
            2,
        ):
            change()
            self.assertEqual(self.card.formula_version, number)
        self.card.name = "Another name"
        line.name = "Another name"
        self.assertEqual(self.card.formula_version, number)

    def test_weights_that_are_not_100_are_refused_or_taken_in_proportion(self):
        lines = [{"weight": 60}, {"weight": 60}]
        with self.assertRaisesRegex(ValidationError, "add up to 120"):
            self.scorecard("heavy", lines)
        card = self.scorecard("light", lines, weight_mode="normalised")
        self.assertIn("in proportion", card.warning)
        self.card.line_ids[0].weight = 70  # outside the form
        self.assertIn("nothing is reckoned", self.card.warning)
        with self.assertRaisesRegex(UserError, "add up to 110"):
            self.run_card()

    def test_the_standing_is_that_of_the_last_period_by_the_day(self):
        self.run_card()
        ids = (self.ada + self.bela).ids
        self.assertEqual(self.card._latest(ids, date(2026, 3, 30)), {})
        self.card._latest(ids, self.day)
        with self.assertQueryCount(2):
            found = self.card._latest(ids, self.day)
        score = self.scores()[self.ada]
        self.assertEqual(found[self.ada.id], (50, "b", score.id, False))

    def test_a_run_costs_the_same_for_many_and_for_few(self):
        self.run_card()
        counts = []
        for number in (1, 200):
            self.env["res.partner"].create(
                [
                    {"name": f"P{n}", "ref": "scored", "company_id": self.company.id}
                    for n in range(number)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.run_card()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertLess(counts[0], 40)

    def test_a_list_of_scores_costs_the_same_for_many_and_for_few(self):
        self.env["res.partner"].create(
            [
                {"name": f"P{n}", "ref": "scored", "company_id": self.company.id}
                for n in range(60)
            ]
        )
        self.run_card()
        counts = []
        for number in (3, 60):
            scores = self.env["care.score"].with_user(self.user)
            self.env.flush_all()
            self.env.invalidate_all()
            scores = scores.search([("scorecard_id", "=", self.card.id)], limit=number)
            before = self.env.cr.sql_log_count
            scores.read(["subject_name", "value", "band_id", "state", "reason"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLess(counts[1], 15)

    def test_nobody_writes_scores(self):
        self.run_card()
        score = self.scores()[self.ada]
        for user in (self.user, self.manager, self.env.ref("base.user_admin")):
            for attempt in (
                lambda s: s.write({"value": 100}),
                lambda s: s.unlink(),
                lambda s: s.copy(),
                lambda s: s.with_context(care_engine=True).write({"is_latest": False}),
                lambda s: s.sudo().write({"value": 100}),
            ):
                with self.assertRaises(AccessError):
                    attempt(score.with_user(user))

    def test_another_company_sees_nothing(self):
        self.run_card()
        other = self.env["res.company"].create({"name": "Other"})
        self.user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.env.invalidate_all()
        for model in ("care.score", "care.scorecard", "care.indicator"):
            found = self.env[model].with_user(self.user).search([])
            self.assertFalse(found.filtered(lambda r: r.company_id == self.company))

    def test_scores_of_people_are_theirs_and_the_managers(self):
        card = self.scorecard(
            "people",
            [{"weight": 100}],
            subject_model="res.users",
            subject_domain=f"[('id', 'in', {(self.user + self.second).ids})]",
        )
        self.run_card(card)
        for user, seen in (
            (self.user, self.user),
            (self.manager, self.user + self.second),
        ):
            self.env.invalidate_all()
            found = self.env["care.score"].with_user(user)
            found = found.search([("scorecard_id", "=", card.id)])
            self.assertEqual(set(found.mapped("res_id")), set(seen.ids))
        other = card.score_ids.filtered(lambda score: score.res_id == self.second.id)
        with self.assertRaises(AccessError):
            other.with_user(self.user).action_drill_down()
        entries = self.env["care.scorecard.entry"]
        for user in (self.user, self.manager):
            entries.with_user(user).create(
                {
                    "scorecard_id": card.id,
                    "line_id": card.line_ids.id,
                    "res_id": self.second.id,
                    "value": 1,
                }
            )
        seen = entries.with_user(self.user).search([("scorecard_id", "=", card.id)])
        self.assertEqual(seen.user_id, self.user)

    def test_a_hidden_customer_has_no_name(self):
        self.run_card()
        score = self.scores()[self.ada]
        self.env["ir.rule"].create(
            {
                "name": "Ada is hidden",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": f"[('id', '!=', {self.ada.id})]",
                "groups": [
                    (4, self.env.ref("customer_care.customer_care_group_user").id)
                ],
            }
        )
        self.user.group_ids -= self.env.ref("base.group_partner_manager")
        self.env.invalidate_all()
        seen = score.with_user(self.user)
        self.assertEqual(seen.subject_name, "Restricted record")

    def test_the_records_behind_a_figure(self):
        self.run_card()
        score = self.scores()[self.ada].with_user(self.user)
        action = score.action_drill_down()
        details = (
            self.env["care.score.detail"].with_user(self.user).search(action["domain"])
        )
        self.assertEqual(len(details), 2)
        behind = details[0].action_drill_down()
        orders = (
            self.env[behind["res_model"]].with_user(self.user).search(behind["domain"])
        )
        self.assertEqual(len(orders), 2)
        self.assertIn("<table", score.details_html)

    def test_a_copy_has_its_own_lines_steps_and_bands(self):
        self.card.line_ids[1].write(
            {"curve": "steps", "step_ids": [(0, 0, {"value": 50, "points": 10})]}
        )
        copy = self.card.copy()
        self.assertEqual(copy.code, "value_2")
        self.assertEqual(copy.line_ids.mapped("weight"), [60, 40])
        self.assertEqual(copy.line_ids.step_ids.points, 10)
        self.assertEqual(copy.band_ids.mapped("code"), ["a", "b"])
        self.assertEqual(copy.formula_version, 1)

    @freeze_time("2026-04-05")
    def test_a_manager_reckons_now_by_the_window(self):
        ask = (
            self.env["care.score.run.ask"]
            .with_user(self.manager)
            .create({"scorecard_id": self.card.id})
        )
        self.assertEqual((ask.date_from, ask.date_to), (date(2026, 3, 1), self.day))
        self.card.period = "year"
        yearly = ask.create({"scorecard_id": self.card.id})
        self.assertEqual(yearly.date_to, date(2025, 12, 31))
        self.card.period = "month"
        action = ask.action_run()
        self.assertEqual(self.env["care.score"].search_count(action["domain"]), 3)
        with self.assertRaises(AccessError):
            self.env["care.score.run.ask"].with_user(self.user).create({})

    def test_the_customers_page_counts_its_scores(self):
        self.run_card()
        self.assertEqual(self.ada.with_user(self.user).care_score_count, 1)
        action = self.ada.with_user(self.user).action_view_care_scores()
        self.assertEqual(
            self.env["care.score"].search(action["domain"]).partner_id, self.ada
        )
