from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .test_care_appraisal import AppraisalCase
from .test_care_emergency import EmergencyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 01:00:00")
class TestOwnSideGuards(EmergencyCase):
    """What suggestions and emergencies refuse beside their usual course."""

    def test_a_judgement_has_reasons_and_what_is_taken_up_a_person_and_a_day(self):
        mine = self.suggest()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.judge("head", mine, words="  ")
        with self.assertRaisesRegex(UserError, "Name both"):
            self.judge("head", mine, date_due=False)

    def test_the_author_alone_withdraws_and_nobody_supports_what_is_settled(self):
        mine = self.suggest()
        with self.assertRaisesRegex(AccessError, "withdrawn by who suggested"):
            self.by("boss", mine).action_withdraw()
        mine.action_withdraw()
        with self.assertRaisesRegex(UserError, "settled already"):
            self.by("mate", mine).action_support()

    def report(self, **vals):
        reports = self.env["care.emergency.activation"].with_user(self.people["clerk"])
        return reports.create(
            {
                "name": "Smell at the gate",
                "plan_id": self.plan.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def test_an_emergency_lies_not_ahead_and_stays_on_record(self):
        with self.assertRaisesRegex(UserError, "lies ahead"):
            self.report(happened_at="2026-03-10 01:00:01")
        found = self.report()
        with self.assertRaisesRegex(UserError, "stays on record"):
            found.sudo().unlink()
        with self.assertRaisesRegex(UserError, "is not running"):
            found.with_user(self.people["watch"]).action_report_progress()
        with self.assertRaisesRegex(UserError, "was drilled or used"):
            self.plan.with_user(self.people["boss"]).unlink()

    def test_it_is_handled_by_a_plan(self):
        found = self.report(plan_id=False)
        with self.assertRaisesRegex(UserError, "Choose the plan"):
            found.with_user(self.people["boss"]).action_start()

    def test_a_drill_ahead_is_not_held_and_one_held_stays(self):
        drill = self.plan.drill_ids.filtered(lambda row: row.kind == "drill")
        drill = drill.with_user(self.people["head"])
        drill.write(
            {
                "date_done": "2026-03-11",
                "participant_ids": [Command.set(self.people["mate"].ids)],
                "course": "Valve closed",
                "lessons": "None",
            }
        )
        with self.assertRaisesRegex(UserError, "lies ahead"):
            drill.action_done()
        drill.date_done = "2026-03-10"
        drill.action_done()
        with self.assertRaisesRegex(AccessError, "stays on record"):
            drill.with_user(self.people["boss"]).unlink()

    def test_a_check_that_was_done_stays(self):
        checks = self.env["care.emergency.check"].with_user(self.people["mate"])
        check = checks.create({"place": "gate", "company_id": self.company.id})
        check.line_ids.action_all_there()
        check.action_done()
        with self.assertRaisesRegex(UserError, "stays on record"):
            check.unlink()


@tagged("post_install", "-at_install")
@freeze_time("2026-04-08 01:00:00")
class TestAppraisalGuards(AppraisalCase):
    """What appraisals refuse beside their usual course."""

    def test_the_rater_alone_rates_with_points_from_0_to_100(self):
        self.score(90)
        appraisal = self.appraise("boss", rater_id=self.people["mate"].id)
        with self.assertRaisesRegex(AccessError, "is rated by own_mate"):
            self.by("head", appraisal).action_rate()
        mine = self.by("mate", appraisal)
        with self.assertRaisesRegex(ValidationError, "between 0 and 100"):
            mine.line_ids[0].points = 101
        with self.assertRaisesRegex(UserError, "come from the scheme"):
            mine.line_ids[0].weight = 1

    def test_an_appeal_has_reasons_and_its_answer_is_not_the_raters(self):
        told = self.told()
        with self.assertRaisesRegex(UserError, "Give the reasons"):
            self.step("clerk", told, "appeal", words=" ")
        self.step("clerk", told, "appeal")
        self.people["head"].group_ids += self.env.ref(
            "customer_care.customer_care_group_manager"
        )
        with self.assertRaisesRegex(AccessError, "somebody else than the rater"):
            self.step("head", told, "answer", result="kept")

    def test_a_mean_leaves_out_who_is_not_rated(self):
        told = self.told()
        self.appraise(user_id=self.people["mate"].id)
        rows = self.env["care.appraisal"]._read_group(
            [("scheme_id", "=", self.scheme.id)], [], ["total:avg", "__count"]
        )
        self.assertEqual(rows, [(told.total, 2)])

    def test_figures_come_from_a_scorecard(self):
        with self.assertRaisesRegex(ValidationError, "Choose the scorecard"):
            self.scheme.scorecard_id = False

    def test_heads_without_somebody_above_are_opened_by_hand(self):
        window = self.env["care.appraisal.open"].with_user(self.people["boss"])
        opened = window.create(
            {
                "scheme_id": self.scheme.id,
                "company_id": self.company.id,
                "user_ids": [(6, 0, self.people["boss"].ids)],
            }
        )
        with self.assertRaisesRegex(UserError, "Nobody rates own_boss"):
            opened.action_open()
