from datetime import date

from odoo.tests import freeze_time, tagged

from .pack_secrecy_common import NOW, SecrecyPackCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPackP01(SecrecyPackCase):
    """Policy P01, a landscaping company: prospects, classes, data, secrecy."""

    PACK = "P01"

    def enter(self, name):
        """Register a customer as the clerk at the desk does."""
        desk = self.env["care.registration.desk"].with_user(self.clerk)
        entry = {
            "name": name,
            "is_company": True,
            "phone": "021-62345678",
            "channel_id": self.rule("care.channel", "p01_fair").id,
            "care_need": "A park",
        }
        return desk._enter(entry)

    def test_all_clauses_are_there(self):
        self.assertEqual(len(self.policy.clause_ids), 26)
        numbers = {"P01.02", "P01.08", "P01.09", "P01.18", "P01.19", "P01.20"}
        self.assertLessEqual(numbers, self.carried())

    def test_p01_08_who_was_not_called_for_a_quarter_is_called(self):
        """P01.08"""
        occasion = self.rule("care.occasion", "p01_return_call")
        self.assertEqual((occasion.kind, occasion.interval_days), ("contact", 90))
        partner = self.env["res.partner"].create(
            {
                "name": "Quiet",
                "is_company": True,
                "phone": "1",
                "company_id": self.company.id,
            }
        )
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2025-11-01' WHERE id = %s",
            [partner.id],
        )
        self.env.invalidate_all()
        self.env["care.touch"].sudo()._make_due(
            date(2026, 3, 25), lambda *_args, **_kwargs: True
        )
        call = self.env["care.touch"].search([("partner_id", "=", partner.id)])
        self.assertEqual(call.occasion_id, occasion)
        self.assertEqual(call.clause_id.code, "P01.08")

    def test_p01_09_an_important_customer_has_one_person_in_charge(self):
        """P01.09"""
        tier = self.rule("care.tier", "p01_important")
        self.assertTrue(tier.has_named_manager)
        self.assertEqual((tier.visit_per_year, tier.team_min), (4, 1))

    def test_p01_18_a_registered_customer_is_classed_within_5_working_days(self):
        """P01.18"""
        with freeze_time("2026-03-25 02:00:00"):
            partner = self.enter("Municipal Works").partner
            self.env.flush_all()
        (owed,) = self.owed("P01.18", partner)
        self.assertEqual(self.day(owed.due_at), "2026-04-01")
        large = self.rule("care.segment", "p01_large")
        relation = self.rule("care.segment", "p01_long_term")
        trade = self.env["res.partner.industry"].create({"name": "Public works"})
        with freeze_time("2026-03-27 02:00:00"):
            partner.with_user(self.clerk).write(
                {"care_size_id": large.id, "care_relation_id": relation.id}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(owed.state, "open")
            partner.with_user(self.clerk).industry_id = trade
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(owed.state, "met")
        found = partner.with_user(self.clerk).search([("care_size_id", "=", large.id)])
        self.assertEqual(found, partner)

    def test_p01_18_one_left_without_a_class_is_missed(self):
        """P01.18"""
        with freeze_time("2026-03-25 02:00:00"):
            partner = self.enter("Business Park").partner
            self.env.flush_all()
        self.sweep("2026-04-02 02:00:00")
        self.assertEqual(self.owed("P01.18", partner).state, "missed")

    def test_p01_19_data_are_checked_every_half_year_and_updated(self):
        """P01.19"""
        rule = self.rule("care.data.review.rule", "p01_review")
        self.acme.secrecy_own = 2
        partner = self.env["res.partner"].create(
            {
                "name": "Reviewed",
                "is_company": True,
                "phone": "1",
                "company_id": self.company.id,
                "user_id": self.clerk.id,
            }
        )
        rule.domain = f"[('id', '=', {partner.id})]"
        with freeze_time("2026-03-25 02:00:00"):
            review = rule._open_due().with_user(self.clerk)
            window = self.env["care.data.change"].with_user(self.clerk)
            window = window.browse(review.action_note_call()["res_id"])
            said = {line.name: line for line in window.line_ids}
            said["phone"].new_value = "2"
            window.action_confirm()
            review.action_accept_all()
            self.env.flush_all()
        self.assertEqual((partner.phone, review.state), ("2", "done"))
        self.assertEqual(self.day(partner.review_due), "2026-09-25")
        self.assertEqual(review.clause_id.code, "P01.19")
        self.assertEqual(self.counted("P01.19")[0], 1)

    def test_p01_20_contracts_are_secret_and_need_the_agreement(self):
        """P01.20"""
        row = self.rule("care.secrecy.class", "p01_contracts")
        self.assertEqual(row.level, 2)
        self.assertFalse(self.sees(self.reader))
        needed = self.rule("care.clearance.requirement", "p01_agreement")
        self.assertEqual((needed.level, needed.clause_id.code), (2, "P01.20"))
