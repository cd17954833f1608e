from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.customer_care.tests.secrecy_common import insert

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestArchiveSecrecy(ArchiveCase):
    """Files of secret customers, and files and papers that people classify."""

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

    def new_document(self, file):
        return (
            self.env["archive.document"]
            .with_user(self.keeper)
            .create({"file_id": file.id, "name": "Contract"})
        ).sudo()

    def test_file_and_papers_follow_the_customer_and_count_in_no_place(self):
        location = self.env["archive.location"].create(
            {"name": "Room 1", "kind": "room", "company_id": self.company.id}
        )
        file = self._new_file(home_location_id=location.id)
        document = self.new_document(file)
        self.assertEqual(location.with_user(self.keeper).file_count, 1)
        self.customer.secrecy_own = 2
        self.env.flush_all()
        self.env.invalidate_all()
        for records in (file.sudo(), document):
            self.assertFalse(self.seen(self.keeper, records))
            self.assertFalse(self.seen(self.manager, records))
        self.assertEqual(location.with_user(self.keeper).file_count, 0)
        self.clear(self.keeper)
        self.env.invalidate_all()
        self.assertEqual(self.seen(self.keeper, document), 1)
        self.assertEqual(location.with_user(self.keeper).file_count, 1)

    def test_a_full_place_tells_nothing_of_what_is_hidden_in_it(self):
        place = self.env["archive.location"].create(
            {
                "name": "Hook",
                "kind": "room",
                "company_id": self.company.id,
                "capacity": 1,
            }
        )
        self._new_file(home_location_id=place.id)
        other = self.env["res.partner"].create({"name": "Another"})
        told = []
        for level in 0, 2:
            self.customer.secrecy_own = level
            self.env.flush_all()
            with self.assertRaises(ValidationError) as refused:
                self._new_file(partner_id=other.id, home_location_id=place.id)
            told.append(str(refused.exception))
        self.assertEqual(told[0], told[1])
        self.assertFalse(any(letter.isdigit() for letter in told[0]))

    def test_one_paper_may_be_more_secret_than_its_file_also_when_closed(self):
        self.clear(self.keeper)
        file = self._new_file()
        document = self.new_document(file)
        items = self.item_contract + self.item_licence
        file.sudo().not_applicable_item_ids = items
        file.sudo().state = "closed"
        document.with_user(self.keeper).secrecy_choice = "2"
        self.env.flush_all()
        self.assertFalse(self.seen(self.manager, document))
        self.assertEqual(self.seen(self.manager, file.sudo()), 1)
        self.assertEqual(self.seen(self.keeper, document), 1)
