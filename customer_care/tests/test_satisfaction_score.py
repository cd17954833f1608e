from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..logic import satisfaction
from .satisfaction_common import SatisfactionCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestSatisfactionScore(SatisfactionCase):
    """From forms to the scores of projects and of the company."""

    def test_a_form_is_the_weighted_mean_of_its_factors(self):
        wave = self.open_round()
        answer = self.answer(
            self.request_of(wave, self.bridge), quality=95, progress=72
        )
        self.assertEqual(answer.score, 0.6 * 95 + 0.4 * 72)
        self.assertEqual((answer.state, answer.known_pct), ("counted", 100))
        self.assertEqual(answer.band_id.code, "fairly")
        self.assertEqual(
            answer.point_ids.sorted("factor_id").mapped("points"), [95, 72]
        )

    def test_what_does_not_apply_leaves_its_weight_to_the_others(self):
        wave = self.open_round()
        answer = self.answer(
            self.request_of(wave, self.bridge), not_applicable=["progress"], quality=70
        )
        self.assertEqual((answer.score, answer.known_pct), (70, 100))
        states = dict(answer.point_ids.mapped(lambda p: (p.factor_id.code, p.state)))
        self.assertEqual(states, {"quality": "given", "progress": "not_applicable"})

    def test_what_is_not_answered_goes_by_the_rule_of_the_programme(self):
        for rule, score, state in [
            ("skip", 70, "counted"),
            ("zero", 42, "counted"),
            ("void", 0, "void"),
        ]:
            with self.subTest(rule=rule):
                programme = self.new_programme(f"sa_{rule}", missing=rule)
                wave = self.open_round(programme)
                answer = self.answer(self.request_of(wave, self.bridge), quality=70)
                self.assertEqual((answer.score, answer.state), (score, state))
                self.assertEqual(answer.known_pct, 60)

    def test_a_form_with_too_little_does_not_count(self):
        self.programme.least_weight_pct = 60.01
        wave = self.open_round()
        answer = self.answer(self.request_of(wave, self.bridge), quality=70)
        self.assertEqual((answer.state, answer.reason), ("void", "too_little"))
        self.assertEqual(self.score(wave, self.bridge).reason, "no_answer")

    def test_a_form_on_which_nothing_applies_does_not_count(self):
        wave = self.open_round()
        answer = self.answer(
            self.request_of(wave, self.bridge), not_applicable=["quality", "progress"]
        )
        self.assertEqual((answer.state, answer.reason), ("void", "too_little"))

    def test_the_boundary_between_grades(self):
        """Rounded half up to the digits of the scale, then to those of the grades."""
        for value, code, passed in [
            (100, "satisfied", True),
            (91, "satisfied", True),
            (90.5, "satisfied", True),
            (90.495, "satisfied", True),  # 90.50 on the sheet
            (90.494, "fairly", True),
            (90.49, "fairly", True),
            (80.5, "fairly", True),
            (80.49, "average", True),
            (80, "average", True),
            (79.995, "average", True),  # 80.00 on the sheet
            (79.99, "average", False),
            (60.5, "average", False),
            (60.49, "dissatisfied", False),
            (60, "dissatisfied", False),
            (0, "dissatisfied", False),
        ]:
            with self.subTest(value=value), self.env.cr.savepoint() as point:
                wave = self.open_round()
                self.answer(
                    self.request_of(wave, self.bridge), quality=value, progress=value
                )
                score = self.score(wave, self.bridge)
                self.assertEqual((score.band_id.code, score.is_passed), (code, passed))
                digits = self.scale.digits
                self.assertEqual(
                    satisfaction.exact(score.value),
                    satisfaction.rounded(value, digits).normalize(),
                )
                point.rollback()
                self.env.invalidate_all()

    def test_the_precision_of_grades_is_data(self):
        self.scale.write({"grade_digits": 1})
        wave = self.open_round()
        self.answer(self.request_of(wave, self.bridge), quality=90.5, progress=90.5)
        self.assertEqual(self.score(wave, self.bridge).band_id.code, "fairly")
        self.assertIn("90.95", self.scale.example)

    def test_a_project_has_the_mean_of_its_forms(self):
        owners = self.customer("Owner one") | self.customer("Owner two")
        wave = self.open_round()
        window = self.env["care.satisfaction.add"].with_user(self.manager)
        for _again in range(2):
            window.create(
                {
                    "round_id": wave.id,
                    "request_id": self.request_of(wave, self.bridge)[0].id,
                    "partner_ids": owners.ids,
                }
            ).action_add()
        requests = self.request_of(wave, self.bridge).sorted("id")
        self.assertEqual(requests.partner_id, self.bridge.partner_id | owners)
        for request, value in zip(requests, (100, 90, 81), strict=True):
            self.answer(request, quality=value, progress=value)
        score = self.score(wave, self.bridge)
        self.assertEqual((score.value, score.answered), (90.33, 3))
        self.assertFalse(score.partner_id, "it is about no single customer")
        self.assertEqual(score.band_id.code, "fairly")

    def test_the_company_has_the_mean_of_what_its_projects_were_given(self):
        wave = self.open_round()
        self.answer(self.request_of(wave, self.bridge), quality=90, progress=90)
        self.answer(self.request_of(wave, self.tunnel), quality=70, progress=75)
        self.assertFalse(self.score(wave), "the job reckons the company")
        wave.sudo()._reckon()
        company = self.score(wave)
        self.assertEqual((company.value, company.answered), (81, 2))
        self.assertEqual(company.band_id.code, "fairly")

    def test_one_answer_reckons_its_project_only(self):
        wave = self.open_round()
        self.answer(self.request_of(wave, self.bridge), quality=90, progress=90)
        first = self.score(wave, self.bridge)
        self.answer(self.request_of(wave, self.tunnel), quality=50, progress=50)
        self.assertEqual(self.score(wave, self.bridge), first)
        self.assertEqual(self.score(wave, self.tunnel).value, 50)

    def test_nobody_answered_is_no_zero(self):
        wave = self.open_round()
        wave.action_reckon()
        score = self.score(wave, self.bridge)
        self.assertEqual((score.state, score.reason), ("incomplete", "no_answer"))
        self.assertEqual(self.score(wave).reason, "no_score")
        self.assertFalse(wave.has_value)

    def judged_from_three_sources(self):
        """Let contract performance and awards count beside the questionnaire; return
        their scorecards."""
        cards = self.env["care.scorecard"].create(
            [
                {
                    "code": code,
                    "name": code,
                    "subject_model": "project.project",
                    "period": "quarter",
                    "company_id": self.company.id,
                    "line_ids": [
                        Command.create({"code": "it", "name": "It", "weight": 100})
                    ],
                }
                for code in ("sa_contract", "sa_awards")
            ]
        )
        self.programme.source_ids = [
            Command.create(
                {"code": "asked", "name": "Asked", "weight": 50, "missing": "fail"}
            ),
            Command.create(
                {
                    "code": "contract",
                    "name": "Contract",
                    "kind": "contract",
                    "scorecard_id": cards[0].id,
                    "weight": 40,
                }
            ),
            Command.create(
                {
                    "code": "awards",
                    "name": "Awards",
                    "kind": "award",
                    "scorecard_id": cards[1].id,
                    "weight": 10,
                }
            ),
        ]
        return cards

    def test_sources_have_weights_and_a_rule_of_their_own(self):
        cards = self.judged_from_three_sources()
        for card, value in zip(cards, (90, 60), strict=True):
            self.env["care.scorecard.entry"].with_user(self.clerk).create(
                {
                    "scorecard_id": card.id,
                    "line_id": card.line_ids.id,
                    "res_id": self.bridge.id,
                    "date": "2026-03-05",
                    "value": value,
                    "company_id": self.company.id,
                }
            )
        wave = self.open_round()
        self.answer(self.request_of(wave, self.bridge), quality=80, progress=80)
        self.answer(self.request_of(wave, self.tunnel), quality=80, progress=80)
        wave.action_reckon()
        self.assertEqual(self.score(wave, self.bridge).value, 40 + 36 + 6)
        self.assertEqual(self.score(wave, self.tunnel).value, 80, "others share it")
        self.programme.source_ids.filtered(
            lambda s: s.code == "awards"
        ).missing = "fail"
        wave.action_reckon()
        self.assertEqual(self.score(wave, self.tunnel).reason, "source_missing")
        self.programme.source_ids.filtered(
            lambda s: s.code == "awards"
        ).missing = "zero"
        wave.action_reckon()
        self.assertEqual(self.score(wave, self.tunnel).value, 66.67)

    def test_weights_make_100(self):
        self.programme.source_ids = [
            Command.create({"code": code, "name": code, "weight": 50})
            for code in ("one", "two")
        ]
        for part, total in (("factor_ids", 110), ("source_ids", 110)):
            row = self.programme[part][0]
            with self.subTest(part=part):
                with self.assertRaises(ValidationError) as error:
                    row.weight += 10
                self.assertIn(f"make {total}, not 100", str(error.exception))
                with self.assertRaises(ValidationError):
                    row.with_context(care_weights=True).unlink()
                with self.assertRaises(ValidationError):
                    row.copy({"code": "three"})
        quality, progress = self.programme.factor_ids
        self.programme.factor_ids = [
            Command.update(quality.id, {"weight": 70}),
            Command.update(progress.id, {"weight": 30}),
        ]
        self.assertEqual(self.programme.factor_ids.mapped("weight"), [70, 30])
        with self.assertRaises(ValidationError):
            self.new_programme("sa_less", {"quality": 60, "progress": 39.9})
        thirds = {"a": 33.333, "b": 33.333, "c": 33.334}
        self.assertTrue(self.new_programme("sa_thirds", thirds))
        wave = self.open_round()
        self.answer(self.request_of(wave, self.bridge), quality=9, progress=9)
        with self.assertRaises(ValidationError) as error:
            self.programme.factor_ids = [
                Command.update(quality.id, {"weight": 60}),
                Command.update(progress.id, {"weight": 40}),
            ]
        self.assertIn("Close the round", str(error.exception))
        with self.assertRaises(ValidationError):
            self.programme.own_weight = 90
        with self.assertRaises(ValidationError):
            self.programme.weight_q1 = 30

    def test_only_the_engine_writes_answers_and_scores(self):
        wave = self.open_round()
        answer = self.answer(self.request_of(wave, self.bridge), quality=9, progress=9)
        score = self.score(wave, self.bridge)
        for record in (answer, score, answer.point_ids[:1]):
            for user in (self.manager, self.env.user):
                with self.subTest(record=record._name, user=user.login):
                    theirs = record.with_user(user)
                    with self.assertRaises(AccessError):
                        theirs.sudo().write({"state": record.state})
                    with self.assertRaises(AccessError):
                        theirs.sudo().unlink()
                    with self.assertRaises(AccessError):
                        theirs.browse().with_context(care_engine=True).create({})
        with self.assertRaises(UserError):
            wave.request_ids.with_user(self.manager).copy()
        with self.assertRaises(AccessError):
            wave.request_ids[0].with_user(self.manager).state = "answered"
