from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time

from .duty_case import DutyCase
from .working_time_case import utc


class TestDutyDates(DutyCase):
    def test_monthly_statistics_start_on_the_1st_and_are_due_on_the_10th(self):
        self.make()
        self.assertFalse(self.run_on("2025-12-31 15:59:59"))
        found = self.run_on("2025-12-31 16:00:00")  # the 1st in Shanghai
        self.assertEqual(self.spans(found), [("2026-01-01 00:00", "2026-01-11 00:00")])
        self.assertEqual(
            (found.period_start, found.period_end),
            (date(2025, 12, 1), date(2025, 12, 31)),
        )
        self.assertEqual(found.user_id, self.clerk)
        self.assertEqual(found.state, "open")

    def test_produced_twice_is_produced_once(self):
        duty = self.make()
        self.assertEqual(len(self.run_on("2026-01-01 00:00:00")), 1)
        self.assertEqual(len(self.run_on("2026-01-01 00:15:00")), 1)
        # even where another worker did not see that it was made
        duty.sudo().last_start = False
        self.assertEqual(len(self.run_on("2026-01-02 00:00:00")), 1)

    def test_a_late_run_makes_the_missed_ones(self):
        self.make()
        found = self.run_on("2026-04-05 00:00:00")
        self.assertEqual(
            [self.local(one.start_at)[:10] for one in found],
            ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"],
        )
        with freeze_time("2026-04-05 00:00:00"):
            self.env["care.obligation"]._sweep_batch()
        self.assertEqual(found.mapped("state"), ["missed"] * 3 + ["open"])

    def test_the_job_itself(self):
        self.make()
        with freeze_time("2026-01-01 00:00:00"), self.enter_registry_test_mode():
            self.env.ref("customer_care.care_duty_cron").method_direct_trigger()
        self.assertEqual(len(self.occurrences()), 1)

    def test_a_duty_that_fails_stops_no_other(self):
        broken = self.make(code="broken", sequence=1)
        healthy = self.make(code="healthy", sequence=2)
        broken.flush_recordset()
        self.env.cr.execute(
            "UPDATE care_duty SET start_time = 'noon' WHERE id = %s", [broken.id]
        )
        broken.invalidate_recordset()
        with (
            freeze_time("2026-01-01 00:00:00"),
            self.enter_registry_test_mode(),
            self.assertLogs("odoo.addons.customer_care.models", "ERROR"),
        ):
            self.env.ref("customer_care.care_duty_cron").method_direct_trigger()
        self.assertEqual(self.occurrences().duty_id, healthy)

    def test_nothing_from_before_the_duty_is_made(self):
        self.make(produce_from="2026-03-15")
        self.assertEqual(
            [
                self.local(one.start_at)[:10]
                for one in self.run_on("2026-05-01 00:00:00")
            ],
            ["2026-04-01", "2026-05-01"],
        )

    def test_other_rhythms(self):
        for rule, amount, expected in [
            (
                "FREQ=MONTHLY;BYMONTH=1,7;BYMONTHDAY=1",
                29,
                [
                    ("2026-01-01 00:00", "2026-01-31 00:00"),
                    ("2026-07-01 00:00", "2026-07-31 00:00"),
                ],
            ),
            (  # in the last month of each quarter
                "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=1",
                29,
                [
                    ("2026-03-01 00:00", "2026-03-31 00:00"),
                    ("2026-06-01 00:00", "2026-07-01 00:00"),
                    ("2026-09-01 00:00", "2026-10-01 00:00"),
                    ("2026-12-01 00:00", "2026-12-31 00:00"),
                ],
            ),
            (  # 25 to 30 March
                "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25",
                5,
                [("2026-03-25 00:00", "2026-03-31 00:00")],
            ),
        ]:
            with self.subTest(rule=rule):
                duty = self.make(code=rule, rrule=rule, amount=amount)
                found = self.run_on("2026-12-31 00:00:00")
                found = found.filtered(lambda one, duty=duty: one.duty_id == duty)
                self.assertEqual(self.spans(found), expected)

    def test_working_days_count_from_the_day_after_the_start(self):
        self.make(amount=3, unit="working_day")
        self.add_day("2026-01-01")
        self.add_day("2026-01-02")
        self.add_day("2026-01-04", "working")
        found = self.run_on("2026-01-01 00:00:00")
        self.assertEqual(self.local(found.due_at), "2026-01-06 17:00")

    def test_start_and_due_time_of_the_day(self):
        self.make(rrule="FREQ=DAILY", start_time="08:00", amount=0, at_time="17:30")
        found = self.run_on("2026-01-01 00:00:00")
        self.assertEqual(self.spans(found), [("2026-01-01 08:00", "2026-01-01 17:30")])

    def test_a_rule_that_ends_stops(self):
        duty = self.make(rrule="FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20260301T000000")
        self.assertEqual(len(self.run_on("2026-12-31 00:00:00")), 3)
        self.assertFalse(duty.next_start_at)

    def test_the_next_times_are_shown_before_saving(self):
        with freeze_time("2026-01-05"), Form(self.duties) as form:
            form.name, form.code = "Shown", "shown"
            form.amount = 9
            self.assertIn("02/01/2026, due 02/10/2026 24:00", str(form.preview))
            form.frequency = "quarter"
            form.quarter_month = "3"
            form.month_day = "-1"
            self.assertEqual(form.rrule, "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1")
            self.assertIn("03/31/2026, due 04/09/2026 24:00", str(form.preview))

    def test_the_editor_shows_the_rule_of_a_pack(self):
        duty = self.make(rrule="freq=yearly; bymonth=3; bymonthday=25")
        self.assertEqual(duty.rrule, "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25")
        self.assertEqual(
            (duty.frequency, duty.year_month, duty.month_day), ("year", "3", "25")
        )
        duty.rrule = "FREQ=MONTHLY;BYDAY=-1FR"
        self.assertEqual(
            (duty.frequency, duty.month_week, duty.month_weekday), ("month", "-1", "4")
        )
        duty.rrule = "FREQ=MONTHLY;BYDAY=1MO,3MO"
        self.assertEqual(duty.frequency, "custom")
        duty.write({"frequency": "week", "thursday": True})
        self.assertEqual(duty.rrule, "FREQ=WEEKLY;BYDAY=MO,TH")

    def test_what_cannot_be_is_refused_in_words(self):
        for vals, sentence in [
            ({"rrule": "every month"}, "needs a rule such as"),
            ({"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "No day ever fits"),
            ({"at_time": "25:00"}, "25:00 of Monthly statistics is not a time"),
            ({"evidence": "record"}, "choose of what"),
            (
                {
                    "evidence_model_name": "project.task",
                    "evidence_domain": "[('x', 1)]",
                },
                "cannot be used",
            ),
        ]:
            with self.subTest(sentence=sentence):
                with self.assertRaises(ValidationError) as refused:
                    self.make(**vals)
                self.assertIn(sentence, str(refused.exception))


class TestDutyPeople(DutyCase):
    def test_who_holds_the_role_is_responsible_and_may_finish(self):
        role = self.env["care.role"].create({"code": "stats", "name": "Statistician"})
        self.env["care.role.assignment"].create(
            [
                {
                    "role_id": role.id,
                    "user_id": user.id,
                    "company_id": self.env.company.id,
                }
                for user in (self.clerk, self.user)
            ]
        )
        self.make(user_id=False, role_id=role.id)
        found = self.run_on("2026-01-01 00:00:00")
        self.assertIn(found.user_id, self.clerk + self.user)
        for user, allowed in [
            (self.clerk, True),
            (self.user, True),
            (self.manager, True),
            (self.other, False),
        ]:
            with self.subTest(user=user.login):
                self.assertEqual(found.with_user(user).can_finish, allowed)

    def test_a_new_responsible_takes_over_what_runs(self):
        duty = self.make()
        found = self.run_on("2026-01-01 00:00:00")
        duty.user_id = self.other
        self.assertEqual(found.user_id, self.other)

    def test_only_the_responsible_finishes(self):
        self.make()
        found = self.run_on("2026-01-01 00:00:00")
        with self.assertRaisesRegex(AccessError, "not yours to finish"):
            found.with_user(self.other).action_done()
        self.assertEqual(found.state, "open")
        with freeze_time("2026-01-03 01:00:00"):
            found.with_user(self.clerk).action_done()
        self.assertEqual(
            (found.state, found.done_at), ("met", utc("2026-01-03 01:00:00"))
        )
        with self.assertRaisesRegex(UserError, "has ended already"):
            found.with_user(self.clerk).action_done()

    def test_done_late_stays_missed(self):
        self.make()
        found = self.run_on("2026-01-01 00:00:00")
        with freeze_time("2026-01-12 01:00:00"):
            found.with_user(self.clerk).action_done()
        self.assertEqual(found.state, "missed")
        self.assertTrue(found.done_at)

    def test_reminder_and_escalation_reach_people(self):
        self.make(
            remind_amount=2,
            remind_unit="working_day",
            escalation_ids=[
                Command.create(
                    {
                        "amount": 1,
                        "unit": "day",
                        "notify": "user",
                        "user_id": self.user.id,
                    }
                )
            ],
        )
        found = self.run_on("2026-01-01 00:00:00")
        activities = self.env["mail.activity"].sudo()
        for moment, clerk, user in [
            ("2026-01-07 00:00:00", 0, 0),
            ("2026-01-09 01:00:00", 1, 0),
            ("2026-01-10 17:00:00", 1, 0),
            ("2026-01-12 01:00:00", 1, 1),
        ]:
            with self.subTest(moment=moment), freeze_time(moment):
                self.env["care.obligation"]._sweep_batch()
                for person, wanted in [(self.clerk, clerk), (self.user, user)]:
                    self.assertEqual(
                        activities.search_count([("user_id", "=", person.id)]), wanted
                    )
        self.assertEqual(found.state, "missed")

    def test_access(self):
        duty = self.make()
        found = self.run_on("2026-01-01 00:00:00")
        for user, record, operation, allowed in [
            (self.clerk, duty, "read", True),
            (self.clerk, duty, "write", False),
            (self.manager, duty, "write", True),
            (self.outsider, duty, "read", False),
            (self.clerk, found, "read", True),
            (self.clerk, found, "write", False),
            (self.manager, found, "write", False),
        ]:
            with self.subTest(user=user.login, record=record, operation=operation):
                self.assertEqual(record.with_user(user).has_access(operation), allowed)
        with self.assertRaises(AccessError):
            found.sudo().write({"period_start": "2020-01-01"})

    def test_another_company_does_not_see_it(self):
        other = self.env["res.company"].create({"name": "Other"})
        duty = self.env["care.duty"].create(
            {"code": "theirs", "name": "Theirs", "company_id": other.id}
        )
        self.assertFalse(duty.with_user(self.manager).has_access("read"))


class TestDutyChanges(DutyCase):
    def test_a_changed_time_moves_what_runs_and_is_logged(self):
        duty = self.make()
        found = self.run_on("2026-01-01 00:00:00")
        duty.amount = 14
        self.assertEqual(self.local(found.due_at), "2026-01-16 00:00")
        self.assertIn("move", found.event_ids.mapped("kind"))

    @freeze_time("2026-02-02 01:00:00")
    def test_archiving_or_deleting_calls_off_what_runs(self):
        duty = self.make()
        found = self.run_on("2026-02-01 00:00:00")
        found[0].with_user(self.clerk)._finish_duty(None)
        duty.action_archive()
        self.assertEqual(found.mapped("state"), ["missed", "cancelled"])
        duty.action_unarchive()
        self.assertEqual(duty.produce_from, date(2026, 2, 2))
        found += self.run_on("2026-03-01 00:00:00") - found
        duty.unlink()
        self.assertEqual(found.mapped("state"), ["missed", "cancelled", "cancelled"])
