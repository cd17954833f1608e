from datetime import date

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .occasion_common import DAY, OccasionCase


@tagged("post_install", "-at_install")
@freeze_time("2026-09-21 04:00:00")
class TestCareOccasion(OccasionCase):
    """When an occasion falls, for whom it is, and that it comes once."""

    def days(self, occasion, first="2026-01-01", last="2026-12-31"):
        days = occasion._days(date.fromisoformat(first), date.fromisoformat(last))
        return [day.isoformat() for __, day in days]

    def test_holidays_follow_sun_moon_and_weekday(self):
        make = self.make_occasion
        for vals, wanted in (
            ({"date_rule": "solar", "month": 10, "day": 1}, "2026-10-01"),
            (
                {"date_rule": "lunar", "lunar_month": 1, "lunar_day": 1},
                "2026-02-17",
            ),
            (
                {
                    "date_rule": "lunar",
                    "lunar_month": 1,
                    "lunar_day": 1,
                    "offset_days": -1,
                },
                "2026-02-16",
            ),
            (
                {"date_rule": "lunar", "lunar_month": 5, "lunar_day": 5},
                "2026-06-19",
            ),
            (
                {"date_rule": "lunar", "lunar_month": 8, "lunar_day": 15},
                "2026-09-25",
            ),
            (
                {
                    "date_rule": "weekday",
                    "month": 5,
                    "week_number": "2",
                    "weekday": "6",
                },
                "2026-05-10",
            ),
        ):
            occasion = make(f"day{len(self.env['care.occasion'].search([]))}", **vals)
            with self.subTest(vals=vals):
                self.assertEqual(self.days(occasion), [wanted])

    def test_a_lunar_day_may_fall_twice_in_a_solar_year(self):
        laba = self.make_occasion(
            "laba", date_rule="lunar", lunar_month=12, lunar_day=8
        )
        self.assertEqual(self.days(laba), ["2026-01-26"])
        self.assertEqual(self.days(laba, "2027-01-01", "2027-12-31"), ["2027-01-15"])

    def test_next_time_is_shown(self):
        self.assertEqual(self.mid_autumn().next_on, date(2026, 9, 25))

    def test_a_day_that_does_not_exist_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "month 4 has no day 31"):
            self.make_occasion("wrong", date_rule="solar", month=4, day=31)
        with self.assertRaisesRegex(ValidationError, "cannot fall on"):
            self.make_occasion("mixed", kind="birthday", date_rule="solar")
        with self.assertRaisesRegex(ValidationError, "condition"):
            self.make_occasion("blind", domain="[('no_field', '=', 1)]")

    # ---- whom

    def test_every_contact_person_is_greeted_once(self):
        occasion = self.mid_autumn()
        self.run_job()
        found = self.touches.search([("occasion_id", "=", occasion.id)])
        self.assertEqual(found.partner_id, self.wang | self.zhao)
        self.assertEqual(set(found.mapped("planned_on")), {date(2026, 9, 25)})
        self.assertEqual(found.mapped("occurrence"), ["2026", "2026"])
        self.assertEqual(found.customer_id, self.acme)
        self.assertEqual(found.user_id, self.clerk)
        self.assertEqual(set(found.mapped("state")), {"ready"})
        self.run_job()
        self.run_job(date(2026, 9, 22))
        again = self.touches.search([("occasion_id", "=", occasion.id)])
        self.assertEqual(again, found)

    def test_one_contact_of_each_customer(self):
        self.make_partner("Solo", is_company=True)
        occasion = self.mid_autumn("mail", audience="main")
        self.run_job()
        found = self.touches.search([("occasion_id", "=", occasion.id)])
        self.assertEqual(found.mapped("partner_id.name"), ["Wang", "Solo"])
        self.make_partner("Aaron", parent_id=self.acme.id)
        self.run_job()
        self.assertEqual(occasion.touch_count, 2)

    def test_the_customer_itself(self):
        occasion = self.mid_autumn("mail", audience="customer")
        self.run_job()
        self.assertEqual(self.touch(self.acme).occasion_id, occasion)
        self.assertFalse(self.touch(self.wang))

    def test_addresses_colleagues_and_archived_contacts_are_nobody(self):
        self.zhao.type = "invoice"
        self.clerk.partner_id.ref = "TOUCH"
        self.wang.active = False
        occasion = self.mid_autumn()
        self.run_job()
        self.assertFalse(occasion.touch_count)

    def test_a_shared_occasion_reaches_contacts_of_all_companies_once(self):
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.make_partner("Theirs", company_id=other.id)
        occasion = self.mid_autumn("mail", company_id=False)
        own = self.make_occasion(
            "own", "mail", date_rule="solar", month=9, day=28, gap_days=0
        )
        self.run_job()
        self.assertEqual(self.touch(theirs, occasion).company_id, other)
        self.assertEqual(len(self.touch(self.wang, occasion)), 1)
        self.assertFalse(self.touch(theirs, own))

    # ---- by grade (P03.06)

    def test_only_grades_with_this_way_of_contact(self):
        mode = self.env["care.contact.mode"].create(
            {"code": "t_greet", "name": "Greeting", "kind": "greeting"}
        )
        schemes = self.env["care.tier.scheme"]
        schemes.search([("is_main", "=", True)]).is_main = False
        scheme = schemes.create({"code": "t_g", "name": "G", "is_main": True})
        top = self.env["care.tier"].create(
            {
                "code": "t_top",
                "name": "Top",
                "scheme_id": scheme.id,
                "contact_mode_ids": mode.ids,
            }
        )
        bolt = self.make_partner("Bolt", is_company=True)
        buyer = self.make_partner("Buyer", parent_id=bolt.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET care_tier_id = jsonb_build_object(%s, %s)"
            " WHERE id = %s",
            (str(self.company.id), top.id, bolt.id),
        )
        self.env.invalidate_all()
        occasion = self.mid_autumn("mail", mode_id=mode.id)
        self.run_job()
        found = self.touches.search([("occasion_id", "=", occasion.id)])
        self.assertEqual(found.partner_id, buyer)
        open_to_all = self.make_occasion(
            "all", "mail", month=9, day=28, mode_id=mode.id, with_ungraded=True
        )
        self.run_job()
        self.assertEqual(open_to_all.touch_count, 3)

    # ---- birthdays

    def birthday(self, **vals):
        return self.make_occasion(
            "birthday", kind="birthday", date_rule="birthday", strength=60, **vals
        )

    def test_birthdays_by_the_sun(self):
        self.wang.birthday_date = "1980-09-24"
        self.birthday()
        self.run_job()
        touch = self.touch(self.wang)
        self.assertEqual(touch.planned_on, date(2026, 9, 24))
        self.assertEqual(touch.occurrence, "2026")

    def test_the_29th_of_february_is_the_28th(self):
        self.wang.birthday_date = "1980-02-29"
        self.birthday()
        self.run_job(date(2027, 2, 24))
        self.assertEqual(self.touch(self.wang).planned_on, date(2027, 2, 28))
        self.run_job(date(2028, 2, 24))
        self.assertEqual(self.touch(self.wang)[1].planned_on, date(2028, 2, 29))

    def test_birthdays_by_the_moon(self):
        # the sixth month of 2025 came twice; in 2026 it begins on 14 July
        self.wang.write(
            {
                "birthday_calendar": "lunar",
                "birthday_lunar_month": 6,
                "birthday_lunar_day": 1,
                "birthday_lunar_leap": True,
            }
        )
        self.zhao.write(
            {
                "birthday_calendar": "lunar",
                "birthday_lunar_month": 12,
                "birthday_lunar_day": 30,
            }
        )
        self.birthday(days_ahead=0)
        for day in ("2025-06-25", "2025-07-25", "2026-07-14", "2026-02-16"):
            self.run_job(date.fromisoformat(day))
        days = self.touch(self.wang).mapped("planned_on")
        self.assertEqual(days, [date(2025, 6, 25), date(2026, 7, 14)])
        # the twelfth month of 2025 has 29 days
        self.assertEqual(self.touch(self.zhao).planned_on, date(2026, 2, 16))
        self.assertEqual(self.touch(self.zhao).occurrence, "2025")

    def test_the_days_are_those_of_the_contact_form(self):
        """One rule of the calendar: the job and the form agree on every birthday."""
        partners = self.env["res.partner"]
        for number in range(1, 31):
            partners |= self.make_partner(
                f"Born {number}",
                birthday_calendar="lunar",
                birthday_lunar_month=1 + number % 12,
                birthday_lunar_day=number,
            )
        occasion = self.birthday(days_ahead=400, grace_days=0, gap_days=0)
        self.run_job(date(2026, 2, 17))
        for partner in partners:
            wanted = partner._care_birthday_on(2026)[partner.id]
            with self.subTest(day=(partner.birthday_lunar_month, wanted)):
                days = self.touch(partner, occasion).mapped("planned_on")
                self.assertIn(wanted, days)

    def test_a_birthday_corrected_in_time_is_greeted_on_the_right_day(self):
        self.wang.birthday_date = "1980-10-05"
        self.birthday(days_ahead=7)
        self.make_occasion("far", kind="thanks", date_rule="solar", days_ahead=30)
        self.run_job()
        first = self.touch(self.wang)
        self.assertEqual(first.planned_on, date(2026, 10, 5))
        self.assertEqual(first.state, "planned")
        self.wang.birthday_date = "1980-10-02"
        self.run_job(date(2026, 9, 28))
        self.assertFalse(first.exists())
        self.run_job(date(2026, 9, 29))
        self.assertEqual(self.touch(self.wang).planned_on, date(2026, 10, 2))

    def test_a_birthday_corrected_too_late_is_not_greeted_twice(self):
        self.wang.birthday_date = "1980-09-21"
        self.birthday()
        self.run_job()
        self.touch(self.wang).with_user(self.clerk).action_done()
        self.wang.birthday_date = "1980-09-24"
        self.run_job(date(2026, 9, 22))
        self.assertEqual(len(self.touch(self.wang)), 1)

    # ---- own events

    def test_own_events_come_round_every_year(self):
        self.env["care.occasion.date"].create(
            {
                "name": "Founding day",
                "partner_id": self.acme.id,
                "date": "2006-09-26",
                "kind": "founding",
            }
        )
        self.env["care.occasion.date"].create(
            {
                "name": "Opening",
                "partner_id": self.zhao.id,
                "date": "2026-09-27",
                "kind": "opening",
                "yearly": False,
            }
        )
        occasion = self.make_occasion(
            "events", kind="own_event", date_rule="own", audience="main"
        )
        self.run_job()
        found = self.touches.search([("occasion_id", "=", occasion.id)])
        self.assertEqual(
            found.mapped(lambda t: (t.partner_id, t.date_id.name, t.planned_on.day)),
            [(self.wang, "Founding day", 26), (self.zhao, "Opening", 27)],
        )
        self.run_job(date(2027, 9, 21))
        self.assertEqual(
            self.touches.search([("occasion_id", "=", occasion.id)])[2].occurrence,
            f"{found[0].date_id.id}:2027",
        )

    def test_own_events_by_the_moon(self):
        event = self.env["care.occasion.date"].create(
            {
                "name": "Temple fair",
                "partner_id": self.wang.id,
                "date": "2020-10-01",  # 15th of the eighth month
                "calendar": "lunar",
            }
        )
        self.assertEqual((event.lunar_month, event.lunar_day), (8, 15))
        self.assertEqual(event.next_on, date(2026, 9, 25))
        self.make_occasion("events", kind="own_event", date_rule="own")
        self.run_job()
        self.assertEqual(self.touch(self.wang).planned_on, date(2026, 9, 25))

    # ---- regular contact (P02.08, P12.04)

    def test_who_was_not_in_touch_for_long_is_called(self):
        occasion = self.make_occasion(
            "regular",
            kind="contact",
            date_rule="interval",
            audience="main",
            interval_days=90,
            days_ahead=5,
        )
        self.run_job()
        self.run_job(date(2026, 9, 22))
        touch = self.touch(self.wang)
        self.assertEqual(len(touch), 1)
        self.assertLessEqual(DAY, touch.planned_on)
        touch.with_user(self.clerk).action_done()
        self.run_job(date(2026, 12, 1))
        self.assertEqual(occasion.touch_count, 1)
        self.run_job(date(2026, 12, 21))
        self.assertEqual(occasion.touch_count, 2)

    # ---- cost

    def test_making_costs_the_same_for_any_number_of_contacts(self):
        self.mid_autumn()
        self.birthday()
        self.make_occasion("events", kind="own_event", date_rule="own")
        self.env["res.partner"].create(
            [
                {"name": f"C{n}", "ref": "TOUCH", "birthday_date": "1980-09-24"}
                for n in range(200)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            self.touches._make_due(DAY, lambda done, remaining=0: True)
        self.assertEqual(self.touches.search_count([("state", "=", "planned")]), 402)
