"""Levels in transactions of their own, side by side."""

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

from .secrecy_common import USER, insert


@tagged("post_install", "-at_install", "database_breaking")
class TestSecrecyParallel(BaseCase):
    """A customer with activities, a clerk and somebody cleared for a while."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            customer = env["res.partner"].create({"name": "LV parallel"})
            self.customer_id = customer.id
            clerk = new_test_user(env, "lv_parallel", USER)
            cleared = new_test_user(env, "lv_parallel_cleared", USER)
            self.clerk_id, self.cleared_id = clerk.id, cleared.id
            self.clearance_id = insert(
                env,
                "care_clearance",
                user_id=cleared.id,
                company_id=env.company.id,
                level=2,
                state="active",
                vetted=True,
                effective_from="2026-01-01",
                valid_from="2026-01-01",
            )

    def clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["res.partner"].search([("name", "like", "LV parallel")]).unlink()
            cr.execute("DELETE FROM care_clearance WHERE id = %s", [self.clearance_id])
            users = env["res.users"].browse([self.clerk_id, self.cleared_id])
            partners = users.partner_id
            users.unlink()
            partners.unlink()
        self.registry.clear_all_caches()

    def open(self, uid=SUPERUSER_ID):
        """Return the customer in a transaction of its own."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        env = api.Environment(cr, uid, {})
        return env["res.partner"].browse(self.customer_id)

    def raise_level(self):
        customer = self.open()
        customer.secrecy_own = 2
        customer.env.cr.commit()

    def fall_out_of_step(self):
        with self.registry.cursor() as cr:
            cr.execute("ALTER TABLE res_partner DISABLE TRIGGER care_secrecy")
            cr.execute(
                "UPDATE res_partner SET secrecy_level = 0 WHERE id = %s",
                [self.customer_id],
            )
            cr.execute("ALTER TABLE res_partner ENABLE TRIGGER care_secrecy")

    def test_a_level_raised_elsewhere_counts_at_the_next_transaction(self):
        self.assertTrue(self.open(self.clerk_id).has_access("read"))
        self.raise_level()
        self.assertFalse(self.open(self.clerk_id).has_access("read"))
        self.assertTrue(self.open(self.cleared_id).has_access("read"))

    def test_a_clearance_withdrawn_elsewhere_counts_at_the_next_transaction(self):
        self.raise_level()
        self.assertTrue(self.open(self.cleared_id).has_access("read"))
        with self.registry.cursor() as cr:
            cr.execute(
                "UPDATE care_clearance SET state = 'withdrawn' WHERE id = %s",
                [self.clearance_id],
            )
        customer = self.open(self.cleared_id)
        self.assertFalse(customer.has_access("read"))
        self.assertFalse(customer.search([("id", "=", customer.id)]))

    def test_what_is_saved_while_the_level_rises_follows_after_the_commit(self):
        late = self.open()
        child = late.create({"name": "LV parallel child", "parent_id": late.id})
        self.assertEqual(child.secrecy_level, 0)
        raising = self.open()
        raising.secrecy_own = 2
        late.env.cr.commit()
        raising.env.cr.commit()
        self.assertEqual(self.open().browse(child.id).secrecy_level, 2)

    def test_what_is_saved_after_the_level_has_risen_is_found_by_the_job(self):
        late = self.open()
        self.assertEqual(late.secrecy_level, 0)
        self.raise_level()
        child = late.create({"name": "LV parallel child", "parent_id": late.id})
        late.env.cr.commit()
        keeper = self.open()
        keeper.env["care.secrecy"]._reconcile_followers(keeper)
        keeper.env.cr.commit()
        self.assertEqual(self.open().browse(child.id).secrecy_level, 2)

    def test_two_jobs_side_by_side_do_no_harm(self):
        self.raise_level()
        self.fall_out_of_step()
        first, second = self.open(), self.open()
        keepers = [row.env["care.secrecy"] for row in (first, second)]
        self.assertTrue(keepers[0]._alone("res.partner"))
        self.assertFalse(keepers[1]._alone("res.partner"))
        self.assertTrue(keepers[0]._reconcile(first))
        first.env.cr.commit()
        second.env.cr.rollback()
        self.assertTrue(keepers[1]._alone("res.partner"))
        self.assertFalse(keepers[1]._reconcile(second))
        self.assertEqual(self.open().secrecy_level, 2)

    def test_a_row_somebody_is_saving_waits_for_the_next_time(self):
        self.raise_level()
        self.fall_out_of_step()
        saving = self.open()
        saving.comment = "saved meanwhile"
        saving.flush_recordset()
        keeper = self.open()
        self.assertFalse(keeper.env["care.secrecy"]._reconcile(keeper))
        saving.env.cr.commit()
        keeper.env.cr.commit()
        self.assertTrue(keeper.env["care.secrecy"]._reconcile(keeper))

    def test_an_older_transaction_hides_no_first_secret_from_the_others(self):
        """One that began before anything was classified ends after: what it saw is
        not kept for the threads beside it."""
        with self.registry.cursor() as cr:
            cr.execute("SELECT count(*) FROM res_partner WHERE secrecy_level >= 2")
            if cr.fetchone()[0]:
                self.skipTest("something is classified already")
        older = self.open(self.clerk_id)
        older.env.cr.execute("SELECT 1")
        self.raise_level()
        self.registry.signal_changes()
        self.assertFalse(older.env["care.sight"]._in_use(2))
        older.env.cr.rollback()
        self.assertTrue(older.env["care.sight"]._in_use(2))
        self.assertFalse(older.search([("id", "=", self.customer_id)]))
