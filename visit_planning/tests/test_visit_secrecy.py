from odoo.tests import tagged

from odoo.addons.customer_care.tests.secrecy_common import insert

from .common import VisitCase


@tagged("post_install", "-at_install")
class TestVisitSecrecy(VisitCase):
    """Visits to secret customers, and visits that people classify."""

    def clear(self, user):
        insert(
            self.env,
            "care_clearance",
            user_id=user.id,
            company_id=self.company.id,
            level=2,
            state="active",
            vetted=True,
            effective_from="2026-01-01",
            effective_to=None,
            valid_from="2026-01-01",
        )
        self.env["care.sight"]._forget()

    def seen(self, user, records):
        return records.with_user(user).search_count([("id", "in", records.ids)])

    def test_a_visit_its_list_and_my_day_follow_the_customer(self):
        visit = self._new_visit().sudo()
        self.clear(self.colleague)
        lines, items = visit.line_ids, self.env["care.day.item"]
        self.assertTrue(lines)
        waiting = items.search(
            [("res_model", "=", "visit.visit"), ("res_id", "=", visit.id)]
        )
        for records in (visit, lines, waiting):
            self.assertEqual(self.seen(self.visitor, records), len(records))
        self.customer.secrecy_own = 2
        self.env.flush_all()
        for records in (visit, lines, waiting):
            self.assertFalse(self.seen(self.visitor, records))
            self.assertFalse(self.seen(self.manager, records))
        for records in (visit, lines):
            self.assertEqual(self.seen(self.colleague, records), len(records))

    def test_a_contact_more_secret_than_his_company_hides_the_visit(self):
        contact = self.env["res.partner"].create(
            {"name": "The buyer", "parent_id": self.customer.id, "secrecy_own": 2}
        )
        visit = self._new_visit().sudo()
        visit.contact_id = contact
        self.env.flush_all()
        self.assertFalse(self.seen(self.visitor, visit))

    def test_the_next_visit_of_a_classified_one_is_classified_too(self):
        self.clear(self.visitor)
        visit = self._new_visit(next_planned_at="2026-04-02 02:00:00")
        visit.secrecy_own = 2
        visit.action_book_next()
        following = visit.sudo().next_visit_id
        self.assertEqual(following.secrecy_level, 2)
        self.assertFalse(self.seen(self.manager, following))
