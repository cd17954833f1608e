from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from .pack_secrecy_common import NOW, SecrecyPackCase


class CustomerPackCase(SecrecyPackCase):
    """A customer that everybody of the company sees."""

    def customer(self, name="Bright Homes", **vals):
        return self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "company_id": self.company.id,
                "user_id": self.clerk.id,
            }
            | vals
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPackP02Customers(CustomerPackCase):
    """Policy P02, any company: what is collected, kept, checked and analysed."""

    PACK = "P02"
    ROLES = (*SecrecyPackCase.ROLES, "p02_check_group")

    def test_p02_02_a_person_with_need_and_latent_need_is_found_again(self):
        """P02.02"""
        able = self.rule("care.segment", "p02_able")
        decides = self.rule("care.segment", "p02_decides")
        morning = self.rule("care.preference", "p02_morning")
        person = self.env["res.partner"].with_user(self.clerk)
        person = person.create(
            {
                "name": "Chen Li",
                "care_sex": "female",
                "birthday_date": "1986-03-26",
                "phone": "139",
                "street": "1 Long Road",
                "care_ability_id": able.id,
                "care_decision_role_id": decides.id,
                "care_preference_ids": [Command.set(morning.ids)],
                "care_need": "A flat",
                "care_latent_need": "A garden",
            }
        )
        self.env.flush_all()
        found = person.search(
            [
                ("care_sex", "=", "female"),
                ("care_ability_id", "=", able.id),
                ("care_preference_ids", "in", morning.ids),
                ("care_latent_need", "ilike", "garden"),
            ]
        )
        self.assertEqual(found, person)
        self.assertEqual(person.care_age, 39)

    def test_p02_03_duplicates_are_refused_and_data_checked_with_the_customer(self):
        """P02.03"""
        rule = self.rule("care.data.review.rule", "p02_verify")
        partner = self.customer(phone="1")
        rule.domain = f"[('id', '=', {partner.id})]"
        review = rule._open_due().with_user(self.clerk)
        window = self.env["care.data.change"].with_user(self.clerk)
        window.browse(review.action_note_call()["res_id"]).action_confirm()
        self.assertEqual(review.state, "done")
        self.assertEqual(self.day(partner.review_due), "2027-03-25")
        self.assertEqual(self.counted("P02.03")[0], 1)
        same = self.rule("care.duplicate.rule", "p02_same_code")
        self.assertEqual((same.verdict, same.needs_credit), ("refuse", True))

    def test_p02_04_segments_are_counted_and_the_analysis_is_owed(self):
        """P02.04"""
        owed = self.start_duty("p02_analysis", "2026-07-01 01:00:00")
        holder = self.holders["customer_service_manager"]
        self.assertEqual((owed.state, owed.user_id), ("open", holder))
        able = self.rule("care.segment", "p02_able")
        self.customer(care_ability_id=able.id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.res_partner_analysis_action"
        )
        self.assertIn("pivot", action["view_mode"])
        partners = self.env["res.partner"].with_user(self.clerk)
        groups = partners.formatted_read_group(
            [("care_ability_id", "!=", False)], ["care_ability_id"], ["__count"]
        )
        self.assertEqual([group["__count"] for group in groups], [1])

    def test_p02_07_value_and_need_make_the_class(self):
        """P02.07"""
        key, ordinary, potential, none = (
            self.customer(name, **vals)
            for name, vals in [
                ("Key", {"care_need": "Ten lifts"}),
                ("Ordinary", {"care_need": "A lift"}),
                ("Potential", {"care_latent_need": "A lift one day"}),
                ("None", {}),
            ]
        )
        self.env["care.tier.attestation"].with_user(self.clerk).create(
            {
                "partner_id": key.id,
                "fact_id": self.rule("care.tier.fact", "p02_value").id,
                "statement": "A third of our sales",
                "stated_on": "2026-03-01",
                "company_id": self.company.id,
            }
        )
        self.env.flush_all()
        scheme = self.rule("care.tier.scheme", "p02_classes")
        partners = key | ordinary | potential | none
        rating = scheme._rate(partners.ids, date(2026, 3, 25), self.company)
        tiers = self.env["care.tier"]
        self.assertEqual(
            [tiers.browse(rating.tier_id(p.id) or ()).code for p in partners],
            ["p02_key", "p02_ordinary", "p02_potential", False],
        )

    def test_p02_08_birthdays_holidays_and_regular_contact_are_occasions(self):
        """P02.08"""
        person = self.customer(
            "Chen Li",
            is_company=False,
            birthday_date="1986-03-30",
            email="chen@x.example",
        )
        self.env.flush_all()
        self.env["care.touch"].sudo()._make_due(
            date(2026, 3, 25), lambda *_args, **_kwargs: True
        )
        made = self.env["care.touch"].search([("partner_id", "=", person.id)])
        birthday = made.filtered(lambda touch: touch.clause_id.code == "P02.08")
        self.assertIn(self.rule("care.occasion", "p02_birthday"), made.occasion_id)
        self.assertIn(date(2026, 3, 30), birthday.mapped("event_on"))
        festival = self.rule("care.occasion", "p02_new_year")
        self.assertEqual((festival.lunar_month, festival.lunar_day), (1, 1))


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPackP10Customers(CustomerPackCase):
    """Policy P10: general and special customers."""

    PACK = "P10"

    def test_p10_01_a_special_customer_is_raised_by_its_class(self):
        """P10.01"""
        bank = self.rule("care.segment", "p10_bank")
        general = self.customer(care_kind="general")
        special = self.customer(
            "Harbour Bank", care_kind="special", care_special_id=bank.id
        )
        self.env.invalidate_all()
        self.assertEqual(general.secrecy_level, 0)
        self.assertEqual(special.secrecy_level, 1)
        found = self.env["res.partner"].with_user(self.clerk)
        found = found.search([("care_special_id", "=", bank.id)])
        self.assertEqual(found, special)
