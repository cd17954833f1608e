from odoo.exceptions import UserError
from odoo.tests import Form

from .common import VisitCase


class TestVisitChecklist(VisitCase):
    """A visit has its own copy of the checklist."""

    def test_points_are_copied_and_stay_when_the_template_changes(self):
        visit = self._new_visit()
        self.assertEqual(
            visit.line_ids.mapped("name"), ["Catalogue packed", "Needs asked"]
        )
        self.checklist.line_ids[0].name = "Samples packed"
        self.checklist.line_ids[1].unlink()
        self.assertEqual(
            visit.line_ids.mapped("name"), ["Catalogue packed", "Needs asked"]
        )

    def test_form_shows_the_points_of_the_purpose_before_saving(self):
        form = Form(self.env["visit.visit"].with_user(self.visitor))
        form.partner_id = self.customer
        form.planned_at = "2026-03-02 02:00:00"
        form.purpose_id = self.purpose
        self.assertEqual(form.duration, 1.5)
        self.assertEqual(len(form.line_ids), 2)
        visit = form.save()
        self.assertEqual(len(visit.line_ids), 2)

    def test_ticked_points_survive_another_checklist(self):
        visit = self._new_visit()
        visit.line_ids[0].is_done = True
        visit.checklist_id = self.env["visit.checklist"].create(
            {
                "name": "Other",
                "company_id": False,
                "line_ids": [(0, 0, {"name": "Gift handed over"})],
            }
        )
        self.assertEqual(
            set(visit.line_ids.mapped("name")), {"Catalogue packed", "Gift handed over"}
        )

    def test_points_of_a_done_visit_stay(self):
        visit = self._new_visit(needs="Two pallets")
        visit.action_done()
        with self.assertRaisesRegex(UserError, "checklist stays as it is"):
            visit.line_ids[0].is_done = True
        with self.assertRaisesRegex(UserError, "checklist stays as it is"):
            visit.line_ids[0].unlink()

    def test_shipped_lists_hold_the_preparations(self):
        for code, before in [("service_visit", 3), ("outlet_visit", 5)]:
            lines = self.env.ref(f"visit_planning.visit_checklist_{code}").line_ids
            self.assertEqual(
                len(lines.filtered(lambda line: line.phase == "before")), before
            )
