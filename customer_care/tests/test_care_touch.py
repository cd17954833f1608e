from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .occasion_common import DAY, OccasionCase


@tagged("post_install", "-at_install")
@freeze_time("2026-09-21 04:00:00")
class TestCareTouch(OccasionCase):
    """Who is left out and why, by which channel, and what employees do."""

    def opt_out(self, partner, scope="advertising", **vals):
        return (
            self.env["care.opt.out"]
            .with_user(self.clerk)
            .create({"partner_id": partner.id, "scope": scope, **vals})
        )

    def why(self, partner, occasion=None):
        return self.touch(partner, occasion).mapped(lambda t: t.skip_code or t.state)

    # ---- nobody twice

    def test_the_stronger_of_two_on_one_day_wins(self):
        self.wang.birthday_date = "1980-09-25"
        weak = self.mid_autumn()
        strong = self.make_occasion(
            "birthday", kind="birthday", date_rule="birthday", strength=60
        )
        self.run_job()
        self.assertEqual(self.why(self.wang, weak), ["greeted"])
        self.assertEqual(self.why(self.wang, strong), ["ready"])
        self.assertEqual(
            self.touch(self.wang, weak).blocker_id, self.touch(self.wang, strong)
        )
        self.assertEqual(self.why(self.zhao), ["ready"])

    def test_the_free_days_around_are_data(self):
        self.wang.birthday_date = "1980-09-28"
        weak = self.mid_autumn(gap_days=2)
        self.make_occasion(
            "birthday", kind="birthday", date_rule="birthday", strength=60, gap_days=2
        )
        self.run_job()
        self.assertEqual(self.why(self.wang), ["ready", "ready"])
        weak.gap_days = 3
        self.run_job(date(2027, 9, 9))
        late = self.touch(self.wang)[2:]
        self.assertEqual(late.mapped("planned_on"), [date(2027, 9, 15)])

    def test_three_days_apart_with_three_free_days(self):
        self.wang.birthday_date = "1980-09-28"
        weak = self.mid_autumn(gap_days=3)
        self.make_occasion(
            "birthday", kind="birthday", date_rule="birthday", strength=60, gap_days=0
        )
        self.run_job()
        self.assertEqual(self.why(self.wang, weak), ["greeted"])

    def test_what_has_gone_out_already_wins(self):
        first = self.mid_autumn(days_ahead=20)
        self.run_job(date(2026, 9, 10))
        self.assertEqual(self.why(self.wang), ["ready"])
        self.wang.birthday_date = "1980-09-25"
        late = self.make_occasion(
            "birthday", kind="birthday", date_rule="birthday", strength=60
        )
        self.run_job(date(2026, 9, 22))
        self.assertEqual(self.why(self.wang, first), ["ready"])
        self.assertEqual(self.why(self.wang, late), ["greeted"])

    def test_one_person_in_two_records_is_greeted_once(self):
        twin = self.make_partner("Wang again", email=self.wang.email.upper())
        self.mid_autumn("mail")
        self.run_job()
        self.assertEqual(
            sorted(self.why(self.wang) + self.why(twin)), ["greeted", "ready"]
        )

    def test_a_couple_with_one_address_has_two_birthdays(self):
        self.wang.birthday_date = "1980-09-24"
        wife = self.make_partner(
            "Mrs Wang",
            email=self.wang.email,
            phone="555 1003",
            birthday_date="1981-09-24",
        )
        self.make_occasion("birthday", kind="birthday", date_rule="birthday")
        self.run_job()
        self.assertEqual(self.why(self.wang) + self.why(wife), ["ready", "ready"])

    def test_who_was_passed_over_is_greeted_when_the_stronger_falls_away(self):
        self.wang.birthday_date = "1980-09-25"
        weak = self.mid_autumn()
        strong = self.make_occasion(
            "birthday", kind="birthday", date_rule="birthday", strength=60
        )
        self.run_job()
        self.touch(self.wang, strong).with_user(self.clerk)._skip_by_hand("Ill")
        self.run_job()
        self.assertEqual(self.why(self.wang, strong), ["person"])
        self.assertEqual(self.why(self.wang, weak), ["ready"])

    # ---- nobody against his will

    def test_no_advertising_to_the_dissatisfied(self):
        unhappy = set(self.wang.ids)
        self.patch(
            type(self.env["res.partner"]),
            "_care_unhappy_ids",
            lambda partners: unhappy & set(partners.ids),
        )
        offer = self.mid_autumn(kind="campaign", advertising=True)
        wish = self.make_occasion("wish", month=9, day=28, gap_days=0)
        self.run_job()
        self.assertEqual(self.why(self.wang, offer), ["unhappy"])
        self.assertEqual(self.why(self.zhao, offer), ["ready"])
        self.assertEqual(self.why(self.wang, wish), ["ready"])

    def test_opt_outs_by_kind(self):
        self.opt_out(self.wang, "advertising")
        self.opt_out(self.zhao, "greeting")
        offer = self.mid_autumn(kind="campaign", advertising=True)
        wish = self.make_occasion("wish", month=9, day=28, gap_days=0)
        warning = self.make_occasion(
            "storm", month=9, day=28, counts=False, kind="thanks"
        )
        self.run_job()
        for partner, occasion, wanted in (
            (self.wang, offer, "no_advertising"),
            (self.wang, wish, "ready"),
            (self.zhao, offer, "opted_out"),
            (self.zhao, wish, "opted_out"),
            (self.zhao, warning, "ready"),
        ):
            with self.subTest(partner=partner.name, occasion=occasion.name):
                self.assertEqual(self.why(partner, occasion), [wanted])

    def test_an_opt_out_of_the_customer_holds_for_its_contacts(self):
        self.opt_out(self.acme, "all")
        self.mid_autumn()
        self.run_job()
        self.assertEqual(self.why(self.wang), ["opted_out"])

    def test_an_opt_out_ends(self):
        self.opt_out(self.wang, "greeting", date_to="2026-09-21")
        self.mid_autumn()
        self.run_job(date(2026, 9, 22))
        self.assertEqual(self.why(self.wang), ["ready"])

    def test_an_opt_out_of_one_channel_leaves_the_others(self):
        self.opt_out(self.wang, "greeting", channel="mail")
        self.mid_autumn("mail", "call")
        self.run_job()
        self.assertEqual(self.touch(self.wang).channel, "call")
        self.assertEqual(self.touch(self.zhao).channel, "mail")

    def test_the_blacklist_of_mail_is_respected(self):
        self.env["mail.blacklist"].create({"email": self.wang.email})
        self.mid_autumn("mail")
        self.run_job()
        self.assertEqual(self.why(self.wang), ["blacklisted"])

    # ---- by which channel

    def test_what_the_contact_likes_goes_first(self):
        self.wang.care_greeting_channel = "call"
        self.mid_autumn("mail", "call")
        self.run_job()
        self.assertEqual(self.touch(self.wang).channel, "call")
        self.assertEqual(self.touch(self.zhao).channel, "mail")

    def test_a_channel_without_an_address_is_passed_over(self):
        self.wang.email = False
        self.zhao.write({"email": False, "phone": False})
        self.mid_autumn("mail", "call")
        self.run_job()
        self.assertEqual(self.touch(self.wang).channel, "call")
        self.assertEqual(self.why(self.zhao), ["no_way"])

    def test_text_messages_need_their_app(self):
        self.mid_autumn("sms", "call")
        self.run_job()
        wanted = "sms" if "sms.sms" in self.env else "call"
        self.assertEqual(self.touch(self.wang).channel, wanted)

    def test_a_role_does_it_where_nobody_looks_after_the_customer(self):
        (self.acme | self.wang | self.zhao).user_id = False
        role = self.env["care.role"].search([("code", "=", "customer_service")])
        role.assignment_ids = [
            Command.create({"user_id": self.other.id, "company_id": self.company.id})
        ]
        self.mid_autumn(role_id=role.id)
        self.run_job()
        self.assertEqual(self.touch(self.wang).user_id, self.other)

    # ---- late, switched off

    def test_a_job_that_was_down_makes_up_for_some_days(self):
        self.mid_autumn(grace_days=3)
        self.run_job(date(2026, 9, 28))
        self.assertEqual(self.why(self.wang), ["ready"])

    def test_after_that_it_is_too_late(self):
        self.mid_autumn(grace_days=3, days_ahead=2)
        self.make_occasion("far", month=10, day=30, days_ahead=40)
        self.run_job(date(2026, 9, 20))
        self.assertEqual(self.why(self.wang)[0], "planned")
        self.run_job(date(2026, 9, 29))
        self.assertEqual(self.why(self.wang)[0], "late")

    def test_an_occasion_switched_off_greets_no_more(self):
        occasion = self.mid_autumn(days_ahead=2)
        self.make_occasion("far", month=10, day=30, days_ahead=40)
        self.run_job(date(2026, 9, 20))
        occasion.active = False
        self.run_job(date(2026, 9, 24))
        self.assertEqual(self.why(self.wang)[0], "switched_off")

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

    # ---- cost

    def test_preparing_costs_little_more_for_many(self):
        self.mid_autumn("mail", "call")
        self.env["res.partner"].create(
            [
                {"name": f"C{n}", "ref": "TOUCH", "email": f"c{n}@t.example"}
                for n in range(300)
            ]
        )
        self.touches._make_due(DAY, lambda done, remaining=0: True)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            self.touches._settle_due(DAY, lambda done, remaining=0: True)
            self.env.flush_all()
        self.assertEqual(self.touches.search_count([("state", "=", "ready")]), 302)
