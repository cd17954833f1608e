from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .departure_common import DepartureCase
from .secrecy_common import insert


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestDeparturePlans(DepartureCase):
    """What is planned for customers goes over too; the account may stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-25 04:00:00"):
            cls.mine = cls.make_plan(cls.acme, cls.ann, cls.ann)
            cls.others = cls.make_plan(cls.bolt, cls.cai, cls.ann)
            cls.ended = cls.make_plan(cls.bolt, cls.ann, cls.ann)
            cls.ended.conclusion = "All reached"
            cls.ended.action_close()

    @classmethod
    def make_plan(cls, customer, keeper, doer):
        """A plan that runs, with a step to do, one done, and a review."""
        plan = cls.env["care.service.plan"].create(
            {
                "name": "Service 2026",
                "partner_id": customer.id,
                "user_id": keeper.id,
                "date_from": "2026-01-01",
                "step_ids": [
                    Command.create(
                        {"name": name, "date_due": "2026-06-30", "user_id": doer.id}
                    )
                    for name in ("Train", "Fit")
                ],
            }
        )
        plan._start()
        plan.step_ids[1].action_done()
        return plan

    def carry_out(self, **vals):
        departure = self.plan(successor_id=self.ben.id, **vals)
        departure.action_ask_signatures()
        self.sign(departure, self.ann)
        self.sign(departure, self.ben)
        self.assertEqual(departure.state, "moved")
        self.env.invalidate_all()
        return departure

    def test_plans_steps_and_reviews_are_listed(self):
        departure = self.plan(successor_id=self.ben.id)
        listed = {
            kind: set(
                departure.line_ids.filtered(lambda r, k=kind: r.kind == k).mapped(
                    "res_id"
                )
            )
            for kind in ("service_plan", "service_step", "service_review")
        }
        self.assertEqual(
            listed,
            {
                "service_plan": {self.mine.id},
                "service_step": {self.mine.step_ids[0].id, self.others.step_ids[0].id},
                "service_review": {self.mine.review_ids.id},
            },
        )
        line = self.line(departure, "service_plan", self.mine)
        self.assertEqual(line.partner_id, self.acme)
        self.assertIn("Service 2026", line.with_user(self.mia).display_name)

    def test_they_go_to_who_follows(self):
        approved = self.mine.approved_on
        self.carry_out()
        self.assertEqual(self.mine.user_id, self.ben)
        self.assertEqual(self.mine.review_ids.user_id, self.ben)
        self.assertEqual(
            self.mine.step_ids.mapped(lambda s: (s.state, s.user_id)),
            [("todo", self.ben), ("done", self.ann)],
        )
        self.assertEqual(self.mine.state, "running", "nothing is decided anew")
        self.assertEqual(self.mine.approved_on, approved)
        self.assertEqual(self.others.user_id, self.cai)
        self.assertEqual(self.others.step_ids[0].user_id, self.ben)
        self.assertEqual(self.ended.user_id, self.ann, "what ended stays as it was")

    def test_a_plan_follows_its_customer(self):
        departure = self.plan(successor_id=self.ben.id)
        self.give(departure, self.acme, self.cai)
        departure._spread_takers()
        line = self.line(departure, "service_plan", self.mine)
        self.assertEqual(line.taker_id, self.cai)

    def test_the_account_may_stay(self):
        row = {
            "user_id": self.ann.id,
            "company_id": self.env.company.id,
            "level": 1,
            "state": "active",
            "vetted": False,
            "effective_from": "2026-01-01",
            "valid_from": "2026-01-01",
        }
        clearance = self.env["care.clearance"].browse(
            insert(self.env, "care_clearance", **row)
        )
        departure = self.carry_out(archive_account=False)
        self.assertNotIn(clearance.state, ("approval", "active"))
        self.assertTrue(departure.end_access)
        self.assertTrue(self.ann.active)
        self.assertEqual(self.acme.user_id, self.ben)

    def test_the_account_ends_unless_said_otherwise(self):
        departure = self.carry_out()
        self.assertTrue(departure.archive_account)
        self.assertFalse(self.ann.active)

    def test_another_post_keeps_account_and_access(self):
        departure = self.carry_out(kind="post")
        self.assertFalse(departure.end_access or departure.archive_account)
        self.assertTrue(self.ann.active)

    def test_the_choice_is_fixed_with_the_plan(self):
        departure = self.plan(successor_id=self.ben.id)
        departure.action_ask_signatures()
        with self.assertRaises(UserError):
            departure.archive_account = False
