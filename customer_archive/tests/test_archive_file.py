from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from .common import ArchiveCase


class TestArchiveFile(ArchiveCase):
    """Numbers, completeness, closing and keeping."""

    @freeze_time("2026-03-02 02:00:00")
    def test_each_company_numbers_its_own_files(self):
        first, second = self._new_file(), self._new_file()
        self.assertEqual(
            [first.number, second.number], ["AF/2026/00001", "AF/2026/00002"]
        )
        file_type = self.env["archive.type"].create({"name": "B", "company_id": False})
        other = self._new_file(self.stranger, type_id=file_type.id)
        self.assertEqual(other.number, "AF/2026/00001")

    def test_a_number_given_by_an_import_is_kept_and_unique(self):
        header = ["number", "title", "type_id", "partner_id", "state"]
        row = ["1998-17", "Old contracts", "Contract file", "Wang Trading", "open"]
        files = self.env["archive.file"].with_user(self.keeper)
        done = files.load(header, [row])
        self.assertFalse(done["messages"])
        self.assertEqual(files.browse(done["ids"]).number, "1998-17")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.cr.savepoint(),
        ):
            self._new_file(number="1998-17")

    def test_form_fills_number_and_keeper(self):
        form = Form(self.env["archive.file"].with_user(self.keeper))
        form.title = "Wang 2026"
        form.type_id = self.file_type
        form.partner_id = self.customer
        file = form.save()
        self.assertTrue(file.number)
        self.assertEqual(file.keeper_id, self.keeper)
        self.assertEqual(file.display_name, f"{file.number} Wang 2026")

    def test_missing_items_follow_the_documents(self):
        file = self._new_file()
        self.assertEqual(file.missing_item_ids, self.item_contract + self.item_licence)
        self._add_document(file, self.item_licence)
        self.assertEqual(file.missing_item_ids, self.item_contract)
        self._add_document(file, self.item_contract)
        self.assertEqual(
            file.missing_item_ids, self.item_contract, "a copy is not enough"
        )
        self._add_document(file, self.item_contract, "original")
        self.assertFalse(file.missing_item_ids)
        self.assertEqual(file.missing_count, 0)

    def test_an_item_that_does_not_apply_is_not_missing(self):
        file = self._new_file()
        file.not_applicable_item_ids = self.item_contract
        self.assertEqual(file.missing_item_ids, self.item_licence)

    def test_a_longer_checklist_reaches_open_files_only(self):
        closed = self._complete_file()
        closed.action_close()
        opened = self._complete_file()
        item = self.env["archive.type.item"].create(
            {"type_id": self.file_type.id, "name": "Photo"}
        )
        self.assertEqual(opened.missing_item_ids, item)
        self.assertFalse(closed.missing_item_ids)

    def test_an_incomplete_file_cannot_be_closed(self):
        file = self._new_file()
        with self.assertRaisesRegex(UserError, "still lacks: Contract, Licence"):
            file.action_close()
        with self.assertRaisesRegex(UserError, "still lacks"):
            file.write({"state": "closed"})

    @freeze_time("2026-03-02 02:00:00")
    def test_closing_starts_the_retention(self):
        file = self._complete_file()
        file.action_close()
        self.assertEqual(file.closed_on, date(2026, 3, 2))
        self.assertEqual(file.retention_until, date(2036, 3, 2))
        self.file_type.retention_years = 1
        self.assertEqual(file.retention_until, date(2036, 3, 2), "as it was at closing")

    @freeze_time("2026-03-02 02:00:00")
    def test_a_user_cannot_date_the_closing_back(self):
        file = self._complete_file()
        file.write({"state": "closed", "closed_on": "2000-01-01"})
        file.write({"closed_on": "2000-01-01"})
        self.assertEqual(file.closed_on, date(2026, 3, 2))

    def test_only_a_manager_reopens(self):
        file = self._complete_file()
        file.action_close()
        with self.assertRaisesRegex(UserError, "cannot be reopened by you"):
            file.action_reopen()
        with self.assertRaisesRegex(UserError, "cannot be reopened by you"):
            file.write({"state": "open"})
        file.with_user(self.manager).action_reopen()
        self.assertEqual((file.state, file.closed_on), ("open", False))

    def test_a_closed_file_keeps_what_it_is_about(self):
        file = self._complete_file()
        file.action_close()
        with self.assertRaisesRegex(UserError, "is closed"):
            file.with_user(self.manager).title = "Other"

    def test_a_user_cannot_create_a_closed_file(self):
        with self.assertRaisesRegex(UserError, "A new file is open"):
            self._new_file(state="closed")
        old = self._new_file(self.manager, state="closed", closed_on="1999-05-04")
        self.assertEqual(old.retention_until, date(2009, 5, 4))

    def test_used_files_are_archived_not_deleted(self):
        file = self._complete_file().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            file.unlink()
        file.action_archive()
        self.assertFalse(file.active)

    def test_duplicate_gets_its_own_number(self):
        file = self._complete_file()
        twin = file.copy()
        self.assertNotEqual(twin.number, file.number)
        self.assertEqual(twin.title, "Wang contracts (copy)")
        self.assertEqual((twin.state, twin.document_count), ("open", 0))

    def _complete_file(self):
        file = self._new_file()
        self._add_document(file, self.item_licence)
        self._add_document(file, self.item_contract, "original")
        return file
