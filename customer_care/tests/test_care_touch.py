from datetime import date

from freezegun import freeze_time

from odoo import Command
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
