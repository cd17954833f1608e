import base64

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import ArchiveCase


class TestArchiveDocument(ArchiveCase):
    """Papers, their checklist items and their scans."""

    def test_name_comes_from_the_item(self):
        document = self._add_document(self._new_file(), self.item_licence)
        self.assertEqual(document.name, "Licence")

    def test_item_of_another_type_is_refused(self):
        other = self.env["archive.type"].create(
            {
                "name": "Other",
                "company_id": False,
                "item_ids": [(0, 0, {"name": "Photo"})],
            }
        )
        with self.assertRaisesRegex(ValidationError, "Photo is not on the checklist"):
            self._add_document(self._new_file(), other.item_ids)

    def test_documents_of_a_closed_file_stay(self):
        file = self._new_file()
        document = self._add_document(file, self.item_licence)
        self._add_document(file, self.item_contract, "original")
        file.action_close()
        with self.assertRaisesRegex(UserError, "is closed"):
            document.pages = 3
        with self.assertRaisesRegex(UserError, "is closed"):
            document.unlink()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._add_document(file, self.item_licence)

    def test_a_document_cannot_slip_into_a_closed_file(self):
        closed = self._new_file(not_applicable_item_ids=self.file_type.item_ids.ids)
        closed.action_close()
        document = self._add_document(self._new_file(), self.item_licence)
        with self.assertRaisesRegex(UserError, "is closed"):
            document.file_id = closed

    def test_own_upload_becomes_readable_for_colleagues(self):
        scan = self._upload(self.keeper)
        self.assertFalse(scan.with_user(self.manager).has_access("read"))
        self._document_with(scan)
        self.env.invalidate_all()
        self.assertTrue(scan.with_user(self.manager).has_access("read"))

    def test_upload_of_somebody_else_is_not_taken_over(self):
        scan = self._upload(self.manager)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self._document_with(scan)
        self.assertFalse(scan.res_id)

    def _upload(self, user):
        return (
            self.env["ir.attachment"]
            .with_user(user)
            .create(
                {
                    "name": "scan.txt",
                    "datas": base64.b64encode(b"scan"),
                    "res_model": "archive.document",
                }
            )
        )

    def _document_with(self, scan):
        file = self._new_file()
        return (
            self.env["archive.document"]
            .with_user(self.keeper)
            .create(
                {
                    "file_id": file.id,
                    "name": "Licence",
                    "attachment_ids": [(4, scan.id)],
                }
            )
        )
