"""Amounts that were split find the band of their sum."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common_approval import ApprovalCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestApprovalCumulate(ApprovalCase):
    def _split(self, cumulate="partner", **vals):
        return self._compensation_rule(cumulate=cumulate, **vals)

    def _pay(self, amount, partner=None, **vals):
        return self._ask(
            "compensation",
            compensation=amount,
            partner_id=(partner or self.partner).id,
            **vals,
        )

    def _decided_by(self, approval):
        self.assertEqual(len(approval.current_user_ids), 1)
        return approval.current_user_ids

    def test_each_request_by_itself_unless_the_rule_adds_up(self):
        self._compensation_rule()
        self._pay(400).with_user(self.he).action_approve()
        second = self._pay(400)
        self.assertEqual(self._decided_by(second), self.he)
        self.assertEqual((second.before_amount, second.cumulated_amount), (0, 400))
        self.assertFalse(second.sum_text or second.tally_key)

    def test_amounts_of_one_customer_add_up(self):
        self._split()
        first = self._pay(400)
        self.assertEqual(self._decided_by(first), self.he)
        first.with_user(self.he).action_approve()
        second = self._pay(400)
        self.assertEqual(self._decided_by(second), self.fang, "800")
        third = self._pay(1300)
        self.assertEqual(self._decided_by(third), self.gao, "2,100; one is waiting")
        self.assertEqual(third.before_ids, first | second)
        self.assertEqual((third.amount, third.before_amount), (1300, 800))
        text = "This ¥ 1,300.00 + ¥ 800.00 before = ¥ 2,100.00"
        self.assertEqual(third.sum_text.replace("\N{NO-BREAK SPACE}", " "), text)
        other = self.env["res.partner"].create({"name": "Other Stores"})
        self.assertEqual(self._decided_by(self._pay(400, other)), self.he)

    def test_contacts_of_one_customer_are_one_customer(self):
        self._split()
        shop, desk = self.env["res.partner"].create(
            [
                {"name": "Shop", "parent_id": self.partner.id},
                {"name": "Desk", "parent_id": self.partner.id},
            ]
        )
        self._pay(400, shop)
        self.assertEqual(self._decided_by(self._pay(400, desk)), self.fang)

    def test_what_was_refused_or_taken_back_does_not_count(self):
        self._split()
        self._reject(self._pay(400), self.he, "No")
        self._reject(self._pay(400), self.he, "Which shop?", decision="return")
        self._pay(400).action_withdraw()
        waiting = self._pay(400)
        host = self.env["test.approval.host"].browse(waiting.res_id)
        host.compensation = 450  # never approved, so never paid
        self.assertEqual(waiting.cancel_kind, "changed")
        self.assertEqual(self._decided_by(self._pay(400)), self.he)

    def test_amounts_of_one_record_add_up(self):
        self._split("record")
        first = self._pay(900)
        self.assertEqual(self._decided_by(first), self.fang)
        first.with_user(self.fang).action_approve()
        host = self.env["test.approval.host"].with_user(self.sun).browse(first.res_id)
        host.compensation = 1500
        self.assertEqual(first.cancel_kind, "changed")
        second = self.env["care.approval"].browse(host.action_ask("compensation"))
        self.assertEqual((second.before_amount, second.cumulated_amount), (900, 2400))
        self.assertEqual(self._decided_by(second), self.gao)
        self.assertEqual(self._decided_by(self._pay(400)), self.he, "another record")

    def test_a_host_may_say_that_nothing_was_paid(self):
        self._split("record")
        first = self._pay(900)
        first.with_user(self.fang).action_approve()
        host = self.env["test.approval.host"].with_user(self.sun).browse(first.res_id)
        host.write({"compensation": 1500, "state": "new"})
        host.story += "unpaid"
        second = self.env["care.approval"].browse(host.action_ask("compensation"))
        self.assertEqual(second.before_amount, 0)
        self.assertEqual(self._decided_by(second), self.fang)

    def test_the_period_begins_in_the_zone_of_the_company(self):
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Shop", "tz": "Asia/Shanghai", "company_id": self.company.id}
        )
        rule = self._split(cumulate_period="month")
        with freeze_time("2026-02-28 15:59:00"):  # 28 February in Shanghai
            self._pay(400)
        self.assertEqual(self._decided_by(self._pay(100)), self.he)
        with freeze_time("2026-02-28 16:01:00"):  # 1 March in Shanghai
            self._pay(100)
        approval = self._pay(100)
        self.assertEqual((approval.before_amount, len(approval.before_ids)), (200, 2))
        for period, expected in [
            ("always", 700),
            ("quarter", 800),
            ("year", 900),
        ]:
            rule.cumulate_period = period
            self.assertEqual(self._pay(100).before_amount, expected, period)
        rule.write({"cumulate_period": "rolling", "cumulate_days": 1})
        self.assertEqual(self._pay(100).before_amount, 500)

    def test_a_quarter_and_a_year_end(self):
        rule = self._split(cumulate_period="quarter")
        with freeze_time("2025-12-31 09:00:00"):
            self._pay(400)
        with freeze_time("2026-02-10 09:00:00"):
            self.assertEqual(self._pay(400).before_amount, 0)
        with freeze_time("2026-04-01 09:00:00"):
            self.assertEqual(self._pay(400).before_amount, 0)
            rule.cumulate_period = "year"
            self.assertEqual(self._pay(400).before_amount, 800)

    def test_foreign_amounts_count_in_the_currency_of_the_bands(self):
        self._split()
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "rate": 1 / 7.0,
                "currency_id": dollar.id,
                "company_id": self.company.id,
            }
        )
        self._pay(60, currency_id=dollar.id)
        approval = self._pay(100)
        self.assertAlmostEqual(approval.before_amount, 420)
        self.assertEqual(self._decided_by(approval), self.fang)

    def test_earlier_bands_in_another_currency_count_at_the_rate_of_today(self):
        rule = self._split()
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self._pay(490)
        for day, rate in [("2026-01-01", 1 / 4.0), ("2026-03-10", 1 / 7.0)]:
            self.env["res.currency.rate"].create(
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": dollar.id,
                    "company_id": self.company.id,
                }
            )
        rule.currency_id = dollar
        approval = self._pay(70)
        self.assertAlmostEqual(approval.before_amount, 70)
        self.assertAlmostEqual(approval.cumulated_amount, 80)

    def test_a_credit_counts_by_its_size(self):
        self._split()
        self._pay(400)
        approval = self._pay(-400)
        self.assertEqual(approval.cumulated_amount, 800)
        self.assertEqual(self._decided_by(approval), self.fang)

    def test_another_customer_makes_the_approval_void(self):
        self._split()
        approval = self._pay(400)
        host = self.env["test.approval.host"].with_user(self.sun)
        host = host.browse(approval.res_id)
        approval.with_user(self.he).action_approve()
        desk = self.env["res.partner"].create(
            {"name": "Desk", "parent_id": self.partner.id}
        )
        host.partner_id = desk
        self.assertEqual(approval.state, "approved", "still the same customer")
        host.partner_id = self.env["res.partner"].create({"name": "Other Stores"})
        self.assertEqual(approval.cancel_kind, "changed")

    def test_without_a_customer_nothing_is_asked(self):
        self._split()
        none = self.env["res.partner"]
        with self.assertRaisesRegex(UserError, "names no customer.*Compensation adds"):
            self._ask("compensation", compensation=10, partner_id=none.id)
        self.assertTrue(self._ask("compensation", partner_id=none.id), "nothing to add")

    def test_rules_and_companies_are_counted_apart(self):
        self._split()
        self._rule(
            "accept",
            ("department_head", {"max_amount": 500}),
            ("finance", {"min_amount": 500}),
            amount_field="compensation",
            cumulate="partner",
        )
        self._pay(400)
        self.assertFalse(self._ask("accept", compensation=400).before_amount)

    def test_adding_up_wants_an_amount(self):
        with self.assertRaisesRegex(ValidationError, "Accept adds up amounts but"):
            self._rule("accept", ("finance", {}), cumulate="partner")
