from odoo.exceptions import AccessError

from .common import VisitCase


class TestVisitAccess(VisitCase):
    """Visitors write their own visits and read their company's."""

    def test_rights_table(self):
        visit = self._new_visit()
        line = visit.line_ids[:1]
        self.env.invalidate_all()
        for user, record, operation, allowed in [
            (self.visitor, visit, "read", True),
            (self.visitor, visit, "write", True),
            (self.visitor, visit, "unlink", False),
            (self.colleague, visit, "read", True),
            (self.colleague, visit, "write", False),
            (self.manager, visit, "write", True),
            (self.manager, visit, "unlink", True),
            (self.stranger, visit, "read", False),
            (self.visitor, line, "write", True),
            (self.colleague, line, "read", True),
            (self.colleague, line, "write", False),
            (self.manager, line, "write", True),
            (self.stranger, line, "read", False),
            (self.visitor, self.purpose, "write", False),
            (self.manager, self.purpose, "write", True),
            (self.stranger, self.purpose, "read", False),
            (self.visitor, self.checklist, "write", False),
            (self.stranger, self.checklist, "read", False),
        ]:
            with self.subTest(login=user.login, model=record._name, op=operation):
                self.assertEqual(record.with_user(user).has_access(operation), allowed)

    def test_a_user_plans_for_himself_only(self):
        self.assertEqual(self._new_visit().user_ids, self.visitor)
        together = [(6, 0, (self.visitor + self.colleague).ids)]
        self.assertEqual(len(self._new_visit(user_ids=together).user_ids), 2)
        with self.assertRaises(AccessError):
            self._new_visit(user_ids=[(6, 0, self.colleague.ids)])
        self._new_visit(self.manager, user_ids=[(6, 0, self.colleague.ids)])

    def test_customer_counts_the_visits_to_its_contacts(self):
        contact = self.env["res.partner"].create(
            {"name": "Li", "parent_id": self.customer.id}
        )
        self._new_visit()
        self._new_visit(partner_id=contact.id)
        partners = (self.customer + contact).with_user(self.colleague)
        self.assertEqual(partners.mapped("visit_count"), [2, 1])
        action = partners[0].action_view_visits()
        self.assertEqual(self.env["visit.visit"].search_count(action["domain"]), 2)
        self.assertEqual(self.customer.with_user(self.stranger).visit_count, 0)
