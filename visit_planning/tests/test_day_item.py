from odoo.tests import freeze_time

from .common import VisitCase


@freeze_time("2026-03-02 01:00:00")
class TestDayItem(VisitCase):
    """Visits stand in the day of each visitor until they are reported."""

    def _kinds(self, user):
        self.env.invalidate_all()
        items = self.env["care.day.item"].with_user(user).search([])
        return items.mapped(lambda item: (item.kind, item.document_id))

    def test_a_visit_waits_for_its_visitors_until_it_is_done(self):
        both = [(6, 0, (self.visitor | self.colleague).ids)]
        visit = self._new_visit(needs="Two pallets", user_ids=both)
        self.assertEqual(self._kinds(self.visitor), [("visit", visit.id)])
        self.assertEqual(self._kinds(self.colleague), [("visit", visit.id)])
        self.assertFalse(self._kinds(self.stranger))
        item = self.env["care.day.item"].with_user(self.visitor).search([])
        self.assertEqual((item.due_at, item.urgency), (visit.planned_end, "4_today"))
        self.assertEqual(item.action_open()["res_id"], visit.id)
        visit.action_done()
        self.assertFalse(self._kinds(self.visitor))

    def test_an_activity_on_a_visit_is_not_said_twice(self):
        visit = self._new_visit()
        visit.activity_schedule(summary="Prepare", user_id=self.visitor.id)
        self.assertEqual(self._kinds(self.visitor), [("visit", visit.id)])
