from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, freeze_time, new_test_user, tagged

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"
at = fields.Datetime.to_datetime


class SuggestionCase(TransactionCase):
    """A company with a desk: two clerks, their head, and a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Harbour Service"})
        cls.people = {}
        for login, groups in [
            ("clerk", USER),
            ("mate", USER),
            ("head", USER),
            ("boss", f"{USER},{MANAGER}"),
        ]:
            cls.people[login] = new_test_user(
                cls.env,
                f"own_{login}",
                groups,
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
        employees = {
            login: cls.env["hr.employee"].create(
                {"name": login, "user_id": user.id, "company_id": cls.company.id}
            )
            for login, user in cls.people.items()
        }
        cls.desk = cls.env["hr.department"].create(
            {
                "name": "Desk",
                "company_id": cls.company.id,
                "manager_id": employees["head"].id,
            }
        )
        (employees["clerk"] + employees["mate"]).department_id = cls.desk

    def suggest(self, login="clerk", **vals):
        form = Form(self.env["care.suggestion"].with_user(self.people[login]))
        form.name = "Call back before lunch"
        form.description = "Customers are in their offices then."
        record = form.save()
        if vals:
            record.write(vals)
        return record

    def by(self, login, record):
        return record.with_user(self.people[login])

    def judge(self, login, record, **vals):
        values = {
            "suggestion_id": record.id,
            "verdict": "accepted",
            "words": "Costs nothing, try it for a month",
            "user_id": self.people["mate"].id,
            "date_due": date(2026, 4, 30),
        }
        window = self.env["care.suggestion.judge"].with_user(self.people[login])
        return window.create({**values, **vals}).action_confirm()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 01:00:00")
class TestCareSuggestion(SuggestionCase):
    """P02.13: suggestions are collected, judged and carried out."""

    def test_p02_13_collected_judged_and_carried_out(self):
        mine = self.suggest()
        self.assertEqual(mine.department_id, self.desk)
        self.assertRegex(mine.number, r"^SUG/2026/\d{4}$")
        self.judge("head", mine)
        self.assertEqual(mine.state, "accepted")
        self.assertEqual(mine.judged_by_id, self.people["head"])
        self.assertEqual(mine.judged_at, at("2026-03-10 01:00:00"))
        carried = self.by("mate", mine)
        carried.action_start()
        with self.assertRaisesRegex(UserError, "Say what was carried out"):
            carried.action_done()
        carried.result = "The desk calls from ten to twelve"
        carried.action_done()
        self.assertEqual(mine.state, "done")
        self.assertEqual(mine.done_at, at("2026-03-10 01:00:00"))

    def test_nobody_judges_what_he_suggested_himself(self):
        mine = self.suggest("head")
        self.assertFalse(mine.can_judge)
        with self.assertRaisesRegex(AccessError, "never by who suggested it"):
            self.judge("head", mine)
        other = self.suggest("clerk")
        with self.assertRaisesRegex(AccessError, "never by who suggested it"):
            self.judge("mate", other)
        self.judge("boss", mine)
        self.assertEqual(mine.state, "accepted")

    def test_the_author_reads_what_became_of_it(self):
        mine = self.suggest()
        self.judge("head", mine, verdict="rejected", words="Tried last year")
        told = self.env["mail.message"].search(
            [
                ("model", "=", "care.suggestion"),
                ("res_id", "=", mine.id),
                ("partner_ids", "in", self.people["clerk"].partner_id.ids),
            ]
        )
        self.assertIn("Tried last year", told.body)

    def test_what_was_judged_keeps_its_words(self):
        mine = self.suggest()
        mine.benefit = "Fewer second calls"
        self.judge("head", mine)
        with self.assertRaisesRegex(UserError, "keeps its words"):
            mine.description = "Something else"
        with self.assertRaisesRegex(UserError, "stays on record"):
            mine.unlink()

    def test_state_and_stamps_change_by_the_buttons_alone(self):
        mine = self.suggest()
        for vals in [
            {"state": "accepted"},
            {"judged_by_id": self.people["boss"].id},
            {"supporter_ids": [(4, self.people["mate"].id)]},
        ]:
            for login in ("clerk", "boss"):
                with self.subTest(vals=vals, by=login), self.assertRaises(AccessError):
                    self.by(login, mine).write(vals)

    def test_only_managers_enter_what_others_say(self):
        with self.assertRaisesRegex(AccessError, "in your own name"):
            self.suggest("clerk", author_id=self.people["mate"].id)
        own = self.suggest("boss", author_id=self.people["mate"].id)
        self.assertEqual(own.author_id, self.people["mate"])

    def test_others_support_it_once(self):
        mine = self.suggest()
        with self.assertRaisesRegex(UserError, "Others support"):
            mine.action_support()
        self.by("mate", mine).action_support()
        self.assertEqual(mine.supporter_count, 1)
        self.by("mate", mine).action_support()
        self.assertEqual(mine.supporter_count, 0)

    def test_taking_up_may_need_an_approval(self):
        boss = self.people["boss"]
        step = {"name": "Boss", "approver": "user", "user_id": boss.id}
        rule = self.env["care.approval.rule"].create(
            {
                "name": "Suggestions with a cost",
                "code": "own_suggestion",
                "model_name": "care.suggestion",
                "gate": "accept",
                "company_id": self.company.id,
                "step_ids": [(0, 0, step)],
            }
        )
        mine = self.suggest()
        self.judge("head", mine)
        self.assertEqual(mine.state, "submitted")
        approval = mine.approval_ids
        self.assertEqual(approval.rule_id, rule)
        self.by("boss", approval)._decide("approve", "Yes")
        self.assertEqual(mine.state, "accepted")
        self.assertEqual(mine.user_id, self.people["mate"])

    def test_the_time_for_the_judgement_is_owed(self):
        mine = self.suggest()
        owed = self.env["care.obligation"].search(
            [("res_model", "=", "care.suggestion"), ("res_id", "=", mine.id)]
        )
        self.assertEqual(owed.rule_id.code, "suggestion_judged")
        self.assertEqual(owed.user_id, self.people["head"])
        self.judge("head", mine)
        self.env.flush_all()
        self.assertEqual(owed.state, "met")

    def test_other_companies_read_nothing(self):
        mine = self.suggest()
        stranger = new_test_user(self.env, "own_stranger", f"{USER},{MANAGER}")
        found = self.env["care.suggestion"].with_user(stranger).search([])
        self.assertNotIn(mine.id, found.ids)
