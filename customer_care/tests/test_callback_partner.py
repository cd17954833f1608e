from odoo import Command
from odoo.tests import tagged

from .callback_common import CallbackCase


@tagged("post_install", "-at_install")
class TestCallbackPartner(CallbackCase):
    """The customer's page counts the calls that its reader may see, and opens them."""

    def test_calls_to_the_customer_and_its_contacts_are_counted(self):
        calls = self.drawn(4)
        house = self.env["res.partner"].create({"name": "House", "is_company": True})
        calls[0].partner_id.parent_id = house
        seen = house.with_user(self.supervisor)
        self.assertEqual(seen.care_callback_count, 1)
        self.assertEqual(calls[1].partner_id.care_callback_count, 1)
        domain = seen.action_view_care_callbacks()["domain"]
        rows = self.env["care.callback"].with_user(self.supervisor).search(domain)
        self.assertEqual(rows.ids, calls[0].ids)

    def test_calls_of_another_company_are_not_counted(self):
        calls = self.drawn(2)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        far = self.new_user(
            "far", company_id=company.id, company_ids=[Command.set(company.ids)]
        )
        partner = calls[:1].partner_id
        self.assertEqual(partner.with_user(self.supervisor).care_callback_count, 1)
        self.assertEqual(partner.with_user(far).care_callback_count, 0)

    def test_many_customers_cost_no_more_queries_than_one(self):
        partners = self.drawn(8).partner_id
        counts = []
        for some in (partners[:1], partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.supervisor).mapped("care_callback_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
