from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from .pack_secrecy_common import SecrecyPackCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestPackP04Plans(SecrecyPackCase):
    """Policy P04, key accounts: grades, service plans, reviews, incentives."""

    PACK = "P04"
    ROLES = ("general_manager", "customer_service_manager", "administration")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.env["res.partner"].create(
            {
                "name": "Key Works",
                "is_company": True,
                "user_id": cls.seller.id,
                "company_id": cls.company.id,
            }
        )

    def decide(self, record, user):
        approval = record.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        approval.with_user(user).action_approve()

    def make_plan(self):
        template = self.rule("care.service.plan.template", "p04_key_account")
        plans = self.env["care.service.plan"].with_user(self.seller)
        plan = plans.create(
            {
                "name": "Acme 2026",
                "partner_id": self.key.id,
                "template_id": template.id,
                "date_from": "2026-03-01",
                "workshop_on": "2026-03-20",
                "workshop_user_ids": [Command.link(self.seller.id)],
                "minutes": "Agreed with the customer.",
            }
        )
        plan.action_workshop()
        plan.action_submit()
        return plan

    def run_plan(self):
        plan = self.make_plan()
        self.decide(plan, self.head)
        self.decide(plan, self.holders["general_manager"])
        return plan

    def hold(self, review):
        """Two of the three standards are met."""
        for row, found in zip(review.line_ids, (3, 90, 95), strict=True):
            row.found = found
        review.write(
            {
                "date_done": "2026-03-25",
                "quality": "Fair",
                "satisfaction": "Content",
                "measures": "Ask again on the day promised",
            }
        )
        review.action_done()

    def test_p04_01_key_accounts_are_strategic_important_or_high_potential(self):
        """P04.01"""
        scheme = self.rule("care.tier.scheme", "p04_scheme")
        grades = self.env["care.tier"].search([("scheme_id", "=", scheme.id)])
        self.assertEqual(
            grades.mapped("name"), ["Strategic", "Important", "High potential"]
        )

    def test_p04_04_head_reviews_then_the_executive_approves(self):
        """P04.04"""
        plan = self.make_plan()
        self.assertEqual((len(plan.line_ids), plan.budget), (3, 45000))
        boss = self.holders["general_manager"]
        with self.assertRefused("decide"):
            self.decide(plan, boss)
        self.decide(plan, self.head)
        self.assertEqual(plan.state, "executive")
        self.decide(plan, boss)
        self.assertEqual(plan.state, "running")
        self.assertEqual(self.counted("P04.04")[0], 3)  # two decisions and the plan

    def test_p04_05_kickoff_reviews_and_results_for_appraisal(self):
        """P04.05"""
        plan = self.run_plan()
        owed = self.owed("P04.05", plan)
        self.assertEqual(owed.user_id, self.seller)
        plan.write({"kickoff_on": "2026-03-25", "kickoff_minutes": "Begun"})
        self.env.invalidate_all()
        self.assertEqual(owed.state, "met")
        review = plan.review_ids.with_user(self.seller)
        self.assertEqual(review.date_due, date(2026, 6, 25))
        self.hold(review)
        figure = self.rule("care.indicator", "p04_standards")
        found = figure._evaluate(
            date(2026, 1, 1), date(2026, 3, 31), [self.seller.id], self.company
        )
        self.assertAlmostEqual(found[self.seller.id].value, 200 / 3, 3)

    def test_p04_09_and_13_checks_each_quarter(self):
        """P04.09, P04.13"""
        for code, role in [
            ("p04_supervision", "customer_service_manager"),
            ("p04_resources", "administration"),
        ]:
            with self.subTest(duty=code):
                owed = self.start_duty(code, "2026-04-01 01:00:00")
                self.assertEqual(owed.user_id, self.holders[role])

    def test_p04_11_plans_for_kinds_of_emergencies(self):
        """P04.11"""
        plan = self.rule("care.emergency.plan", "p04_product")
        self.assertEqual((len(plan.step_ids), len(plan.post_ids)), (3, 2))

    def test_p04_17_a_successful_referral_is_rewarded(self):
        """P04.17"""
        bolt = self.env["res.partner"].create(
            {
                "name": "Bolt",
                "is_company": True,
                "referrer_id": self.key.id,
                "company_id": self.company.id,
            }
        )
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": bolt.id,
                "company_id": self.company.id,
                "user_id": self.seller.id,
                "expected_revenue": 600000,
            }
        )
        lead.action_set_won()
        lead.date_closed = "2026-03-20 03:00:00"
        rule = self.rule("care.incentive.rule", "p04_referral")
        rule.date_from = "2026-01-01"
        reward = rule.sudo()._propose(self.company)
        self.assertEqual((reward.partner_id, reward.amount), (self.key, 7000))
        reward.with_user(self.seller).action_ask()
        self.decide(reward, self.head)
        self.assertEqual(reward.state, "asked")  # above 5000 two decide
        self.decide(reward, self.holders["general_manager"])
        self.assertEqual(reward.state, "granted")

    def test_p04_10_standards_met_lead_to_pay_or_training(self):
        """P04.10"""
        card = self.rule("care.scorecard", "p04_standards")
        ask = self.env["care.score.run.ask"].with_user(self.manager)
        self.hold(self.run_plan().review_ids.with_user(self.seller))
        scheme = self.rule("care.appraisal.scheme", "p04_quarter")
        quarter = {"date_from": "2026-01-01", "date_to": "2026-03-31"}
        with freeze_time("2026-04-08 01:00:00"):
            ask.create(
                {
                    "scorecard_id": card.id,
                    "company_id": self.company.id,
                    "day": "2026-03-31",
                }
            ).action_run()
            appraisal = (
                self.env["care.appraisal"]
                .with_user(self.head)
                .create(
                    {
                        "scheme_id": scheme.id,
                        "user_id": self.seller.id,
                        "rater_id": self.head.id,
                        "company_id": self.company.id,
                        **quarter,
                    }
                )
            )
            self.assertAlmostEqual(appraisal.figures_value, 200 / 3, 2)
            for line in appraisal.line_ids:  # what is judged beside the figures
                line.write({"points": 60, "is_rated": True})
            appraisal.action_rate()
        self.assertEqual(appraisal.total, 64)
        self.assertEqual(appraisal.band_id.code, "fair")
        self.assertEqual(appraisal.outcome_ids.mapped("code"), ["training"])
        leads = scheme.band_ids.outcome_ids.mapped("code")
        wanted = {"pay", "promotion", "praise", "criticism", "training", "transfer"}
        self.assertEqual(set(leads), wanted)
        yearly = self.rule("care.appraisal.scheme", "p04_year")
        self.assertEqual((yearly.period, yearly.scorecard_id.period), ("year", "year"))
