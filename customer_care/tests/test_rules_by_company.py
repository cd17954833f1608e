from datetime import date

from freezegun import freeze_time

from odoo.tests import new_test_user, tagged

from .tier_common import DAY, USER, TierCase

LAST = date(2026, 12, 31)
GOLD = "[('care_tier_id.code', '=', 't_gold')]"


@tagged("post_install", "-at_install")
class TestRulesByCompany(TierCase):
    """What a customer is differs by company: a rule reads it in its own, whoever saves
    and whichever job runs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-25 09:00:00"))
        cls.other = cls.env["res.company"].create({"name": "Other"})
        scheme = cls.env["care.tier.scheme"].create(
            {
                "code": "t_other",
                "name": "Other's",
                "is_main": True,
                "company_id": cls.other.id,
            }
        )
        cls.gold = cls.env["care.tier"].create(
            {"code": "t_gold", "name": "Gold", "scheme_id": scheme.id}
        )
        cls.here = new_test_user(
            cls.env, "bc_here", f"{USER},base.group_partner_manager"
        )

    def deadline(self, company, code="t_gold_call", **vals):
        base = {
            "code": code,
            "name": "Call the customer",
            "company_id": company and company.id,
            "model_name": "res.partner",
            "start_domain": GOLD,
            "done_domain": "[('comment', 'ilike', 'called')]",
            "amount": 3,
            "unit": "day",
        }
        return self.env["care.obligation.rule"].create(base | vals)

    def graded(self, *customers):
        for customer in customers:
            self.give(customer, self.gold, DAY, LAST, company_id=self.other.id)

    def owed(self, rule):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["care.obligation"].search([("rule_id", "=", rule.id)])

    def test_the_job_reads_in_the_company_of_the_rule(self):
        self.graded(self.acme)
        mine, theirs = self.deadline(self.company), self.deadline(self.other)
        self.env["care.obligation"]._scan_now(mine + theirs)
        self.assertFalse(self.owed(mine))
        row = self.owed(theirs)
        self.assertEqual((row.res_id, row.company_id), (self.acme.id, self.other))

    def test_a_new_grade_begins_it_at_once(self):
        rule = self.deadline(self.other)
        self.graded(self.acme)
        self.assertEqual(self.owed(rule).res_id, self.acme.id)
        self.assertEqual(self.owed(rule).state, "open")

    def test_a_save_in_another_company_reads_it_too(self):
        rule = self.deadline(
            self.other, start_domain=f"{GOLD[:-1]}, ('ref', '=', 'X')]"
        )
        self.graded(self.acme)
        self.assertFalse(self.owed(rule))
        self.acme.with_user(self.here).ref = "X"
        self.assertEqual(self.owed(rule).res_id, self.acme.id)
        self.acme.with_user(self.here).comment = "called"
        self.assertEqual(self.owed(rule).state, "met")

    def test_the_sweep_does_not_end_what_holds_in_its_company(self):
        gone = "[('care_tier_id', '=', False)]"
        rule = self.deadline(self.other, cancel_domain=gone)
        self.graded(self.acme)
        row = self.owed(rule)
        with freeze_time("2026-04-25 09:00:00"):
            self.env["care.obligation"]._sweep_batch()
            self.assertEqual(self.owed(rule).state, "missed")
        self.assertFalse(row.done_at)

    def test_a_grade_that_ends_calls_it_off(self):
        gone = "[('care_tier_id', '=', False)]"
        rule = self.deadline(self.other, cancel_domain=gone)
        self.graded(self.acme)
        self.env["care.tier.grant"].sudo().search(
            [("tier_id", "=", self.gold.id)]
        )._end(DAY, "replaced")
        self.env["res.partner"]._care_refresh(self.other, self.acme.ids)
        self.assertEqual(self.owed(rule).state, "cancelled")

    def test_a_date_of_the_company_is_its_deadline(self):
        rule = self.deadline(
            self.other, due_field="care_tier_until", amount=0, start_domain=GOLD
        )
        self.graded(self.acme)
        self.assertEqual(self.owed(rule).due_on, LAST)

    def test_a_rule_for_all_reads_in_the_company_of_the_customer(self):
        self.bolt.company_id = self.other
        self.graded(self.acme, self.bolt)
        rule = self.deadline(False)
        self.env["care.obligation"]._scan_now(rule)
        # what all share is read in the main company, where Acme has no grade
        self.assertEqual(self.owed(rule).res_id, self.bolt.id)

    def test_a_requirement_is_read_in_its_company(self):
        self.graded(self.acme)
        rows = [
            self.env["care.requirement"].create(
                {
                    "code": "t_gold",
                    "name": "Gold",
                    "company_id": company.id,
                    "model_name": "res.partner",
                    "gate": "save",
                    "domain": GOLD,
                    "condition": "[('vat', '!=', False)]",
                }
            )
            for company in (self.company, self.other)
        ]
        self.assertFalse(rows[0]._concerned(self.acme))
        self.assertEqual(rows[1]._concerned(self.acme), self.acme)

    def test_a_sanction_is_proposed_by_the_rule_of_the_company(self):
        self.graded(self.acme)
        rule = self.env["care.sanction.rule"].create(
            {
                "code": "t_gold",
                "name": "Gold",
                "company_id": self.other.id,
                "model_name": "res.partner",
                "trigger": "record",
                "domain": GOLD,
                "user_path": "user_id",
                "amount": 5,
            }
        )
        found = self.env["care.sanction"]._candidate_ids
        self.assertEqual(found(rule, 0), self.acme.ids)
        self.assertTrue(rule._rule_fitting(self.acme, "domain"))
        rule.company_id = self.company
        self.assertFalse(found(rule, 0))
        self.assertFalse(rule._rule_fitting(self.acme, "domain"))

    def test_other_rules_pay_nothing(self):
        rule = self.deadline(self.other, start_domain="[('ref', '=', 'X')]")
        self.assertFalse(rule._get_specs()[0].by_company)
