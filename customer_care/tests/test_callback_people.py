from collections import Counter

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .callback_common import CallbackCase


@tagged("post_install", "-at_install")
class TestCallbackPeople(CallbackCase):
    """Who calls when somebody is away, leaves, or had to do with the case."""

    def test_at_once_to_the_caller_with_the_least_to_do(self):
        self.programme.write({"assign": "role", "rate_pct": 100})
        rows = self.drawn(6)
        loads = Counter(row.user_id for row in rows)
        self.assertEqual(set(loads.values()), {3})
        self.assertFalse(rows.activity_ids.filtered(lambda a: "assign" in a.summary))

    def test_a_handler_is_passed_over_though_they_hold_the_role(self):
        self.programme.write({"assign": "role", "rate_pct": 100})
        rows = self.drawn(4, user_id=self.caller.id)
        self.assertEqual(rows.user_id, self.other)
        self.assertEqual(rows.excluded_ids, self.caller)

    def test_who_handled_it_at_the_draw_does_not_call_later(self):
        rows = self.drawn(2, user_id=self.caller.id)
        self.env["care.callback.occasion"].browse(rows.res_id).user_id = False
        with self.assertRaisesRegex(UserError, "had to do with"):
            rows.with_user(self.supervisor)._assign(self.caller)

    def test_nobody_left_is_an_activity_of_the_supervisor(self):
        self.role.assignment_ids.filtered(
            lambda row: row.user_id == self.other
        ).unlink()
        rows = self.drawn(2, user_id=self.caller.id)
        self.assertEqual(rows.state, "planned")
        self.assertFalse(rows.user_id)
        words = rows.activity_ids.filtered(lambda a: a.user_id == self.supervisor)
        self.assertIn("Everybody who holds the role", words[0].summary)
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            rows.with_user(self.supervisor).action_assign_suggested()

    def test_who_stands_in_calls_and_supervises(self):
        for away, there in (
            (self.caller, self.stranger),
            (self.supervisor, self.manager),
        ):
            self.env["care.delegation"].create(
                {
                    "user_id": away.id,
                    "delegate_id": there.id,
                    "date_from": "2026-03-20",
                    "date_to": "2026-04-30",
                    "scope": "all",
                    "company_id": self.company.id,
                }
            )
        self.role.assignment_ids.filtered(
            lambda row: row.user_id == self.other
        ).unlink()
        self.programme.assign = "role"
        rows = self.drawn(2)
        self.assertEqual(rows.user_id, self.stranger)
        self.assertEqual(rows.supervisor_ids, self.supervisor | self.manager)

    def test_a_new_supervisor_sees_what_is_under_way(self):
        rows = self.drawn(2)
        with freeze_time("2026-04-02 08:00:00"):
            self.lead.assignment_ids.user_id = self.stranger
            self.env["care.callback"]._refresh_supervisors()
        self.assertEqual(rows.supervisor_ids, self.stranger)
        self.assertEqual(rows.supervisor_id, self.stranger)

    def test_the_calls_of_a_leaver_go_along_but_never_to_a_handler(self):
        self.programme.write({"assign": "hand", "rate_pct": 100})
        rows = self.drawn(2)
        rows.with_user(self.supervisor)._assign(self.caller)
        rows[0]._engine().write({"excluded_ids": [(4, self.other.id)]})
        self.env.invalidate_all()
        window = (
            self.env["care.obligation.reassign"]
            .with_user(self.manager)
            .create({"user_id": self.caller.id, "to_user_id": self.other.id})
        )
        window.action_reassign()
        self.assertEqual(rows[0].user_id, self.caller)
        self.assertEqual(rows[1].user_id, self.other)
        owed = self.env["care.obligation"].search(
            [("res_model", "=", "care.callback"), ("res_id", "in", rows.ids)]
        )
        self.assertEqual(
            {one.res_id: one.user_id for one in owed},
            {rows[0].id: self.caller, rows[1].id: self.other},
        )

    def test_who_handled_it_does_not_supervise_it(self):
        deputy = self.new_user("deputy")
        self.lead.assignment_ids.copy({"user_id": deputy.id})
        self.programme.rate_pct = 100
        mine = self.new_occasions(1, user_id=self.supervisor.id)
        self.drawn(1)
        rows = self.programme.draw_ids.callback_ids
        row = rows.filtered(lambda one: one.res_id == mine.id)
        self.assertEqual(row.supervisor_ids, deputy)
        self.assertEqual((rows - row).supervisor_ids, self.supervisor | deputy)
        self.env["care.callback"]._refresh_supervisors()
        self.assertEqual(row.supervisor_ids, deputy)

    def test_the_supervisor_adds_customers_to_the_plan(self):
        self.programme.excluded_paths = "user_id, department_id.manager_id"
        partners = self.env["res.partner"].create(
            [{"name": "Guest", "phone": "+86 10 5555 0001"}]
        )
        values = {
            "programme_id": self.programme.id,
            "partner_ids": partners.ids,
            "due_at": "2026-03-09 08:00:00",
            "reason": "Asked for a call",
        }
        windows = self.env["care.callback.add"]
        with freeze_time("2026-03-03 08:00:00"):
            with self.assertRaises(UserError):
                windows.with_user(self.caller).create(values).action_add()
            shown = windows.with_user(self.supervisor).create(values).action_add()
            row = self.env["care.callback"].search(shown["domain"])
            self.assertEqual(
                (row.state, row.supervisor_ids), ("planned", self.supervisor)
            )
            row.with_user(self.supervisor)._assign(self.caller)
            row.with_user(self.caller).action_done()
        self.assertTrue(row.in_time)
        self.assertFalse(row.draw_id)
