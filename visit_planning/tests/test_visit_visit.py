from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time

from .common import VisitCase


class TestVisitVisit(VisitCase):
    """Plan, moves, report and the next visit."""

    def test_plan_is_filled_from_customer_and_purpose(self):
        visit = self._new_visit()
        self.assertEqual(visit.name, "Wang Trading: Need talk")
        self.assertIn("Nanjing Road 1", visit.place)
        self.assertEqual(
            visit.planned_end, fields.Datetime.to_datetime("2026-03-02 03:30:00")
        )
        visit.place = "Their stand at the fair"
        visit.goal = "Agree on the volume"
        self.assertEqual(visit.place, "Their stand at the fair")

    def test_moves_table(self):
        for user, start, target, allowed in [
            (self.visitor, "planned", "confirmed", True),
            (self.visitor, "planned", "done", True),
            (self.visitor, "confirmed", "done", True),
            (self.visitor, "confirmed", "cancelled", True),
            (self.visitor, "confirmed", "planned", True),
            (self.visitor, "cancelled", "planned", True),
            (self.visitor, "cancelled", "done", False),
            (self.visitor, "done", "confirmed", False),
            (self.visitor, "done", "planned", False),
            (self.manager, "done", "confirmed", True),
            (self.manager, "done", "planned", False),
            (self.manager, "cancelled", "done", False),
        ]:
            visitors = [(6, 0, self.visitor.ids)]
            visit = self._new_visit(
                self.manager, needs="Two pallets", state=start, user_ids=visitors
            )
            with self.subTest(login=user.login, start=start, target=target):
                if allowed:
                    visit.with_user(user).write({"state": target})
                    self.assertEqual(visit.state, target)
                else:
                    with self.assertRaisesRegex(UserError, "cannot become"):
                        visit.with_user(user).write({"state": target})

    @freeze_time("2026-03-02 06:00:00")
    def test_done_needs_a_report_and_is_dated(self):
        visit = self._new_visit()
        with self.assertRaisesRegex(UserError, "has no report yet"):
            visit.action_done()
        visit.opinions = "Delivery is slow"
        visit.write({"state": "done", "done_at": "2020-01-01 00:00:00"})
        self.assertEqual(
            visit.done_at, fields.Datetime.to_datetime("2026-03-02 06:00:00")
        )

    def test_the_report_of_a_done_visit_stays(self):
        visit = self._new_visit(needs="Two pallets")
        visit.action_done()
        with self.assertRaisesRegex(UserError, "report stays as it is"):
            visit.needs = "Three pallets"
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            visit.with_user(self.manager).unlink()
        visit.with_user(self.manager).action_reopen()
        visit.needs = "Three pallets"
        self.assertFalse(visit.done_at)

    def test_a_new_visit_is_planned(self):
        with self.assertRaisesRegex(UserError, "A new visit is planned"):
            self._new_visit(state="done", needs="Two pallets")

    def test_a_visit_has_a_visitor(self):
        with self.assertRaisesRegex(ValidationError, "has no visitor"):
            self._new_visit(self.manager, user_ids=False)
        visit = self._new_visit(self.manager)
        with self.assertRaisesRegex(ValidationError, "has no visitor"):
            visit.user_ids = False

    def test_next_visit_is_booked_once(self):
        visit = self._new_visit(needs="Two pallets", follow_up="Bring the offer")
        with self.assertRaisesRegex(UserError, "a time after"):
            visit.action_book_next()
        visit.next_planned_at = "2026-04-01 02:00:00"
        action = visit.action_book_next()
        booked = visit.next_visit_id
        self.assertEqual(action["res_id"], booked.id)
        self.assertEqual(
            booked.planned_at, fields.Datetime.to_datetime("2026-04-01 02:00:00")
        )
        self.assertEqual(booked.goal, "Bring the offer")
        self.assertEqual((booked.state, booked.user_ids), ("planned", self.visitor))
        self.assertEqual(len(booked.line_ids), 2)
        self.assertEqual(visit.action_book_next()["res_id"], booked.id)

    def test_two_visits_at_one_time_are_shown(self):
        first = self._new_visit()
        second = self._new_visit(planned_at="2026-03-02 03:00:00")
        self._new_visit(planned_at="2026-03-02 03:30:00", duration=0.5)
        self.assertEqual(first.clash_ids, second)
        second.action_cancel()
        first.invalidate_recordset()
        self.assertFalse(first.clash_ids)

    def test_duplicate_starts_over(self):
        visit = self._new_visit(needs="Two pallets")
        visit.line_ids[0].is_done = True
        visit.action_done()
        twin = visit.copy()
        self.assertEqual(
            (twin.state, twin.needs, twin.done_at), ("planned", False, False)
        )
        self.assertEqual(twin.line_ids.mapped("is_done"), [False, False])

    def test_import_of_a_plan(self):
        header = ["partner_id", "purpose_id", "planned_at", "user_ids"]
        row = ["Wang Trading", "Need talk", "2026-05-04 01:00:00", "visitor"]
        visits = self.env["visit.visit"].with_user(self.visitor)
        done = visits.load(header, [row])
        self.assertFalse(done["messages"])
        self.assertEqual(len(visits.browse(done["ids"]).line_ids), 2)
