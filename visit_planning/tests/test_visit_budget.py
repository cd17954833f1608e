from .common import VisitCase


class TestVisitBudget(VisitCase):
    """Lists cost the same number of queries for few rows and many."""

    def test_list_and_customer_button(self):
        spec = {
            "name": {},
            "partner_id": {"fields": {"display_name": {}}},
            "user_ids": {"fields": {"display_name": {}}},
            "obligation_state": {},
            "activity_ids": {"fields": {}},
            "state": {},
        }
        for number in range(40):
            partner = self.env["res.partner"].create({"name": f"Customer {number}"})
            self._new_visit(partner_id=partner.id)
        visits = self.env["visit.visit"].with_user(self.visitor)
        counts = []
        for limit in (5, 40):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = visits.web_search_read([], spec, limit=limit)["records"]
            self.assertEqual(len(rows), limit)
            visits.browse(row["id"] for row in rows).partner_id.mapped("visit_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertLess(counts[1], 25)
