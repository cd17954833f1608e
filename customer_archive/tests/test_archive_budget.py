from .common import ArchiveCase


class TestArchiveBudget(ArchiveCase):
    """Lists cost the same number of queries for few rows and many."""

    def test_list_and_customer_button(self):
        spec = {
            "number": {},
            "title": {},
            "partner_id": {"fields": {"display_name": {}}},
            "location_id": {"fields": {"display_name": {}}},
            "document_count": {},
            "missing_count": {},
            "obligation_state": {},
            "state": {},
        }
        for number in range(40):
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            self._add_document(self._new_file(partner_id=partner.id), self.item_licence)
        files = self.env["archive.file"].with_user(self.keeper)
        counts = []
        for limit in (5, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = files.web_search_read([], spec, limit=limit)["records"]
            self.assertEqual(len(rows), limit)
            partners = files.browse(row["id"] for row in rows).partner_id
            partners.mapped("archive_file_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertLess(counts[1], 25)
