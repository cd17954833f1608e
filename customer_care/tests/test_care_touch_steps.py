from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .occasion_common import DAY, OccasionCase


@tagged("post_install", "-at_install")
@freeze_time("2026-09-21 04:00:00")
class TestCareTouchSteps(OccasionCase):
    """What employees do with a greeting, and where it shows."""

    def opt_out(self, partner, scope="advertising", **vals):
        return (
            self.env["care.opt.out"]
            .with_user(self.clerk)
            .create({"partner_id": partner.id, "scope": scope, **vals})
        )

    # ---- employees

    def test_the_one_who_does_it_marks_it(self):
        self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang).with_user(self.clerk)
        touch.action_done()
        self.assertEqual(touch.state, "done")
        self.assertEqual(touch.done_by_id, self.clerk)
        with self.assertRaisesRegex(UserError, "nothing to do now"):
            touch.action_done()
        touch.action_undo()
        self.assertEqual(touch.state, "ready")

    def test_undo_is_for_the_same_day_and_person(self):
        self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang).with_user(self.clerk)
        touch.action_done()
        with self.assertRaisesRegex(UserError, "not finished by you"):
            touch.with_user(self.manager).action_undo()
        with (
            freeze_time("2026-09-23 04:00:00"),
            self.assertRaisesRegex(UserError, "another day"),
        ):
            touch.action_undo()

    def test_others_read_but_do_not_act(self):
        self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang).with_user(self.other)
        self.assertTrue(touch.display_name)
        for step in ("action_done", "action_skip", "action_take"):
            with self.subTest(step=step), self.assertRaises(AccessError):
                getattr(touch, step)()
        with self.assertRaises(AccessError):
            touch.text = "Mine"
        touch.with_user(self.manager).action_done()

    def test_what_nobody_does_may_be_taken(self):
        (self.acme | self.wang | self.zhao).user_id = False
        self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang).with_user(self.other)
        touch.action_take()
        self.assertEqual(touch.user_id, self.other)

    def test_nothing_is_forged(self):
        occasion = self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang).with_user(self.manager)
        for vals in (
            {"state": "done"},
            {"partner_id": self.zhao.id},
            {"skip_code": "person"},
            {"reaction_id": False},
            {"gift_value": 5},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                touch.write(vals)
            with self.subTest(vals=vals, sudo=True), self.assertRaises(AccessError):
                touch.sudo().write(vals)
        with self.assertRaises(AccessError):
            self.touches.with_user(self.manager).create(
                {
                    "occasion_id": occasion.id,
                    "partner_id": self.acme.id,
                    "occurrence": "2026",
                    "planned_on": DAY,
                    "company_id": self.company.id,
                }
            )
        with self.assertRaises(AccessError):
            touch.unlink()

    def test_left_out_by_hand_wants_a_reason(self):
        self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang).with_user(self.clerk)
        step = self.env["care.touch.step"].with_user(self.clerk)
        window = step.with_context(touch.action_skip()["context"]).create({})
        with self.assertRaisesRegex(UserError, "Say why"):
            window.action_confirm()
        window.reason = "Met yesterday"
        window.action_confirm()
        self.assertEqual((touch.state, touch.skip_code), ("skipped", "person"))
        self.assertEqual(touch.skip_reason, "Met yesterday")

    def test_a_reaction_finishes_the_call_and_calls_back(self):
        self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang).with_user(self.clerk)
        reaction = self.env.ref("customer_care.care_touch_reaction_interested")
        touch._note_reaction(reaction, "Wants a trial")
        self.assertEqual(touch.state, "done")
        self.assertEqual(touch.mood, "good")
        activity = self.wang.activity_ids
        self.assertEqual(activity.user_id, self.clerk)
        self.assertIn("Mid_autumn", activity.summary)

    def test_another_channel_is_one_the_contact_wants(self):
        self.opt_out(self.wang, "greeting", channel="mail")
        occasion = self.mid_autumn("call", "mail", "letter")
        self.run_job()
        touch = self.touch(self.wang).with_user(self.clerk)
        call, mail, letter = occasion.channel_ids
        with self.assertRaisesRegex(UserError, "does not want"):
            touch._change_channel(mail)
        with self.assertRaisesRegex(UserError, "no address"):
            touch._change_channel(letter)
        self.wang.street = "1 Harbour Road"
        touch._change_channel(letter)
        self.assertEqual(touch.channel, "letter")

    def test_the_wording_names_the_contact(self):
        self.wang.care_salutation = "Director Wang"
        self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang)
        self.assertEqual(touch.said, "Dear Director Wang, all the best for Mid_autumn.")
        touch.with_user(self.clerk).text = "Hello {contact} {x}"
        self.assertEqual(touch.said, "Hello Director Wang {x}")

    def test_a_visit_is_an_activity(self):
        self.mid_autumn("visit")
        self.run_job()
        touch = self.touch(self.wang)
        self.assertEqual(touch.activity_ids.user_id, self.clerk)
        self.assertEqual(touch.activity_ids.date_deadline, date(2026, 9, 25))
        touch.with_user(self.clerk).action_done()
        self.assertFalse(touch.activity_ids)

    # ---- where it shows

    def test_it_stands_in_the_list_of_work_and_in_the_timeline(self):
        self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang)
        item = (
            self.env["care.day.item"]
            .with_user(self.clerk)
            .search([("kind", "=", "greeting"), ("partner_id", "=", self.wang.id)])
        )
        self.assertEqual(item.name, "Mid_autumn")
        item.action_done()
        self.env.invalidate_all()
        self.assertEqual(touch.state, "done")
        line = (
            self.env["care.timeline"]
            .with_user(self.clerk)
            .search([("kind", "=", "greeting"), ("partner_id", "=", self.acme.id)])
        )
        self.assertEqual(line.contact_id, self.wang)
        self.assertEqual(self.acme.with_user(self.clerk).care_touch_count, 2)
        self.assertEqual(self.wang.with_user(self.clerk).care_touch_count, 1)

    def test_it_is_evidence_of_its_clause(self):
        policy = self.env["care.policy"].create(
            {
                "code": "TP",
                "name": "P",
                "clause_ids": [
                    Command.create(
                        {"code": "TP.01", "name": "C", "text": "C", "kind": "duty"}
                    )
                ],
            }
        )
        self.mid_autumn(clause_id=policy.clause_ids.id)
        self.opt_out(self.zhao, "greeting")
        self.run_job()
        self.touch(self.wang).with_user(self.clerk).action_done()
        self.env.flush_all()
        row = self.env["care.clause.compliance"].search(
            [("clause_id", "=", policy.clause_ids.id), ("source", "=", "touch")]
        )
        self.assertEqual((sum(row.mapped("met")), sum(row.mapped("waived"))), (1, 1))
