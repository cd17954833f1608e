from odoo.exceptions import AccessError

from .common import ArchiveCase


class TestArchiveAccess(ArchiveCase):
    """Who may read and write what."""

    def test_rights_table(self):
        file = self._new_file()
        place = self.env["archive.location"].create(
            {"name": "Room 1", "kind": "room", "company_id": self.company.id}
        )
        self.env.invalidate_all()
        for user, record, operation, allowed in [
            (self.keeper, file, "read", True),
            (self.keeper, file, "write", True),
            (self.keeper, file, "unlink", False),
            (self.manager, file, "unlink", True),
            (self.stranger, file, "read", False),
            (self.stranger, file, "write", False),
            (self.keeper, self.file_type, "read", True),
            (self.keeper, self.file_type, "write", False),
            (self.manager, self.file_type, "write", True),
            (self.stranger, self.file_type, "read", False),
            (self.keeper, place, "write", False),
            (self.manager, place, "write", True),
            (self.stranger, place, "read", False),
        ]:
            with self.subTest(login=user.login, model=record._name, op=operation):
                self.assertEqual(record.with_user(user).has_access(operation), allowed)

    def test_documents_follow_the_company_of_their_file(self):
        document = self._add_document(self._new_file(), self.item_licence)
        found = self.env["archive.document"].with_user(self.stranger).search([])
        self.assertNotIn(document, found)

    def test_a_plain_employee_sees_neither_files_nor_the_count(self):
        self._new_file()
        clerk = self.env["res.users"].create({"name": "Clerk", "login": "clerk"})
        with self.assertRaises(AccessError):
            self.env["archive.file"].with_user(clerk).search([])
        fields = self.env["res.partner"].with_user(clerk).fields_get()
        self.assertNotIn("archive_file_count", fields)

    def test_customer_counts_the_files_of_its_contacts(self):
        contact = self.env["res.partner"].create(
            {"name": "Li", "parent_id": self.customer.id}
        )
        self._new_file()
        self._new_file(partner_id=contact.id)
        partners = (self.customer + contact).with_user(self.keeper)
        self.assertEqual(partners.mapped("archive_file_count"), [2, 1])
        action = partners[0].action_view_archive_files()
        self.assertEqual(self.env["archive.file"].search_count(action["domain"]), 2)
