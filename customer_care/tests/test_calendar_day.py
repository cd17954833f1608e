from datetime import date

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, freeze_time, get_db_name, tagged

from .working_time_case import WorkingTimeCase, utc


class TestCalendarDay(WorkingTimeCase):
    def test_a_holiday_counts_at_once_and_no_more_once_deleted(self):
        start = "2026-03-02 02:00:00"
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-03 17:00")
        day = self.add_day("2026-03-03")
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-04 17:00")
        day.date = "2026-03-04"
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-03 17:00")
        self.assertEqual(self.ends(start, 2, "working_day"), "2026-03-05 17:00")
        day.unlink()
        self.assertEqual(self.ends(start, 2, "working_day"), "2026-03-04 17:00")

    def test_attendances_zone_and_moved_days_count_at_once(self):
        start = "2026-03-02 02:00:00"
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-03 17:00")
        tuesday = self.calendar.attendance_ids.filtered(
            lambda line: line.dayofweek == "1" and line.day_period == "afternoon"
        )
        tuesday.hour_to = 18
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-03 18:00")
        tuesday.unlink()
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-03 12:00")
        self.calendar.tz = "Asia/Tokyo"
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-03 11:00")

    def test_an_edit_of_the_calendar_form_is_told_once(self):
        told = []
        model = type(self.env["resource.calendar"])
        self.patch(model, "_care_calendar_changed", lambda self: told.append(self.ids))
        lines = self.calendar.attendance_ids
        self.calendar.write(
            {"attendance_ids": [Command.update(a.id, {"name": "X"}) for a in lines]}
        )
        self.assertEqual(told, [], "a name moves nothing")
        afternoon = lines.filtered(lambda line: line.day_period == "afternoon")
        self.calendar.write(
            {
                "attendance_ids": [
                    Command.update(a.id, {"hour_to": 18}) for a in afternoon
                ]
            }
        )
        self.assertEqual(told, [self.calendar.ids])
        self.add_day("2026-03-03").name = "Renamed"
        self.assertEqual(told, [self.calendar.ids] * 2)

    def test_a_make_up_sunday_has_the_hours_of_its_weekday(self):
        day = self.add_day("2025-09-28", "working", weekday="4")
        self.assertEqual(day.hours_text, "08:00-12:00, 13:00-17:00")
        self.assertEqual(
            self.ends("2025-09-26 02:00:00", 1, "working_day"), "2025-09-28 17:00"
        )
        day.write({"hours_source": "own", "hours": "9:00-11:30"})
        self.assertEqual(
            self.ends("2025-09-26 02:00:00", 1, "working_day"), "2025-09-28 11:30"
        )

    def test_own_hours_must_be_readable(self):
        day = self.add_day("2025-09-28", "working")
        for hours in (False, "all day", "12:00-09:00"):
            with self.assertRaises(ValidationError) as refused:
                day.write({"hours_source": "own", "hours": hours})
            self.assertIn("needs its hours", str(refused.exception))

    def test_company_closing_day_closes_and_one_person_does_not(self):
        start = "2026-03-02 02:00:00"
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-03 17:00")
        resource = self.env["resource.resource"].create(
            {"name": "Li", "calendar_id": self.calendar.id}
        )
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Stocktaking",
                "calendar_id": self.calendar.id,
                "date_from": utc("2026-03-02 16:00:00"),
                "date_to": utc("2026-03-03 15:59:59"),
                "resource_id": resource.id,
            }
        )
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-03 17:00")
        leave.resource_id = False
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-04 17:00")
        leave.calendar_id = False  # all schedules of the company
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-04 17:00")
        leave.unlink()
        self.assertEqual(self.ends(start, 1, "working_day"), "2026-03-03 17:00")

    def test_who_may_edit_and_read(self):
        day = self.add_day("2026-03-03")
        for user, operation, allowed in [
            (self.manager, "write", True),
            (self.manager, "unlink", True),
            (self.user, "read", True),
            (self.user, "write", False),
            (self.user, "unlink", False),
            (self.outsider, "read", False),
        ]:
            with self.subTest(user=user.login, operation=operation):
                self.assertEqual(day.with_user(user).has_access(operation), allowed)
        with self.assertRaises(AccessError):
            self.days.with_user(self.user).create(
                {"calendar_id": self.calendar.id, "date": "2026-03-05", "name": "No"}
            )

    def test_anyone_inside_may_ask_when_something_is_due(self):
        self.add_day("2026-03-03")
        self.env.registry.clear_cache()
        end = self.ends("2026-03-02 02:00:00", 1, "working_day", user=self.outsider)
        self.assertEqual(end, "2026-03-04 17:00")

    def test_another_company_days_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other"})
        calendar = self.env["resource.calendar"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        day = self.days.create(
            {"calendar_id": calendar.id, "date": "2026-03-03", "name": "Theirs"}
        )
        self.assertFalse(day.with_user(self.manager).has_access("read"))


class TestPublicDays(WorkingTimeCase):
    def load(self, **vals):
        wizard = self.env["care.calendar.day.load"].with_user(self.manager)
        return wizard.create({"calendar_id": self.calendar.id, **vals}).action_load()

    def count(self):
        return self.days.search_count([("calendar_id", "=", self.calendar.id)])

    def test_load_china_twice_keeps_what_people_changed(self):
        message = self.load(country="cn")["params"]["message"]
        self.assertEqual(self.count(), 72)
        self.assertIn("72 days were added to Office Shanghai", message)
        sunday = self.days.search(
            [("calendar_id", "=", self.calendar.id), ("date", "=", "2025-09-28")]
        )
        self.assertEqual(sunday.kind, "working")
        sunday.name = "Our own word"
        self.days.search(
            [("calendar_id", "=", self.calendar.id), ("date", "=", "2026-10-10")]
        ).unlink()
        self.assertIn("1 days", self.load(country="cn")["params"]["message"])
        self.assertEqual(sunday.name, "Our own word")
        self.assertEqual(
            self.ends("2025-09-30 02:00:00", 1, "working_day"), "2025-10-09 17:00"
        )

    def test_names_come_in_the_languages_of_the_database(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.load(country="cn", year_from=2026, year_to=2026)
        day = self.days.search(
            [("calendar_id", "=", self.calendar.id), ("date", "=", "2026-10-01")]
        )
        self.assertEqual(day.with_context(lang="en_US").name, "National Day")
        self.assertEqual(day.with_context(lang="zh_CN").name, "国庆节")
        self.assertFalse(
            self.days.search_count(
                [("calendar_id", "=", self.calendar.id), ("date", "<", "2026-01-01")]
            )
        )

    def test_years_without_a_list_are_refused(self):
        with self.assertRaisesRegex(UserError, "shipped for 2025 to"):
            self.load(country="cn", year_from=2025, year_to=2040)

    def test_only_managers_load(self):
        with self.assertRaises(AccessError):
            self.env["care.calendar.day.load"].with_user(self.user).create(
                {"calendar_id": self.calendar.id}
            )


class TestMissingYear(WorkingTimeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.company"].search([]).resource_calendar_id = cls.calendar
        cls.days.with_user(cls.manager)._load_public_days(
            cls.calendar, "cn", 2025, 2026
        )

    def activities(self):
        return self.env["mail.activity"].search(
            [("summary", "like", self.calendar.name)]
        )

    def run_on(self, day):
        with freeze_time(day):
            self.env.ref(
                "customer_care.care_calendar_day_cron"
            ).ir_actions_server_id.run()

    def test_nobody_is_bothered_early(self):
        self.run_on("2026-11-01")
        self.assertFalse(self.activities())

    def test_one_activity_for_the_manager_who_keeps_the_days(self):
        for day in ("2026-11-02", "2026-11-03", "2026-12-31"):
            self.run_on(day)
        activity = self.activities()
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(activity.date_deadline, date(2026, 12, 31))
        self.assertIn("2027 in Office Shanghai", activity.summary)
        activity.unlink()
        self.run_on("2027-01-05")
        self.assertFalse(self.activities(), "dismissed is dismissed")

    def test_the_days_ahead_can_be_set(self):
        self.env["ir.config_parameter"].set_param("customer_care.days_warning", "90")
        self.run_on("2026-10-05")
        self.assertEqual(len(self.activities()), 1)

    def test_loading_days_settles_the_activity(self):
        self.days.search([("date", ">=", "2026-01-01")]).unlink()
        self.run_on("2025-12-01")
        self.assertEqual(len(self.activities()), 1)
        self.days.with_user(self.manager)._load_public_days(
            self.calendar, "cn", 2026, 2026
        )
        self.assertFalse(self.activities())


@tagged("post_install", "-at_install")
class TestOtherWorkers(BaseCase):
    """A change reaches a worker that has the old timetable (real commits)."""

    def test_commit_is_signalled_and_the_old_timetable_dropped(self):
        registry = Registry(get_db_name())
        start = utc("2026-03-02 02:00:00")
        with registry.cursor() as cr:
            calendar = api.Environment(cr, SUPERUSER_ID, {})[
                "resource.calendar"
            ].create({"name": "Signalled", "tz": "UTC", "company_id": False})
            calendar.attendance_ids.unlink()
            calendar.attendance_ids = [
                Command.create(
                    {"name": "W", "dayofweek": str(n), "hour_from": 8, "hour_to": 17}
                )
                for n in range(7)
            ]
            ident = calendar.id
        self.addCleanup(self._delete, registry, ident)

        def answer():
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                found = env["resource.calendar"].browse(ident)
                return found.care_add(start, 1, "working_day").date()

        self.assertEqual(answer(), date(2026, 3, 3))
        with registry.cursor() as cr:
            before = registry.get_sequences(cr)[1]["default"]
        old = registry._Registry__caches["default"].snapshot
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["care.calendar.day"].create(
                {"calendar_id": ident, "date": "2026-03-03", "name": "Closed"}
            )
        with registry.cursor() as cr:
            self.assertGreater(registry.get_sequences(cr)[1]["default"], before)
        self.assertEqual(answer(), date(2026, 3, 4))
        # Another worker: it still holds the old timetable and the old number.
        model = registry["resource.calendar"]
        key = next(k for k in old if k[0] == model._name and k[2:] == (ident,))
        registry._Registry__caches["default"][key] = old[key]
        registry.cache_sequences["default"] = before
        self.assertEqual(answer(), date(2026, 3, 3))
        registry.check_signaling()
        self.assertEqual(answer(), date(2026, 3, 4))

    def _delete(self, registry, ident):
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["resource.calendar"].browse(ident).unlink()
