"""The cadences that policies name, each on fixed dates and in words."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time

from .duty_case import DutyCase


class TestDutyCadence(DutyCase):
    """A duty has a first and a last day; both follow the month."""

    def window(self, rrule, due_day, due_months=0, **vals):
        return self.make(
            rrule=rrule,
            due_kind="day",
            due_day=due_day,
            due_months=due_months,
            **vals,
        )

    def dates(self, moment):
        """Return the first and last day of all occurrences made by a moment."""
        return [
            (start[5:10], due[5:16]) for start, due in self.spans(self.run_on(moment))
        ]

    def test_monthly_by_the_10th(self):
        duty = self.window("FREQ=MONTHLY;BYMONTHDAY=1", "10")
        self.assertEqual(
            self.dates("2026-03-02 00:00:00"),
            [("01-01", "01-11 00:00"), ("02-01", "02-11 00:00")]
            + [("03-01", "03-11 00:00")],
        )
        self.assertEqual(duty.rhythm_text, "Every month from day 1, until day 10")

    def test_half_yearly(self):
        duty = self.window("FREQ=MONTHLY;BYMONTH=1,7;BYMONTHDAY=1", "-1", 5)
        self.assertEqual(
            self.dates("2026-07-02 00:00:00"),
            [("01-01", "07-01 00:00"), ("07-01", "01-01 00:00")],
        )
        self.assertEqual(
            duty.rhythm_text,
            "Every half-year (January and July) from day 1, until the last day, "
            "5 months later",
        )

    def test_the_last_month_of_each_quarter(self):
        duty = self.window("FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=1", "-1")
        self.assertEqual(
            self.dates("2026-12-02 00:00:00"),
            [
                ("03-01", "04-01 00:00"),  # 31 days
                ("06-01", "07-01 00:00"),  # 30 days
                ("09-01", "10-01 00:00"),
                ("12-01", "01-01 00:00"),
            ],
        )
        self.assertEqual(
            duty.rhythm_text,
            "Last month of each quarter from day 1, until the last day",
        )

    def test_yearly_from_25_to_30_march(self):
        duty = self.window("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25", "30")
        self.assertFalse(self.dates("2026-03-24 15:59:59"))
        self.assertEqual(self.dates("2026-03-24 16:00:00"), [("03-25", "03-31 00:00")])
        self.assertEqual(
            duty.rhythm_text, "Every year in March from day 25, until day 30"
        )

    def test_it_is_missed_after_its_last_day_and_met_on_it(self):
        self.window("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25", "30")
        found = self.run_on("2026-03-25 00:00:00")
        with freeze_time("2026-03-30 15:00:00"):
            self.env["care.obligation"]._sweep_batch()
            self.env.invalidate_all()
            self.assertEqual(found.state, "open")
            found.with_user(self.clerk).action_done()
        self.assertEqual(found.state, "met")

    def test_at_a_time_of_the_last_day(self):
        duty = self.window("FREQ=MONTHLY;BYMONTHDAY=1", "10", at_time="10:00")
        self.assertEqual(self.dates("2026-01-02 00:00:00"), [("01-01", "01-10 10:00")])
        self.assertIn("until day 10, at 10:00", duty.rhythm_text)

    def test_another_last_day_moves_what_runs(self):
        duty = self.window("FREQ=MONTHLY;BYMONTHDAY=1", "10")
        with freeze_time("2026-01-03 00:00:00"):
            found = self.run_on("2026-01-02 00:00:00")
            duty.due_day = "15"
            self.assertEqual(self.local(found.due_at), "2026-01-16 00:00")
            self.assertEqual(found.event_ids[-1:].kind, "move")
            duty.write({"due_kind": "after", "amount": 4, "unit": "day"})
            self.assertEqual(self.local(found.due_at), "2026-01-06 00:00")
            duty.due_kind = "day"
        self.assertEqual(self.local(found.due_at), "2026-01-16 00:00")

    def test_a_window_that_ends_before_it_starts_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "due before it starts"):
            self.window("FREQ=MONTHLY;BYMONTHDAY=25", "10")
        self.window("FREQ=MONTHLY;BYMONTHDAY=25", "10", 1, code="later")

    def test_words_of_the_others(self):
        duty = self.make()
        for rrule, vals, words in [
            ("FREQ=DAILY", {"amount": 0}, "Every day, due that day"),
            ("FREQ=DAILY;INTERVAL=3", {}, "Every 3 days, due that day"),
            (
                "FREQ=WEEKLY;BYDAY=MO,FR",
                {"amount": 2},
                "Every week on Monday, Friday, ",
            ),
            ("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR", {}, "Every 2 months from the last "),
            ("FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYMONTHDAY=-1", {}, "Every 2 years in "),
            ("FREQ=DAILY;BYMONTH=7", {}, "By the rule FREQ=DAILY;BYMONTH=7, "),
        ]:
            duty.write({"rrule": rrule, **vals})
            self.assertTrue(duty.rhythm_text.startswith(words), duty.rhythm_text)

    def test_it_is_entered_on_the_screen(self):
        with Form(self.duties) as form:
            form.name = "Yearly survey"
            form.code = "survey"
            form.frequency = "year"
            form.year_month = "3"
            form.month_day = "25"
            form.due_kind = "day"
            form.due_day = "30"
            self.assertEqual(
                form.rhythm_text, "Every year in March from day 25, until day 30"
            )
            self.assertIn("03/30", str(form.preview))
        self.assertEqual(form.record.rrule, "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25")

    def test_whoever_holds_the_role_waives_an_occurrence(self):
        role = self.env["care.role"].create({"code": "waiver", "name": "Waiver"})
        self.env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": self.other.id}
        )
        self.window("FREQ=MONTHLY;BYMONTHDAY=1", "10", waive_role_id=role.id)
        found = self.run_on("2026-01-02 00:00:00")
        with freeze_time("2026-01-03 00:00:00"):
            self.assertFalse(found.with_user(self.clerk).can_waive)
            with self.assertRaisesRegex(UserError, "Say why"):
                found.with_user(self.other)._waive(" ")
            found.with_user(self.other)._waive("Stocktaking")
        self.assertEqual((found.state, found.waive_reason), ("waived", "Stocktaking"))
