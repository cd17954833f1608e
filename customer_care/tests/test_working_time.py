from datetime import date, datetime

from odoo.exceptions import UserError

from odoo.addons.customer_care.logic.wall_clock import to_instant

from .working_time_case import WorkingTimeCase, utc


class TestWorkingTime(WorkingTimeCase):
    def test_working_day_from_saturday_ends_when_monday_ends(self):
        self.assertEqual(
            self.ends("2026-03-07 02:00:00", 1, "working_day"), "2026-03-09 17:00"
        )

    def test_lunch_is_not_working_time(self):
        self.assertEqual(
            self.ends("2026-03-02 03:00:00", 2, "working_hour"), "2026-03-02 14:00"
        )

    def test_text_and_aware_datetimes_are_understood(self):
        expected = utc("2026-03-03 02:00:00")
        for start in (
            "2026-03-02 02:00:00",
            utc("2026-03-02 02:00:00"),
            utc("2026-03-01 21:00:00-05:00"),
        ):
            self.assertEqual(self.calendar.care_add(start, 1, "day"), expected)

    def test_at_time_is_read_in_the_zone_of_the_calendar(self):
        self.assertEqual(
            self.ends("2026-03-02 15:30:00", 1, "day", "10:00"), "2026-03-03 10:00"
        )

    def test_many_are_the_same_as_one_by_one(self):
        start = utc("2026-03-02 02:00:00")
        rows = [(start, 2, "working_day", None), (start, 1, "day", "10:00")]
        self.assertEqual(
            self.calendar.care_add_many(rows),
            [self.calendar.care_add(*row) for row in rows],
        )

    def test_between_and_shift(self):
        friday, monday = utc("2026-03-06 08:00:00"), utc("2026-03-09 01:00:00")
        self.assertEqual(self.calendar.care_between(friday, monday), 2 * 3600)
        shift = self.calendar.care_shift
        self.assertEqual(self.local(shift(friday, 2 * 3600, True)), "2026-03-09 09:00")
        self.assertEqual(self.local(shift(friday, 2 * 3600, False)), "2026-03-06 18:00")

    def test_no_query_once_known(self):
        start = utc("2026-03-02 02:00:00")
        self.calendar.care_add(start, 30, "working_day")
        with self.assertQueryCount(0):
            for days in range(100):
                self.calendar.care_add(start, days, "working_day")
                self.calendar.care_add(start, days, "working_hour")

    def test_two_week_calendar_follows_odoo_own_weeks(self):
        self.calendar.switch_calendar_type()
        self.assertTrue(self.calendar.two_weeks_calendar)
        second = self.calendar.attendance_ids.filtered(
            lambda line: line.week_type == "1"
        )
        second.filtered(lambda line: not line.display_type).unlink()
        for start in ("2025-12-19 10:00:00", "2025-12-26 10:00:00"):
            moment = utc(start)
            ours = self.calendar.care_add(moment, 1, "working_hour")
            odoo = self.calendar.plan_hours(1, moment)
            self.assertEqual(ours, odoo)

    def test_same_answer_as_odoo_where_odoo_is_right(self):
        for hours in (0.5, 3, 4, 4.5, 8, 17, 40):
            for start in ("2026-03-02 02:00:00", "2026-03-07 02:00:00"):
                self.assertEqual(
                    self.calendar.care_add(utc(start), hours, "working_hour"),
                    self.calendar.plan_hours(hours, utc(start)),
                )

    def test_flexible_hours_are_refused_for_working_time_only(self):
        self.calendar.schedule_type = "flexible"
        start = utc("2026-03-02 02:00:00")
        self.assertEqual(
            self.calendar.care_add(start, 1, "day"), utc("2026-03-03 02:00:00")
        )
        with self.assertRaisesRegex(UserError, "Office Shanghai has flexible hours"):
            self.calendar.care_add(start, 1, "working_hour")
        with self.assertRaisesRegex(UserError, "Office Shanghai has flexible hours"):
            self.calendar.care_between(start, utc("2026-03-03 02:00:00"))

    def test_an_empty_calendar_is_refused_by_name(self):
        self.calendar.attendance_ids.unlink()
        for unit in ("working_hour", "working_day"):
            with self.assertRaisesRegex(UserError, "Office Shanghai has no working"):
                self.calendar.care_add(utc("2026-03-02 02:00:00"), 1, unit)

    def test_wrong_amounts_are_refused_in_words(self):
        start = utc("2026-03-02 02:00:00")
        for amount, unit, at_time, sentence in [
            (1.5, "day", None, "1.5 day cannot be counted"),
            (1, "week", None, "1 week cannot be counted"),
            (1, "day", "25:00", "25:00 is not a time"),
            (10**7, "working_day", None, "more than a century"),
        ]:
            with (
                self.subTest(sentence=sentence),
                self.assertRaisesRegex(UserError, sentence),
            ):
                self.calendar.care_add(start, amount, unit, at_time)


class TestExplain(WorkingTimeCase):
    def test_national_day_is_told_day_by_day(self):
        self.add_day("2025-09-28", "working", name="Make-up day for National Day")
        for number in range(1, 9):
            self.add_day(f"2025-10-0{number}", name="National Day")
        rows = self.calendar.with_user(self.user).care_explain(
            utc("2025-09-26 02:00:00"), 4, "working_day"
        )
        kinds = [row["kind"] for row in rows]
        self.assertEqual(
            kinds,
            ["open", "closed", "make_up", "open", "open"]
            + ["holiday"] * 8
            + ["open", "due"],
        )
        self.assertEqual(rows[2]["date"], date(2025, 9, 28))
        self.assertIn("though usually closed, Make-up day", rows[2]["text"])
        self.assertIn("working day 1", rows[2]["text"])
        self.assertIn("does not count", rows[0]["text"])
        self.assertEqual(rows[5]["name"], "National Day")
        self.assertIn("closed, National Day", rows[5]["text"])
        self.assertIn("working day 4", rows[-2]["text"])
        self.assertIn("October 9, 2025 at 17:00 (Asia/Shanghai)", rows[-1]["text"])

    def test_hours_counted_each_day_add_up(self):
        start = utc("2026-03-06 02:00:00")
        rows = self.calendar.care_explain(start, 8.5, "working_hour")
        self.assertEqual(sum(row["seconds"] for row in rows), 8.5 * 3600)
        self.assertIn("6 h counted", rows[0]["text"])
        self.assertIn("2 h 30 min counted", rows[3]["text"])

    def test_the_clock_on_the_wall_is_told_in_one_sentence(self):
        rows = self.calendar.care_explain(utc("2026-03-06 02:00:00"), 7, "day")
        self.assertEqual([row["kind"] for row in rows], ["open", "due"])
        self.assertIn("weekends and holidays included", rows[0]["text"])

    def test_a_closing_day_has_its_name(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Stocktaking",
                "calendar_id": self.calendar.id,
                "date_from": utc("2026-03-02 16:00:00"),
                "date_to": utc("2026-03-03 15:59:59"),
            }
        )
        rows = self.calendar.care_explain(utc("2026-03-02 02:00:00"), 1, "working_day")
        self.assertEqual(
            [(row["kind"], row["name"]) for row in rows],
            [("open", ""), ("holiday", "Stocktaking"), ("open", ""), ("due", "")],
        )


class TestStart(WorkingTimeCase):
    def test_instants_are_whole_seconds(self):
        moment = datetime(2026, 3, 2, 2, 0, 0, 999_999)  # noqa: DTZ001 (naive UTC)
        self.assertEqual(to_instant(moment), to_instant(utc("2026-03-02 02:00:00")))
