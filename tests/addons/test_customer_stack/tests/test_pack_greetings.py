from datetime import date

from odoo import fields
from odoo.tests import freeze_time, tagged

from .pack_common import MANAGER, PackCase

# rules of secrecy are a security officer's
LOADER = f"{MANAGER},customer_care.customer_care_group_security"


class GreetingCase(PackCase):
    """One customer with a contact, and the job of the care calendar."""

    ROLES = ("account_manager", "customer_service_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.customer("Firm")
        cls.wang = cls.env["res.partner"].create(
            {
                "name": "Wang",
                "parent_id": cls.firm.id,
                "email": "wang@pack.example",
                "phone": "555 2001",
                "birthday_date": "1980-09-26",
                "company_id": cls.company.id,
                "user_id": cls.clerk.id,
            }
        )

    @classmethod
    def customer(cls, name):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{name.lower()}@pack.example",
                "phone": "555 2000",
                "company_id": cls.company.id,
                "user_id": cls.clerk.id,
            }
        )

    def grade(self, customer, code):
        """Give a grade as the main scheme would."""
        tier = self.env["care.tier"].search(
            [("code", "=", code), ("company_id", "=", self.company.id)]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET care_tier_id = jsonb_build_object(%s, %s)"
            " WHERE id = %s",
            (str(self.company.id), tier.id, customer.id),
        )
        self.env.invalidate_all()

    def run_job(self, day):
        touches = self.env["care.touch"]
        today = date.fromisoformat(day)

        def progress(done, remaining=0):
            return True

        touches._make_due(today, progress)
        touches._settle_due(today, progress)
        touches._send_due(today, progress)
        self.env.invalidate_all()

    def touches(self, code, customer=None):
        return self.env["care.touch"].search(
            [
                ("occasion_id.code", "=", code),
                ("customer_id", "=", (customer or self.firm).id),
            ],
            order="id",
        )


@tagged("post_install", "-at_install")
class TestGreetingsP03(GreetingCase):
    """Policy P03: each tier has its ways of contact."""

    PACK = "P03"

    @freeze_time("2026-09-21 02:00:00")
    def test_p03_06_greetings_go_by_the_ways_of_contact_of_the_tier(self):
        general, nobody = self.customer("General"), self.customer("Nobody")
        self.grade(self.firm, "p03_strategic")
        self.grade(general, "p03_general")
        self.run_job("2026-09-21")
        self.assertEqual(self.touches("p03_autumn").channel, "call")
        self.assertEqual(self.touches("p03_autumn", general).channel, "mail")
        self.assertFalse(self.touches("p03_autumn", nobody))
        self.run_job("2027-01-30")
        self.assertEqual(self.touches("p03_spring").channel, "visit")
        self.assertEqual(self.touches("p03_spring").planned_on, date(2027, 2, 6))


@tagged("post_install", "-at_install")
class TestGreetingsP04(GreetingCase):
    """Policy P04: care on birthdays, holidays and big events of key customers."""

    PACK = "P04"
    LOADER = LOADER

    @freeze_time("2026-09-21 02:00:00")
    def test_p04_16_care_for_those_whose_grade_has_greetings(self):
        schemes = self.env["care.tier.scheme"]
        scheme = schemes.create({"code": "key", "name": "Key"})
        self.env["care.tier"].create(
            {
                "code": "key_top",
                "name": "Top",
                "scheme_id": scheme.id,
                "greeting": True,
            }
        )
        self.run_job("2026-09-21")
        self.assertFalse(self.touches("p04_birthday"))
        self.grade(self.firm, "key_top")
        self.env["care.occasion.date"].create(
            {
                "name": "10 years",
                "partner_id": self.firm.id,
                "date": "2026-10-03",
                "company_id": self.company.id,
            }
        )
        self.run_job("2026-09-21")
        self.assertEqual(self.touches("p04_birthday").gift_value, 300)
        event = self.touches("p04_event")
        self.assertEqual(event.planned_on, date(2026, 10, 3))
        self.assertEqual((event.channel, event.partner_id), ("gift", self.wang))
        self.assertEqual(event.clause_id.code, "P04.16")


@tagged("post_install", "-at_install")
class TestGreetingsP09(GreetingCase):
    """Policy P09: visits on holidays and in between."""

    PACK = "P09"
    LOADER = LOADER

    @freeze_time("2026-09-14 02:00:00")
    def test_p09_05_visits_on_holidays_and_in_between(self):
        self.run_job("2026-09-14")
        visit = self.touches("p09_autumn")
        self.assertEqual(visit.planned_on, date(2026, 9, 22))
        self.assertEqual((visit.channel, visit.user_id), ("visit", self.clerk))
        self.assertEqual(self.touches("p09_between").channel, "visit")
        visit.with_user(self.clerk).action_done()
        self.assertEqual(visit.clause_id.code, "P09.05")


@tagged("post_install", "-at_install")
class TestGreetingsP19(GreetingCase):
    """Policy P19: thank-you events with lists of names."""

    PACK = "P19"

    @freeze_time("2026-09-14 02:00:00")
    def test_p19_08_guests_of_a_thank_you_event_stand_on_a_list(self):
        occasion = self.env["care.occasion"].search([("code", "=", "p19_thanks")])
        run = (
            self.env["care.occasion.run"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "Thank-you dinner",
                    "occasion_id": occasion.id,
                    "date": "2026-09-25",
                    "is_named": True,
                    "place": "Harbour Hotel",
                    "company_id": self.company.id,
                }
            )
        )
        add = self.env["care.occasion.add"].with_user(self.clerk)
        add.create(
            {"run_id": run.id, "partner_ids": [fields.Command.set(self.wang.ids)]}
        ).action_confirm()
        run.action_release()
        self.run_job("2026-09-14")
        guest = self.touches("p19_thanks").with_user(self.clerk)
        self.assertEqual((guest.state, guest.channel), ("ready", "call"))
        comes = self.env["care.touch.reaction"].search([("code", "=", "p19_comes")])
        guest._note_reaction(comes, "With two colleagues")
        self.assertEqual((run.done_count, run.reaction_count), (1, 1))
        self.assertEqual(guest.clause_id.code, "P19.08")
