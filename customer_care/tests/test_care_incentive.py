from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 01:00:00")
class TestCareIncentive(PlanCase):
    """P04.17: earned by a rule, approved, handed over with proof."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["care.incentive.rule"].search([]).active = False
        cls.bolt = cls.make_customer("Bolt", referrer_id=cls.acme.id)

    def make_rule(self, **vals):
        rules = self.env["care.incentive.rule"].with_user(self.people["mia"])
        return rules.create(
            {
                "code": "t_referral",
                "name": "Reward for a customer brought",
                "kind": "referral",
                "basis": "referral",
                "amount": 500,
                "date_from": "2026-01-01",
                **vals,
            }
        )

    def win(self, partner, revenue=10000, day="2026-02-10 03:00:00", **vals):
        lead = self.env["crm.lead"].create(
            {
                "name": f"Deal with {partner.name}",
                "type": "opportunity",
                "partner_id": partner.id,
                "user_id": self.people["ann"].id,
                "company_id": self.company.id,
                "expected_revenue": revenue,
                **vals,
            }
        )
        lead.action_set_won()
        lead.date_closed = day
        return lead

    def propose(self, rule):
        return rule.sudo()._propose(self.company)

    def test_a_customer_brought_with_a_closed_deal_is_rewarded_once(self):
        rule = self.make_rule(percent=1)
        self.assertFalse(self.propose(rule))
        deal = self.win(self.bolt)
        self.win(self.bolt, day="2026-02-20 03:00:00")
        found = self.propose(rule)
        self.assertEqual((found.partner_id, found.referred_id), (self.acme, self.bolt))
        self.assertEqual((found.lead_id, found.amount), (deal, 600))
        self.assertTrue(found.is_by_job)
        self.assertRegex(found.number, r"^INC/2026/\d{4}$")
        self.assertEqual(found.user_id, self.people["ann"])
        self.assertFalse(self.propose(rule))
        self.by("ann", found).action_drop()
        self.assertFalse(self.propose(rule))

    def test_approved_handed_over_with_proof_and_revoked(self):
        self.win(self.bolt)
        mine = self.by("ann", self.propose(self.make_rule()))
        mine.action_ask()
        self.assertEqual(mine.state, "asked")
        with self.refused("stays as it was asked"):
            mine.amount = 900
        with self.assertRaises(UserError):
            self.decide(mine, "ann")
        self.decide(mine, "gao")
        self.assertEqual((mine.state, mine.granted_on), ("granted", date(2026, 3, 10)))
        mine.write({"handed_on": "2026-03-10", "receiver": "Director Wang"})
        with self.refused("Proof"):
            mine.action_hand_over()
        proof = self.env["ir.attachment"].with_user(self.people["ann"])
        mine.proof_ids = proof.create({"name": "receipt.png", "raw": b"x"})
        mine.action_hand_over()
        self.assertEqual(mine.handed_by_id, self.people["ann"])
        with self.assertRaises(AccessError):
            mine.action_revoke()
        boss = self.by("mia", mine)
        with self.refused("Reason of the end"):
            boss.action_revoke()
        boss.reason_asked = "The deal was called off"
        boss.action_revoke()
        self.assertEqual(mine.revoke_reason, "The deal was called off")

    def test_refused_stays_refused_and_is_not_proposed_again(self):
        rule = self.make_rule()
        self.win(self.bolt)
        found = self.propose(rule)
        self.by("ann", found).action_ask()
        self.decide(found, "gao", "reject")
        self.assertEqual(found.state, "refused")
        self.assertFalse(self.propose(rule))

    def test_the_yearly_limit_holds_for_proposals_and_by_hand(self):
        rule = self.make_rule(cap_amount=800, cap_count=2)
        for number in range(3):
            buyer = self.make_customer(f"Brought {number}", referrer_id=self.acme.id)
            self.win(buyer, day=f"2026-02-1{number} 03:00:00")
        found = self.propose(rule)
        self.assertEqual(sorted(found.mapped("amount")), [300, 500])
        small = found.filtered(lambda one: one.amount == 300)
        self.by("ann", small).amount = 400
        with self.refused("has had all"):
            self.by("ann", small).action_ask()

    def test_by_hand_only_for_who_brought_whom_and_for_a_deal(self):
        rule, other = self.make_rule(), self.make_customer("Other")
        deal = self.win(self.bolt)
        incentives = self.env["care.incentive"].with_user(self.people["ann"])
        vals = {"rule_id": rule.id, "partner_id": self.acme.id}
        with self.refused("not registered as brought"):
            incentives.create({**vals, "referred_id": other.id, "lead_id": deal.id})
        with self.refused("needs a closed deal"):
            incentives.create({**vals, "referred_id": self.bolt.id})
        vals |= {"referred_id": self.bolt.id, "lead_id": deal.id}
        mine = incentives.create({**vals, "occasion_key": "forged"})
        self.assertEqual(mine.occasion_key, f"referral-{self.bolt.id}")
        self.assertFalse(self.propose(rule))
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            incentives.create(vals)

    def test_states_and_stamps_are_not_forged(self):
        self.win(self.bolt)
        mine = self.by("ann", self.propose(self.make_rule()))
        for vals in ({"state": "granted"}, {"granted_on": "2026-03-01"}):
            with self.assertRaises(AccessError):
                mine.write(vals)
            with self.assertRaises(AccessError):
                mine.create(
                    {"rule_id": mine.rule_id.id, "partner_id": self.bolt.id, **vals}
                )
        with self.assertRaises(AccessError):
            self.by("zoe", mine).action_ask()

    def test_a_figure_kept_earns_a_certificate_by_hand_with_reasons(self):
        rule = self.make_rule(
            code="t_hand", kind="certificate", basis="manual", amount=0, words="Thanks"
        )
        incentives = self.env["care.incentive"].with_user(self.people["ann"])
        mine = incentives.create({"rule_id": rule.id, "partner_id": self.acme.id})
        self.assertEqual(mine.occasion_key, "2026-01-01..2026-12-31")
        with self.refused("Say why"):
            mine.action_ask()
        mine.reason = "Ten years together"
        with self.refused("not granted"):
            mine.action_print()
        mine.action_ask()
        self.decide(mine, "gao")
        report = self.env["ir.actions.report"].with_user(self.people["ann"])
        name = "customer_care.care_incentive_certificate_report"
        page = report._render_qweb_html(name, mine.ids)[0].decode()
        self.assertIn("Thanks", page)
        self.assertIn("Acme", page)

    def test_a_figure_and_a_grade_are_looked_at_after_the_period(self):
        figure = self.env["care.indicator"].create(
            {
                "code": "t_turnover",
                "name": "Turnover",
                "model_name": "crm.lead",
                "domain": "[('won_status', '=', 'won')]",
                "date_field": "date_closed",
                "subject_path": "partner_id",
                "aggregate": "sum",
                "field_name": "expected_revenue",
                "period": "month",
                "keep": True,
                "company_id": self.company.id,
            }
        )
        self.win(self.bolt, revenue=20000)
        self.win(self.acme, revenue=900)
        self.env["care.indicator.result"]._write_results(
            figure, date(2026, 2, 1), date(2026, 2, 28), self.company
        )
        rule = self.make_rule(
            code="t_figure",
            kind="cash",
            basis="indicator",
            indicator_id=figure.id,
            threshold=10000,
            amount=0,
            percent=1,
        )
        found = self.propose(rule)
        self.assertEqual((found.partner_id, found.amount), (self.bolt, 200))
        self.assertEqual(found.occasion_key, "2026-02-01..2026-02-28")
        self.assertFalse(self.propose(rule))

    def test_a_deal_earns_a_discount_that_runs_out(self):
        rule = self.make_rule(
            code="t_next",
            kind="discount",
            basis="deal",
            amount=0,
            percent=5,
            valid_months=6,
            domain="[('name', '=', 'Bolt')]",
        )
        self.win(self.bolt)
        self.win(self.acme)
        mine = self.propose(rule)
        self.assertEqual((mine.partner_id, mine.percent), (self.bolt, 5))
        self.by("ann", mine).action_ask()
        self.decide(mine, "gao")
        self.assertEqual(mine.valid_until, date(2026, 9, 9))
        with freeze_time("2026-09-10 01:00:00"):
            mine.write({"handed_on": "2026-09-10", "receiver": "Wang"})
            with self.refused("valid until 2026-09-09"):
                self.by("ann", mine).action_hand_over()
            self.env["care.incentive.rule"]._cron_propose()
        self.assertEqual(mine.state, "expired")

    def test_rules_that_pay_nothing_are_refused(self):
        for vals in (
            {"amount": 0},
            {"kind": "discount", "basis": "deal"},
            {"kind": "cash", "basis": "tier"},
            {"basis": "manual"},
            {"kind": "cash", "basis": "manual", "percent": 3},
            {"domain": "[('no_such', '=', 1)]"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.make_rule(**vals)

    def test_searching_again_costs_the_same_for_any_number(self):
        rule = self.make_rule(cap_count=1)
        for number in range(12):
            self.win(self.make_customer(f"B{number}", referrer_id=self.acme.id))
        self.propose(rule)
        self.env.flush_all()
        with self.assertQueryCount(8):
            self.propose(rule)

    def test_what_is_brought_in_another_company_earns_nothing_here(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += other
        buyer = self.make_customer("Far", company_id=False, referrer_id=self.acme.id)
        self.win(buyer, company_id=other.id, user_id=False)
        self.assertFalse(self.propose(self.make_rule(company_id=False)))

    def test_the_customers_page_leads_to_them(self):
        self.win(self.bolt)
        self.propose(self.make_rule())
        acme = self.by("ann", self.acme)
        self.assertEqual(acme.care_incentive_count, 1)
        action = acme.action_view_care_incentives()
        found = self.env["care.incentive"].search(action["domain"])
        self.assertEqual(found.partner_id, self.acme)
