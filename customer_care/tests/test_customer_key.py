from odoo.tests import tagged

from .duplicate_common import CODE, DuplicateCase


@tagged("post_install", "-at_install")
class TestCustomerKey(DuplicateCase):
    """Keys follow their customer, by whatever way it is written."""

    def keys(self, partner, kind=None):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT kind, key FROM care_customer_key WHERE partner_id = %s"
            " AND kind <> 'stamp' AND COALESCE(%s, kind) = kind",
            [partner.id, kind],
        )
        return {key for _kind, key in self.env.cr.fetchall()}

    def test_keys_of_a_firm(self):
        self.assertEqual(self.keys(self.hik, "credit"), {CODE})
        self.assertEqual(self.keys(self.hik, "phone"), {"+8657188075998"})
        self.assertIn("海康威视|浙江", self.keys(self.hik, "name"))

    def test_keys_follow_what_is_written(self):
        self.hik.write({"phone": "010-62345678", "email": False})
        self.assertEqual(self.keys(self.hik, "phone"), {"+861062345678"})
        self.assertFalse(self.keys(self.hik, "email"))
        self.hik.unlink()
        self.env.cr.execute(
            "SELECT count(*) FROM care_customer_key k WHERE NOT EXISTS"
            " (SELECT 1 FROM res_partner p WHERE p.id = k.partner_id)"
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_a_contact_that_leaves_its_firm_is_found_by_its_name(self):
        contact = self.partners.create({"name": "李小伟", "parent_id": self.hik.id})
        self.assertFalse(self.keys(contact))
        contact.parent_id = False
        self.assertTrue(self.keys(contact, "name"))

    def test_what_was_written_in_sql_is_repaired_by_the_job(self):
        self.env.cr.execute(
            "UPDATE res_partner SET phone = '021-61234567' WHERE id = %s", self.hik.ids
        )
        self.env.cr.execute(
            "INSERT INTO res_partner (name, phone, type, active)"
            " VALUES ('By SQL', '021-61239999', 'contact', TRUE) RETURNING id"
        )
        new = self.partners.browse(self.env.cr.fetchone()[0])
        self.env.invalidate_all()
        keys = self.env["care.customer.key"]
        stale = keys._stale_ids(self.hik.id - 1)
        self.assertIn(self.hik.id, stale)
        self.assertIn(new.id, stale)
        with self.enter_registry_test_mode():
            self.env.ref("customer_care.care_customer_key_cron").method_direct_trigger()
        self.assertEqual(self.keys(self.hik, "phone"), {"+862161234567"})
        self.assertEqual(self.keys(new, "phone"), {"+862161239999"})
        self.assertFalse(keys._stale_ids())

    def test_nothing_kept_by_the_orm_is_stale(self):
        child = self.partners.create(
            {"name": "李", "parent_id": self.hik.id, "vat": CODE, "phone": "1"}
        )
        self.hik.write({"name": "New", "vat": CODE, "is_company": False})
        child.write({"company_registry": CODE, "email": "a@b.example"})
        self.env.flush_all()
        stale = self.env["care.customer.key"]._stale_ids(self.hik.id - 1)
        self.assertFalse(set(stale) & {self.hik.id, child.id})

    def test_a_contact_costs_one_query_to_create_and_two_to_write(self):
        store = type(self.env["care.customer.key"])
        counts = {}
        for kept in (True, False):
            if not kept:
                self.patch(store, "_store", lambda *a, **k: None)
                self.patch(store, "_refresh", lambda *a, **k: None)
            for label, way in [
                ("create", lambda: self.partners.create({"name": "Q", "phone": "1"})),
                ("phone", lambda: self.hik.write({"phone": "021 1234 5678"})),
                ("comment", lambda: self.hik.write({"comment": "Q"})),
            ]:
                way()
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                way()
                self.env.flush_all()
                counts[label, kept] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts["create", True] - counts["create", False], 1)
        self.assertLessEqual(counts["phone", True] - counts["phone", False], 2)
        self.assertEqual(counts["comment", True], counts["comment", False])
