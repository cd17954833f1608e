from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .test_care_suggestion import USER
from .test_care_training import TrainingCase

Q1 = {"date_from": date(2026, 1, 1), "date_to": date(2026, 3, 31)}


class AppraisalCase(TrainingCase):
    """A scheme of the desk: figures of a scorecard, and what the head judges."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        card = {
            "name": "Desk",
            "code": "own_desk",
            "subject_model": "res.users",
            "period": "quarter",
            "company_id": cls.company.id,
            "line_ids": [
                Command.create({"code": "entered", "name": "Entered", "weight": 100})
            ],
        }
        cls.card = cls.env["care.scorecard"].create(card)
        band = {"code": "good", "name": "Good", "value": 80}
        weak = {"code": "weak", "name": "Weak", "value": 0}
        training = cls.env.ref("customer_care.care_appraisal_outcome_training")
        cls.scheme = cls.env["care.appraisal.scheme"].create(
            {
                "name": "Quarter",
                "code": "own_quarter",
                "company_id": cls.company.id,
                "scorecard_id": cls.card.id,
                "figures_pct": 60,
                "criterion_ids": [
                    Command.create({"name": "Attitude", "weight": 75}),
                    Command.create({"name": "Learning", "weight": 25}),
                ],
                "band_ids": [
                    Command.create(band),
                    Command.create({**weak, "outcome_ids": [(6, 0, training.ids)]}),
                ],
            }
        )

    def score(self, value, user=None, **vals):
        """A score of the first quarter, as a run leaves it."""
        row = {
            "scorecard_id": self.card.id,
            "company_id": self.company.id,
            "res_model": "res.users",
            "res_id": (user or self.people["clerk"]).id,
            "value": value,
            "state": "complete",
            "formula_version": 1,
            "is_latest": True,
            **Q1,
        }
        return self.env["care.score"]._engine().create([{**row, **vals}])

    def appraise(self, by="head", **vals):
        values = {
            "scheme_id": self.scheme.id,
            "user_id": self.people["clerk"].id,
            "rater_id": self.people["head"].id,
            "company_id": self.company.id,
            **Q1,
        }
        rows = self.env["care.appraisal"].with_user(self.people[by])
        return rows.create({**values, **vals})

    def judge(self, appraisal, *points):
        for line, value in zip(appraisal.line_ids, points, strict=True):
            line.write({"points": value, "is_rated": True})

    def told(self, figures=90, points=(80, 60)):
        self.score(figures)
        appraisal = self.appraise()
        self.judge(appraisal, *points)
        appraisal.action_rate()
        appraisal.action_publish()
        return appraisal

    def by(self, login, record):
        return record.with_user(self.people[login])

    def step(self, login, appraisal, step, **vals):
        window = self.env["care.appraisal.step"].with_user(self.people[login])
        values = {"appraisal_id": appraisal.id, "step": step, "words": "Because"}
        return window.create({**values, **vals}).action_confirm()


@tagged("post_install", "-at_install")
@freeze_time("2026-04-08 01:00:00")
class TestCareAppraisal(AppraisalCase):
    """P01.23, P02.12, P04.10: figures, what is judged, what follows, an appeal."""

    def test_p04_10_figures_and_judgement_make_a_total_and_a_grade(self):
        self.score(90)
        appraisal = self.appraise()
        with self.assertRaisesRegex(UserError, "Not judged yet.*Attitude, Learning"):
            appraisal.action_rate()
        self.judge(appraisal, 80, 60)
        appraisal.action_rate()
        # 60 % of 90, 40 % of (75 % of 80 + 25 % of 60)
        self.assertEqual(appraisal.total, 84)
        self.assertEqual(appraisal.band_id.code, "good")
        with self.assertRaisesRegex(UserError, "is rated"):
            appraisal.line_ids[0].points = 100

    def test_p01_23_sanctions_and_rewards_of_the_period_count(self):
        appraisal, rule = self.appraise(), self.sanction_rule()
        self.env["care.sanction"]._engine().create(
            [
                {
                    "number": f"T{n}",
                    "name": "Late",
                    "rule_id": rule.id,
                    "kind": kind,
                    "trigger": "manual",
                    "state": "confirmed",
                    "user_id": self.people["clerk"].id,
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "started_at": f"{day} 01:00:00",
                    "occurrence_date": day,
                    "points": points,
                }
                for n, (kind, day, points) in enumerate(
                    [
                        ("points", "2026-02-01", 5),
                        ("reward", "2026-03-31", 2),
                        ("points", "2026-04-01", 50),
                    ]
                )
            ]
        )
        self.score(90)
        self.judge(appraisal, 80, 60)
        appraisal.action_rate()
        self.assertEqual(appraisal.sanction_points, -3)
        self.assertEqual(appraisal.total, 81)

    def sanction_rule(self):
        return self.env["care.sanction.rule"].create(
            {
                "name": "By hand",
                "code": "own_by_hand",
                "kind": "points",
                "trigger": "manual",
                "points": 1,
                "company_id": self.company.id,
            }
        )

    def test_unknown_figures_are_a_reason_and_no_zero(self):
        appraisal = self.appraise()
        self.assertIn("no score for the period", appraisal.figures_reason)
        self.judge(appraisal, 80, 60)
        with self.assertRaisesRegex(UserError, "no score for the period"):
            appraisal.action_rate()
        self.assertFalse(appraisal.band_id)
        self.score(90, date_from=date(2025, 10, 1), date_to=date(2025, 12, 31))
        appraisal.action_take_figures()
        self.assertIn("no score for the period", appraisal.figures_reason)
        unknown = self.score(0, state="incomplete", reason="nothing_known")
        self.env.flush_all()
        self.env.cr.execute(  # as runs write it
            "UPDATE care_score SET value = NULL WHERE id = %s", unknown.ids
        )
        appraisal.action_take_figures()
        self.assertEqual(appraisal.figures_reason, "No measure is known")

    def test_the_person_reads_it_once_it_is_told(self):
        self.score(90)
        appraisal = self.appraise()
        mine = self.env["care.appraisal"].with_user(self.people["clerk"])
        self.assertFalse(mine.search([]))
        self.judge(appraisal, 80, 60)
        appraisal.action_rate()
        self.assertFalse(mine.search([]))
        appraisal.action_publish()
        self.assertEqual(mine.search([]), appraisal)
        self.assertEqual(len(mine.search([]).line_ids), 2)
        self.by("clerk", appraisal).action_seen()
        self.assertTrue(appraisal.seen_at)
        for login in ("mate",):
            found = self.env["care.appraisal"].with_user(self.people[login])
            self.assertFalse(found.search([]))

    def test_nobody_rates_himself_not_even_a_manager(self):
        alone = self.people["mate"].id
        with self.assertRaisesRegex(UserError, "Nobody rates himself"):
            self.appraise("boss", user_id=alone, rater_id=alone)
        other = self.appraise(user_id=self.people["boss"].id)
        with self.assertRaises(AccessError):
            self.by("boss", other).action_rate()
        told = self.told()
        for vals in [{"comment": "Best of all"}, {"outcome_ids": [(5,)]}]:
            with self.subTest(vals), self.assertRaises(AccessError):
                self.by("clerk", told).write(vals)
        self.by("clerk", told).own_words = "I was ill in March"

    def test_figures_and_stamps_change_by_the_steps_alone(self):
        told = self.told()
        for vals in [{"total": 100}, {"state": "final"}, {"band_id": False}]:
            with self.subTest(vals), self.assertRaises(AccessError):
                self.by("boss", told).write(vals)
        with self.assertRaises(UserError):
            self.by("head", told).comment = "Different"
        with self.assertRaises(UserError):
            self.by("boss", told).unlink()

    def test_p04_10_an_appeal_in_time_is_answered_by_somebody_else(self):
        told = self.told()
        with self.assertRaisesRegex(AccessError, "clerk"):
            self.step("head", told, "appeal")
        self.step("clerk", told, "appeal")
        self.assertEqual(told.state, "appealed")
        with self.assertRaises(AccessError):
            self.step("head", told, "answer", result="kept")
        self.step("boss", told, "answer", result="kept")
        self.assertEqual(told.state, "final")
        self.assertEqual(told.appeal_by_id, self.people["boss"])
        with self.assertRaises(UserError):
            self.step("clerk", told, "appeal")

    def test_an_appeal_that_is_right_leads_to_a_version_of_its_own(self):
        told = self.told()
        self.step("clerk", told, "appeal")
        rater = self.people["boss"].id
        found = self.step("boss", told, "answer", result="anew", rater_id=rater)
        again = self.env["care.appraisal"].browse(found["res_id"])
        self.assertEqual((told.state, told.total), ("replaced", 84))
        self.assertEqual((again.version, again.previous_id), (2, told))
        self.assertEqual(again.state, "draft")
        self.assertEqual(again.line_ids.mapped("is_rated"), [False, False])

    def test_an_appeal_too_late_is_refused(self):
        told = self.told()
        self.assertEqual(told.appeal_until, date(2026, 4, 15))
        with (
            freeze_time("2026-04-16 01:00:00"),
            self.assertRaisesRegex(UserError, "ended on 2026-04-15"),
        ):
            self.step("clerk", told, "appeal")
        with self.assertRaisesRegex(UserError, "may appeal until"):
            self.by("head", told).action_finish()
        with freeze_time("2026-04-16 01:00:00"):
            self.by("head", told).action_finish()
        self.assertEqual(told.state, "final")

    def test_an_appeal_that_waits_is_not_ended_by_the_person_or_rater(self):
        told = self.told()
        self.step("clerk", told, "appeal")
        for login in ("clerk", "head", "boss"):
            with self.subTest(login), self.assertRaises(UserError):
                self.by(login, told).action_finish()

    def test_p02_12_below_standard_leads_to_training_until_put_right(self):
        told = self.told(figures=30, points=(40, 40))
        self.assertEqual(told.band_id.code, "weak")
        self.assertTrue(told.outcome_ids.is_training)
        self.env.flush_all()
        owed = (
            self.env["care.obligation"]
            .search([("res_model", "=", told._name), ("res_id", "=", told.id)])
            .filtered(lambda row: row.rule_id.code == "appraisal_training")
        )
        self.assertEqual(owed.user_id, self.people["head"])
        row = self.fill()[self.people["clerk"]]
        row.write({"appraisal_id": told.id, "attendance": "present"})
        row.result = "failed"
        self.env.flush_all()
        self.assertEqual(owed.state, "open")
        row.result = "passed"
        self.env.flush_all()
        self.assertEqual(told.trained_on, date(2026, 4, 8))
        self.assertEqual(owed.state, "met")

    def test_appraisals_of_a_department_are_opened_at_once(self):
        window = self.env["care.appraisal.open"].with_user(self.people["boss"])
        opened = window.create(
            {
                "scheme_id": self.scheme.id,
                "company_id": self.company.id,
                "department_ids": [(6, 0, self.desk.ids)],
            }
        )
        self.assertEqual((opened.date_from, opened.date_to), tuple(Q1.values()))
        found = self.env["care.appraisal"].search(opened.action_open()["domain"])
        self.assertEqual(found.user_id, self.people["clerk"] + self.people["mate"])
        self.assertEqual(found.rater_id, self.people["head"])
        with self.assertRaisesRegex(UserError, "already"):
            opened.action_open()

    def test_weights_of_what_is_judged_make_100(self):
        with self.assertRaisesRegex(ValidationError, "add up to 95. Make it 100"):
            self.scheme.criterion_ids[0].weight = 70
            self.scheme._check_weights()

    def test_telling_may_need_an_approval(self):
        boss = self.people["boss"]
        step = {"name": "Boss", "approver": "user", "user_id": boss.id}
        self.env["care.approval.rule"].create(
            {
                "name": "Appraisals",
                "code": "own_publish",
                "model_name": "care.appraisal",
                "gate": "publish",
                "company_id": self.company.id,
                "step_ids": [Command.create(step)],
            }
        )
        appraisal = self.told()
        self.assertEqual(appraisal.state, "rated")
        self.by("boss", appraisal.approval_ids)._decide("approve", "Fair")
        self.assertEqual(appraisal.state, "published")

    def test_other_companies_read_nothing(self):
        self.told()
        stranger = new_test_user(self.env, "own_far", f"{USER}")
        self.assertFalse(self.env["care.appraisal"].with_user(stranger).search([]))
