from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from .test_care_suggestion import USER, SuggestionCase, at


class EmergencyCase(SuggestionCase):
    """The same company with a plan for product hazards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people["watch"] = new_test_user(
            cls.env,
            "own_watch",
            USER,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        roles = cls.env["care.role"]
        cls.watch = roles.create(
            {"code": "own_watch", "name": "Watch", "company_id": cls.company.id}
        )
        cls.command = roles.create(
            {"code": "own_command", "name": "Command", "company_id": cls.company.id}
        )
        cls.env["care.role.assignment"].create(
            [
                {
                    "role_id": role.id,
                    "user_id": cls.people[login].id,
                    "company_id": cls.company.id,
                    "date_from": date(2026, 1, 1),
                }
                for role, login in [(cls.watch, "watch"), (cls.command, "head")]
            ]
        )
        cls.resource = cls.env["care.emergency.resource"].create(
            {
                "name": "Respirator",
                "quantity": 4,
                "place": "Gate",
                "user_id": cls.people["mate"].id,
                "company_id": cls.company.id,
            }
        )
        cls.plan = cls.make_plan()

    @classmethod
    def make_plan(cls):
        with freeze_time("2026-03-01 01:00:00"):
            return cls.env["care.emergency.plan"].create(
                {
                    "name": "Gas leak",
                    "code": "own_gas",
                    "company_id": cls.company.id,
                    "user_id": cls.people["head"].id,
                    "alert_role_ids": [Command.link(cls.watch.id)],
                    "resource_ids": [Command.link(cls.resource.id)],
                    "progress_hours": 2,
                    "drill_months": 6,
                    "review_months": 12,
                    "step_ids": [
                        Command.create(
                            {
                                "name": "Close the valve",
                                "role_id": cls.command.id,
                                "minutes": 10,
                            }
                        ),
                        Command.create({"name": "Call the customers"}),
                    ],
                    "post_ids": [
                        Command.create({"name": "Leads", "role_id": cls.command.id})
                    ],
                }
            )

    def told(self, record):
        domain = [("model", "=", record._name), ("res_id", "=", record.id)]
        return self.env["mail.message"].search(domain)

    def owed(self, record):
        return self.env["care.obligation"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )


@tagged("post_install", "-at_install")
class TestCareEmergencyPlan(EmergencyCase):
    """P04.11, P04.13: plans are drilled, reviewed, and their resources checked."""

    def test_p04_11_a_plan_is_drilled_and_reviewed_at_intervals(self):
        planned = {row.kind: row for row in self.plan.drill_ids}
        self.assertEqual(planned["drill"].date_due, date(2026, 9, 1))
        self.assertEqual(planned["review"].date_due, date(2027, 3, 1))
        drill = planned["drill"].with_user(self.people["head"])
        self.assertEqual(self.owed(drill).user_id, self.people["head"])
        with freeze_time("2026-08-20 02:00:00"):
            with self.assertRaisesRegex(UserError, "Held on.*Took part.*How it went"):
                drill.action_done()
            drill.write(
                {
                    "date_done": date(2026, 8, 20),
                    "participant_ids": [Command.set(self.people["mate"].ids)],
                    "course": "Valve closed after six minutes",
                    "lessons": "The key hangs too high",
                }
            )
            drill.action_done()
            self.env.flush_all()
        self.assertEqual(self.owed(drill).state, "met")
        following = self.plan.drill_ids.filtered(
            lambda row: row.kind == "drill" and row.state == "planned"
        )
        self.assertEqual(following.date_due, date(2027, 2, 20))
        with self.assertRaisesRegex(UserError, "stays as it was held"):
            drill.lessons = "None"

    def test_a_plan_without_steps_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "at least one step"):
            self.env["care.emergency.plan"].create(
                {"name": "Nothing", "code": "own_nothing"}
            )

    def test_p04_13_resources_are_checked_and_what_lacks_shows(self):
        checks = self.env["care.emergency.check"].with_user(self.people["mate"])
        with freeze_time("2026-03-10 01:00:00"):
            check = checks.create({"place": "gate", "company_id": self.company.id})
            self.assertEqual(check.line_ids.resource_id, self.resource)
            with self.assertRaisesRegex(UserError, "Respirator. Count each one"):
                check.action_done()
            check.line_ids.write({"quantity_found": 3, "is_seen": True})
            check.action_done()
        self.assertEqual(check.short_count, 1)
        self.assertEqual(self.resource.quantity_found, 3)
        self.assertEqual(self.resource.checked_on, date(2026, 3, 10))
        self.assertTrue(self.resource.is_short)
        short = self.env["care.emergency.plan"].search([("short_count", ">", 0)])
        self.assertIn(self.plan, short)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            check.line_ids.quantity_found = 4
        with self.assertRaises(AccessError):
            self.resource.with_user(self.people["boss"]).quantity_found = 4


@tagged("post_install", "-at_install")
class TestCareEmergency(EmergencyCase):
    """P04.12: reported at once, plan started, command group, progress, measures."""

    def report(self, now="2026-03-10 01:00:00", **vals):
        reports = self.env["care.emergency.activation"].with_user(self.people["clerk"])
        with freeze_time(now):
            return reports.create(
                {
                    "name": "Smell at the gate",
                    "plan_id": self.plan.id,
                    "happened_at": now,
                    "company_id": self.company.id,
                    **vals,
                }
            )

    def start(self, record, now="2026-03-10 01:05:00"):
        with freeze_time(now):
            record.with_user(self.people["watch"]).action_start()
            self.env.flush_all()
        self.env.invalidate_all()

    def test_p04_12_reported_at_once_to_the_roles_of_the_plan(self):
        emergency = self.report()
        self.assertEqual(emergency.reported_at, at("2026-03-10 01:00:00"))
        self.assertEqual(emergency.activity_ids.user_id, self.people["watch"])
        told = self.told(emergency).notified_partner_ids
        self.assertIn(self.people["watch"].partner_id, told)
        taken = self.owed(emergency)
        self.assertEqual(taken.rule_id.code, "emergency_taken_up")
        self.assertEqual(taken.due_at, at("2026-03-10 01:30:00"))
        self.start(emergency)
        self.assertEqual(taken.state, "met")

    def test_p04_12_the_plan_gives_measures_and_a_command_group(self):
        emergency = self.report()
        self.start(emergency)
        self.assertEqual(emergency.user_id, self.people["head"])
        self.assertIn(self.people["head"], emergency.member_ids)
        valve, call = emergency.action_ids
        self.assertEqual(valve.user_id, self.people["head"])
        self.assertEqual(valve.due_at, at("2026-03-10 01:15:00"))
        self.assertEqual(self.owed(valve).due_at, at("2026-03-10 01:15:00"))
        self.assertFalse(call.due_at)
        self.plan.step_ids[0].name = "Open the valve"
        self.assertEqual(valve.name, "Close the valve")

    def test_p04_12_progress_is_told_upward_in_time(self):
        emergency = self.report()
        self.start(emergency)
        wanted = emergency.progress_ids
        self.assertEqual(wanted.due_at, at("2026-03-10 03:05:00"))
        head = self.people["head"]
        with freeze_time("2026-03-10 02:00:00"):
            opened = emergency.with_user(head).action_report_progress()
            row = self.env[opened["res_model"]].with_user(head).browse(opened["res_id"])
            self.assertEqual(row, wanted)
            with self.assertRaisesRegex(UserError, "Say how"):
                row.action_report()
            row.write({"name": "Valve closed"})
            row.action_report()
            self.env.flush_all()
        self.assertEqual(self.owed(wanted).state, "met")
        told = self.told(emergency).filtered(lambda m: "Valve closed" in m.body)
        self.assertIn(self.people["watch"].partner_id, told.notified_partner_ids)
        following = emergency.progress_ids - wanted
        self.assertEqual(following.due_at, at("2026-03-10 04:00:00"))
        with self.assertRaisesRegex(UserError, "stays as it was told"):
            row.name = "Nothing happened"

    def test_p04_12_it_closes_with_cause_outcome_and_lessons(self):
        emergency = self.report()
        self.start(emergency)
        mine = emergency.with_user(self.people["head"])
        with freeze_time("2026-03-10 02:00:00"):
            mine.action_contain()
            with self.assertRaisesRegex(UserError, "Cause.*Close the valve"):
                mine.action_close()
            mine.action_ids.action_done()
            mine.write({"cause": "Old seal", "damage": "None", "lessons": "Renew"})
            mine.action_close()
            self.env.flush_all()
        self.assertEqual(emergency.state, "closed")
        self.assertEqual(emergency.progress_ids.state, "void")
        self.assertEqual(self.owed(emergency.progress_ids).state, "cancelled")
        with self.assertRaisesRegex(UserError, "has ended"):
            mine.cause = "Nobody knows"
        with self.assertRaises(AccessError):
            emergency.with_user(self.people["boss"]).unlink()

    def test_who_has_no_part_in_it_changes_nothing(self):
        emergency = self.report()
        self.start(emergency)
        for button in ("action_contain", "action_false_alarm"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(emergency.with_user(self.people["mate"]), button)()
        with self.assertRaises(AccessError):
            emergency.action_ids[0].with_user(self.people["mate"]).action_done()

    def test_state_and_stamps_change_by_the_buttons_alone(self):
        emergency = self.report()
        for vals in [
            {"state": "closed"},
            {"reported_at": "2026-03-01 00:00:00"},
            {"number": "EMG/1"},
        ]:
            with self.subTest(vals), self.assertRaises(AccessError):
                emergency.with_user(self.people["boss"]).write(vals)

    def test_two_reports_at_a_time_are_not_wanted(self):
        emergency = self.report()
        self.start(emergency)
        self.start(emergency.browse(), "2026-03-10 01:06:00")
        mine = emergency.with_user(self.people["head"])
        with freeze_time("2026-03-10 01:10:00"):
            first = mine.action_report_progress()
            again = mine.action_report_progress()
        self.assertEqual(first["res_id"], again["res_id"])
