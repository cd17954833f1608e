from odoo.exceptions import UserError
from odoo.tests import freeze_time

from .common import ArchiveCase


class TestArchiveEngines(ArchiveCase):
    """Deadlines and required entries work on files as data."""

    @freeze_time("2026-03-02 02:00:00")
    def test_a_deadline_for_completing_a_file_is_kept(self):
        self.env["care.obligation.rule"].create(
            {
                "code": "test_file_complete",
                "name": "Complete the file",
                "model_name": "archive.file",
                "company_id": self.company.id,
                "start_domain": "[('state', '=', 'open')]",
                "start_field": "create_date",
                "amount": 3,
                "unit": "day",
                "done_domain": "[('state', '=', 'closed')]",
                "responsible_path": "keeper_id",
            }
        )
        file = self._new_file(not_applicable_item_ids=self.file_type.item_ids.ids)
        obligation = file.obligation_ids
        self.assertEqual(obligation.user_id, self.keeper)
        self.assertEqual(obligation.partner_id, self.customer)
        file.action_close()
        self.assertEqual(obligation.state, "met")

    def _set_deadline_on_papers(self):
        self.env["care.obligation.rule"].create(
            {
                "code": "test_file_handed_in",
                "name": "Hand the papers in",
                "model_name": "archive.file",
                "company_id": self.company.id,
                "start_domain": "[('missing_count', '>', 0)]",
                "start_field": "create_date",
                "amount": 3,
                "unit": "day",
                "done_domain": "[('missing_count', '=', 0)]",
                "responsible_path": "keeper_id",
            }
        )

    def test_papers_handed_in_meet_a_deadline_on_what_is_missing(self):
        self._set_deadline_on_papers()
        file = self._new_file()
        obligation = file.obligation_ids
        self._add_document(file, self.item_licence)
        self.assertEqual(obligation.state, "open")
        paper = self._add_document(file, self.item_contract)
        self.assertEqual(obligation.state, "open")
        paper.form = "original"
        self.assertEqual(obligation.state, "met")

    def test_an_item_that_does_not_apply_ends_the_wait(self):
        self._set_deadline_on_papers()
        file = self._new_file()
        file.not_applicable_item_ids = self.file_type.item_ids
        self.assertEqual(file.obligation_ids.state, "met")

    def test_a_required_entry_holds_the_closing_back(self):
        self.env["care.requirement"].create(
            {
                "code": "test_file_place",
                "name": "A file has a place",
                "model_name": "archive.file",
                "company_id": self.company.id,
                "gate": "close",
                "field_names": "home_location_id",
            }
        )
        file = self._new_file(not_applicable_item_ids=self.file_type.item_ids.ids)
        with self.assertRaisesRegex(UserError, "Home"):
            file.action_close()
