from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .test_care_suggestion import SuggestionCase


class TrainingCase(SuggestionCase):
    """A plan kept by the head, with one training of two clerks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = (
            cls.env["care.training.plan"]
            .with_user(cls.people["head"])
            .create(
                {
                    "name": "Training 2026",
                    "date_from": date(2026, 1, 1),
                    "date_to": date(2026, 12, 31),
                    "company_id": cls.company.id,
                    "department_id": cls.desk.id,
                    "goals": "Answer within a day",
                    "training_ids": [
                        Command.create(
                            {
                                "name": "On the telephone",
                                "topic_id": cls.env.ref(
                                    "customer_care.care_training_topic_skill"
                                ).id,
                                "date_due": date(2026, 3, 31),
                                "trainer_id": cls.people["head"].id,
                                "company_id": cls.company.id,
                            }
                        )
                    ],
                }
            )
        )
        cls.training = cls.plan.training_ids

    def fill(self, **vals):
        values = {
            "start_at": "2026-03-10 01:00:00",
            "end_at": "2026-03-10 03:30:00",
            "participant_ids": [
                Command.create({"user_id": self.people[login].id})
                for login in ("clerk", "mate")
            ],
        }
        self.training.write({**values, **vals})
        return {row.user_id: row for row in self.training.participant_ids}

    def make_test(self):
        """Return a certification with one question that "Yes" answers rightly."""
        survey = self.env["survey.survey"].create(
            {
                "title": "Telephone",
                "scoring_type": "scoring_with_answers",
                "scoring_success_min": 80,
                "certification": True,
                "users_login_required": True,
                "access_mode": "token",
            }
        )
        question = self.env["survey.question"].create(
            {
                "survey_id": survey.id,
                "title": "Call back within a day?",
                "question_type": "simple_choice",
                "suggested_answer_ids": [
                    Command.create(
                        {"value": "Yes", "is_correct": True, "answer_score": 10}
                    ),
                    Command.create({"value": "No"}),
                ],
            }
        )
        return survey, question

    def answer(self, participant, question, right):
        """Let the person open the test and finish it."""
        user = participant.user_id
        participant.with_user(user).action_take_test()
        answers = participant.survey_input_id
        answers.sudo()._save_lines(
            question, question.suggested_answer_ids[0 if right else 1].id
        )
        answers.with_user(user).sudo()._mark_done()


@tagged("post_install", "-at_install")
class TestCareTraining(TrainingCase):
    """P04.08, P01.22: an annual training plan is drawn up and carried out."""

    def owed(self, record):
        return self.env["care.obligation"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )

    def test_p04_08_an_annual_plan_with_goals_contents_form_and_timing(self):
        self.assertFalse(self.owed(self.training))
        self.plan.action_approve()
        self.assertEqual(self.plan.state, "running")
        with self.assertRaisesRegex(UserError, "is in force"):
            self.plan.goals = "Nothing"
        with self.assertRaisesRegex(ValidationError, "lies outside"):
            self.training.date_due = date(2027, 1, 10)

    def test_a_plan_without_goals_does_not_run(self):
        self.plan.goals = False
        with self.assertRaisesRegex(UserError, "needs goals"):
            self.plan.action_approve()

    def test_p01_22_the_plan_is_carried_out_and_shows_it(self):
        self.plan.action_approve()
        rows = self.fill()
        with freeze_time("2026-03-10 04:00:00"):
            with self.assertRaisesRegex(UserError, "Note who took part"):
                self.training.action_held()
            rows[self.people["clerk"]].attendance = "present"
            rows[self.people["mate"]].attendance = "excused"
            self.training.action_held()
        self.assertEqual(self.plan.held_pct, 100)
        self.assertEqual(rows[self.people["clerk"]].hours, 2.5)
        self.assertEqual(rows[self.people["mate"]].hours, 0)
        self.training.action_close()
        with self.assertRaisesRegex(UserError, "stays as it was held"):
            self.training.summary = "Different"
        self.plan.action_close()

    def test_what_lies_ahead_was_not_held(self):
        rows = self.fill()
        for row in rows.values():
            row.attendance = "present"
        with (
            freeze_time("2026-03-01 01:00:00"),
            self.assertRaisesRegex(UserError, "has not begun"),
        ):
            self.training.action_held()

    def test_everybody_gets_it_in_the_calendar(self):
        self.fill()
        self.training.action_invite()
        people = self.people["clerk"] + self.people["mate"] + self.people["head"]
        self.assertEqual(self.training.meeting_id.partner_ids, people.partner_id)
        self.training.start_at = "2026-03-10 02:00:00"
        meeting = self.training.meeting_id
        self.training.action_invite()
        self.assertEqual(self.training.meeting_id, meeting)
        self.assertEqual(str(meeting.start), "2026-03-10 02:00:00")

    def test_the_test_alone_says_who_passed(self):
        survey, question = self.make_test()
        rows = self.fill(survey_id=survey.id, must_pass=True)
        clerk = rows[self.people["clerk"]]
        clerk.attendance = "present"
        rows[self.people["mate"]].attendance = "absent"
        with self.assertRaisesRegex(UserError, "the test says who passed"):
            clerk.result = "passed"
        with freeze_time("2026-03-10 04:00:00"):
            self.training.action_held()
            self.answer(clerk, question, right=False)
            self.assertEqual(clerk.result, "failed")
            with self.assertRaisesRegex(UserError, "Not passed yet.*clerk"):
                self.training.action_close()
            self.answer(clerk, question, right=True)
        self.assertEqual(clerk.result, "passed")
        self.assertEqual(clerk.score, 100)
        self.training.action_close()

    def test_nobody_else_takes_the_test(self):
        survey, _question = self.make_test()
        row = self.fill(survey_id=survey.id)[self.people["clerk"]]
        with self.assertRaises(UserError):
            row.with_user(self.people["head"]).action_take_test()

    def test_nobody_says_himself_that_he_passed(self):
        self.training.trainer_id = self.people["clerk"]
        row = self.fill()[self.people["clerk"]]
        with self.assertRaisesRegex(AccessError, "Somebody else notes"):
            row.with_user(self.people["clerk"]).result = "passed"
        with self.assertRaises(AccessError):
            row.with_user(self.people["mate"]).attendance = "present"
        row.with_user(self.people["boss"]).result = "passed"

    def test_people_read_their_own_records_alone(self):
        rows = self.fill()
        mine = self.env["care.training.participant"].with_user(self.people["clerk"])
        self.training.trainer_id = self.people["boss"]
        self.assertEqual(mine.search([]), rows[self.people["clerk"]])
