from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .duplicate_common import DuplicateCase


@tagged("post_install", "-at_install")
class TestCustomerDuplicatePair(DuplicateCase):
    """P02.03: duplicate entries are found and weeded out, by people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.partners.create(
            {
                "name": "海康威视数字技术有限公司",
                "is_company": True,
                "phone": "0571 8807 5998",
            }
        )

    def test_p02_03_the_job_finds_pairs_and_says_why(self):
        self.search_pairs()
        pair = self.pair(self.hik, self.twin)
        self.assertEqual(pair.state, "open")
        self.assertTrue(pair.by_phone)
        self.assertFalse(pair.by_credit)
        self.assertEqual((pair.likeness, pair.score), (90, 95))

    def test_the_job_run_twice_finds_each_pair_once(self):
        self.search_pairs()
        self.search_pairs()
        self.assertEqual(len(self.pair(self.hik, self.twin)), 1)

    def test_a_pair_that_is_no_longer_alike_goes(self):
        self.search_pairs()
        self.twin.write({"phone": False, "name": "Something else"})
        self.env.cr.execute("UPDATE care_duplicate SET checked_at = '2026-01-01'")
        self.search_pairs()
        self.assertFalse(self.pair(self.hik, self.twin))

    def test_not_a_duplicate_is_kept(self):
        self.search_pairs()
        pair = self.pair(self.hik, self.twin).with_user(self.manager)
        pair.action_different()
        self.assertEqual((pair.state, pair.decided_by_id), ("different", self.manager))
        self.search_pairs()
        self.assertEqual(self.pair(self.hik, self.twin).state, "different")
        pair.action_reopen()
        self.assertEqual(pair.state, "open")

    def test_merging_a_pair_closes_it(self):
        self.search_pairs()
        pair = self.pair(self.hik, self.twin)
        third = self.partners.create(
            {
                "name": "海康威视技术有限公司",
                "is_company": True,
                "phone": self.twin.phone,
            }
        )
        self.search_pairs()
        self.pair(self.twin, third).with_user(self.manager).action_different()
        pair.with_user(self.manager).action_keep_first()
        self.assertFalse(self.twin.exists())
        self.assertEqual((pair.state, pair.partner_id), ("merged", self.hik))
        self.assertEqual(pair.merged_name, "海康威视数字技术有限公司")
        # that the third is another one is known of the customer kept now
        self.assertEqual(self.pair(self.hik, third).state, "different")
        with self.assertRaises(UserError):
            pair.with_user(self.manager).action_reopen()
        with self.assertRaises(UserError):
            pair.with_user(self.manager).action_keep_first()

    def test_a_clerk_decides_nothing(self):
        self.search_pairs()
        pair = self.pair(self.hik, self.twin).with_user(self.clerk)
        for step in ("action_different", "action_keep_first", "action_keep_other"):
            with self.subTest(step=step), self.assertRaises(AccessError):
                getattr(pair, step)()
        with self.assertRaises(AccessError):
            pair.write({"state": "different"})
        with self.assertRaises(AccessError):
            pair.sudo().write({"state": "different"})

    def test_a_pair_is_for_who_may_read_both(self):
        self.search_pairs()
        pair = self.pair(self.hik, self.twin)
        pairs = self.env["care.duplicate"].with_user(self.clerk)
        self.assertIn(pair.id, pairs.search([]).ids)
        self.hide_from_clerk()
        self.assertNotIn(pair.id, pairs.search([]).ids)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            pairs.browse(pair.id).read(["score"])

    def test_a_secret_customer_hides_its_pairs(self):
        self.search_pairs()
        self.twin.secrecy_own = 2
        self.env.invalidate_all()
        pairs = self.env["care.duplicate"].with_user(self.manager)
        self.assertFalse(pairs.search([("partner_id", "=", self.hik.id)]))
        self.assertEqual(self.hik.with_user(self.manager).care_duplicate_count, 0)

    def test_customers_of_two_companies_are_no_pair(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.hik.company_id = self.env.company
        self.twin.company_id = company
        self.search_pairs()
        self.assertFalse(self.pair(self.hik, self.twin))

    def test_archived_customers_are_no_pair(self):
        self.twin.active = False
        self.search_pairs()
        self.assertFalse(self.pair(self.hik, self.twin))

    def test_side_by_side(self):
        self.search_pairs()
        pair = self.pair(self.hik, self.twin).with_user(self.manager)
        self.assertIn("sales@hik.example", pair.compare)
        self.assertIn(self.twin.name, pair.compare)
        self.assertEqual(self.hik.with_user(self.manager).care_duplicate_count, 1)

    def test_the_list_costs_as_much_for_forty_pairs_as_for_ten(self):
        self.partners.create(
            [
                {"name": f"Number{n} Trading Ltd", "is_company": True}
                for n in range(20)
                for _twice in range(2)
            ]
        )
        self.search_pairs()
        pairs = self.env["care.duplicate"].with_user(self.manager)
        shape = {"partner_id": {"fields": {"display_name": {}}}, "score": {}}
        counts = []
        for limit in (4, 4, 20):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            pairs.web_search_read([], shape, limit=limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])
