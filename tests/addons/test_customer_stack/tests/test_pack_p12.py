from datetime import date

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .pack_common import PackCase

PROMISED = fields.Datetime.to_datetime("2026-05-20 08:00:00")


@tagged("post_install", "-at_install")
class TestPackP12(PackCase):
    """Policy P12: keeping up customer relations, by greetings, calls and gifts."""

    PACK = "P12"
    ROLES = ("customer_service_manager", "account_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.env["res.partner"].create(
            {
                "name": "Old friend",
                "is_company": True,
                "company_id": cls.company.id,
                "user_id": cls.clerk.id,
            }
        )
        cls.wang = cls.env["res.partner"].create(
            {
                "name": "Wang",
                "parent_id": cls.firm.id,
                "email": "wang@p12.example",
                "phone": "555 2001",
                "company_id": cls.company.id,
                "user_id": cls.clerk.id,
            }
        )

    def run_job(self, day):
        touches = self.env["care.touch"]
        today = date.fromisoformat(day)

        def progress(done, remaining=0):
            return True

        touches._make_due(today, progress)
        touches._settle_due(today, progress)
        touches._send_due(today, progress)
        self.env.invalidate_all()

    def touches(self, code):
        return self.env["care.touch"].search(
            [
                ("occasion_id.code", "=", code),
                ("customer_id", "=", self.firm.id),
            ],
            order="id",
        )

    def release(self, code, **vals):
        occasion = self.env["care.occasion"].search([("code", "=", code)])
        run = (
            self.env["care.occasion.run"]
            .with_user(self.clerk)
            .create(
                {
                    "name": code,
                    "occasion_id": occasion.id,
                    "company_id": self.company.id,
                    **vals,
                }
            )
        )
        run.action_release()
        return run

    @freeze_time("2026-05-04 02:00:00")
    def test_p12_01_latent_customers_get_attention_too(self):
        self.firm.care_latent_need = "A second plant next year"
        self.wang.care_latent_need = "A second plant next year"
        self.run_job("2026-05-04")
        self.assertEqual(self.touches("p12_latent").channel, "call")
        self.assertFalse(self.touches("p12_phone"))

    @freeze_time("2026-05-04 02:00:00")
    def test_p12_02_better_terms_are_privileges_of_a_grade(self):
        tiers = self.env["care.tier"].search([("clause_id.code", "=", "P12.02")])
        self.assertEqual(len(tiers), 3)
        facts = self.env["care.tier.fact"].search([("code", "=", "p12_returning")])
        self.assertEqual(facts.clause_id.code, "P12.02")

    @freeze_time("2026-05-04 02:00:00")
    def test_p12_04_old_customers_are_called_and_visited_at_intervals(self):
        self.run_job("2026-05-04")
        call, visit = self.touches("p12_phone"), self.touches("p12_visit")
        self.assertEqual((call.channel, visit.channel), ("call", "visit"))
        self.assertEqual(call.user_id, self.clerk)
        call.with_user(self.clerk).action_done()
        with freeze_time("2026-06-30 02:00:00"):
            self.run_job("2026-06-30")
            self.assertEqual(len(self.touches("p12_phone")), 1)
        with freeze_time("2026-07-06 02:00:00"):
            self.run_job("2026-07-06")
            self.assertEqual(len(self.touches("p12_phone")), 2)
            # whoever is visited need not be called
            self.touches("p12_phone")[1].with_user(self.clerk)._skip_by_hand("Visit")
            visit.with_user(self.clerk).action_done()
        with freeze_time("2026-10-05 02:00:00"):
            self.run_job("2026-10-05")
            self.assertEqual(len(self.touches("p12_visit")), 1)

    @freeze_time("2026-05-04 02:00:00")
    def test_p12_07_news_reach_customers_and_their_reactions_us(self):
        run = self.release("p12_news", text="{contact}: the new series is out")
        self.run_job("2026-05-04")
        touch = self.touches("p12_news")
        self.assertEqual((touch.state, touch.channel), ("sent", "mail"))
        self.assertEqual(touch.said, "Wang: the new series is out")
        trial = self.env["care.touch.reaction"].search([("code", "=", "p12_trial")])
        touch.with_user(self.clerk)._note_reaction(trial, "Next week")
        self.assertEqual(run.reaction_count, 1)
        self.assertEqual(self.wang.activity_ids.user_id, self.clerk)
        self.assertEqual(touch.clause_id.code, "P12.07")

    @freeze_time("2026-05-04 02:00:00")
    def test_p12_07_no_promotion_to_who_wants_none(self):
        self.env["care.opt.out"].create(
            {"partner_id": self.firm.id, "scope": "advertising"}
        )
        self.release("p12_promotion")
        self.run_job("2026-05-04")
        self.assertEqual(self.touches("p12_promotion").skip_code, "no_advertising")

    @freeze_time("2026-05-04 02:00:00")
    def test_p12_08_promises_of_gifts_are_kept(self):
        self.release("p12_gifts")
        self.run_job("2026-05-04")
        touch = self.touches("p12_gifts").with_user(self.clerk)
        self.assertEqual((touch.state, touch.gift_value), ("ready", 50))
        souvenir = self.env["care.gift"].search([("code", "=", "p12_souvenir")])
        promised = touch._promise_gift(souvenir, 1, PROMISED)
        rule = self.env["care.obligation.rule"].search([("code", "=", "p12_promise")])
        rule.action_apply_now()
        owed = rule.obligation_ids.filtered(lambda o: o.res_id == promised.id)
        self.assertEqual((owed.due_at, owed.user_id), (PROMISED, self.clerk))
        self.assertEqual(owed.clause_id.code, "P12.08")
        promised.with_user(self.clerk).action_done()
        rule.action_apply_now()
        self.assertEqual(owed.state, "met")

    @freeze_time("2026-05-04 02:00:00")
    def test_p12_08_gifts_above_500_a_year_are_approved(self):
        self.release("p12_gifts")
        self.run_job("2026-05-04")
        touch = self.touches("p12_gifts").with_user(self.clerk)
        souvenir = self.env["care.gift"].search([("code", "=", "p12_souvenir")])
        more = touch._promise_gift(souvenir, 3, PROMISED)
        self.assertEqual((more.gift_year_value, more.state), (650, "approval"))
        with self.assertRaisesRegex(UserError, "waits for"):
            more.with_user(self.clerk).action_done()
        head = self.holders["customer_service_manager"]
        more.sudo().approval_ids.with_user(head).action_approve()
        self.assertEqual(more.state, "ready")

    @freeze_time("2026-05-04 02:00:00")
    def test_p12_09_standard_wording_is_ready_in_each_language(self):
        phrase = self.env["care.phrase"].search([("code", "=", "p12_call")])
        self.assertIn("{contact}", phrase.with_context(lang="zh_CN").body)
        self.run_job("2026-05-04")
        touch = self.touches("p12_phone")
        self.assertTrue(touch.said.startswith("Good day, Wang, this is"))
        self.assertIn(self.company.name, phrase.with_user(self.clerk).copy_text)
