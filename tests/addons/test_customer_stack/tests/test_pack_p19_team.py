import base64
from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from .pack_common import MANAGER, PackCase

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n")


@tagged("post_install", "-at_install")
class TestPackP19Team(PackCase):
    """Policy P19 on people: two contacts of ours, and whoever leaves hands over."""

    PACK = "P19"
    ROLES = ("department_head", "general_manager")

    def setUp(self):
        super().setUp()
        self.acme = self.env["res.partner"].create(
            {
                "name": "Acme",
                "is_company": True,
                "company_id": self.company.id,
                "user_id": self.clerk.id,
                "phone": "555 1901",
            }
        )

    def make_key(self):
        """Let Acme be a key customer; return the grade."""
        tier = self.rule("care.tier", "p19_key")
        self.env["care.tier.grant"]._engine().create(
            {
                "partner_id": self.acme.id,
                "scheme_id": tier.scheme_id.id,
                "tier_id": tier.id,
                "tier_name": "Key",
                "company_id": self.company.id,
                "kind": "regular",
                "source": "request",
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
            }
        )
        self.env["res.partner"]._care_refresh(self.company, self.acme.ids)
        return tier

    @freeze_time("2026-03-02 02:00:00")
    def test_p19_06_an_important_customer_has_two_contacts(self):
        """P19.06"""
        tier = self.make_key()
        self.assertEqual(tier.team_min, 2)
        rule = self.rule("care.obligation.rule", "p19_two_contacts")
        self.env["care.obligation"]._scan_now(rule)
        owed = self.owed("P19.06", self.acme)
        self.assertEqual((owed.state, owed.user_id), ("open", self.clerk))
        self.assertEqual(self.day(owed.due_at), "2026-03-09")
        self.env["care.team.member"].create(
            {
                "partner_id": self.acme.id,
                "user_id": self.manager.id,
                "role_id": self.env.ref("customer_care.care_team_role_after_sales").id,
            }
        )
        self.assertEqual(self.owed("P19.06", self.acme).state, "met")

    def contact(self, day):
        """Let the care calendar ask for the contacts of a day; return that of Acme."""
        touches = self.env["care.touch"]
        for job in (touches._make_due, touches._settle_due):
            job(date.fromisoformat(day), lambda done, remaining=0: True)
        self.env.invalidate_all()
        rule = self.rule("care.obligation.rule", "p19_contact_report")
        self.env["care.obligation"]._scan_now(rule)
        found = [("occasion_id.code", "=", "p19_contact")]
        return touches.search([*found, ("customer_id", "=", self.acme.id)], order="id")

    @freeze_time("2026-03-02 02:00:00")
    def test_p19_06_contacts_with_important_customers_are_reported(self):
        """P19.06"""
        self.assertFalse(self.contact("2026-03-02"), "an ordinary customer")
        self.make_key()
        touch = self.contact("2026-03-02")
        self.assertEqual((touch.user_id, touch.channel), (self.clerk, "call"))
        owed = self.owed("P19.06", touch)
        self.assertEqual((owed.state, owed.user_id), ("open", self.clerk))
        # five working days
        days = date.fromisoformat(self.day(owed.due_at)) - touch.planned_on
        self.assertIn(days.days, range(5, 10))
        with freeze_time("2026-03-05 02:00:00"):
            touch.with_user(self.clerk).action_done()
            self.assertEqual(touch.state, "done")
            self.env["care.obligation"]._scan_now(owed.rule_id)
        self.assertEqual(self.owed("P19.06", touch).state, "met")
        with freeze_time("2026-04-06 02:00:00"):
            second = self.contact("2026-04-06") - touch
        self.assertEqual(len(second), 1, "thirty days later again")
        self.sweep(f"{second.planned_on + timedelta(days=10)} 02:00:00")
        self.assertEqual(self.owed("P19.06", second).state, "missed")
        self.assertIn("pack_department_head", self.told(second))

    @freeze_time("2026-03-02 02:00:00")
    def test_p19_07_another_takes_over_at_once_and_customers_are_told(self):
        """P19.07"""
        # hand-overs are confidential: managers of Customer care read them
        self.holders["general_manager"].group_ids += self.env.ref(MANAGER)
        departure = (
            self.env["care.departure"]
            .with_user(self.manager)
            .create(
                {
                    "user_id": self.clerk.id,
                    "successor_id": self.holders["department_head"].id,
                    "date_leaving": "2026-03-04",
                    "company_id": self.company.id,
                }
            )
        )
        owed = self.owed("P19.07", departure)
        self.assertEqual(self.day(owed.due_at), "2026-03-04")
        self.sweep("2026-03-05 02:00:00")
        self.assertEqual(self.owed("P19.07", departure).state, "missed")
        self.assertIn("pack_general_manager", self.told(departure))
        with freeze_time("2026-03-05 02:10:00"):
            departure.action_ask_signatures()
            for row in departure.signature_ids:
                departure.with_user(row.user_id)._sign(
                    row.with_user(row.user_id), row.user_id.name, PNG
                )
        self.assertEqual(departure.state, "moved")
        taker = self.holders["department_head"]
        self.assertEqual(self.acme.user_id, taker)
        telling = self.owed("P19.07", departure).filtered(
            lambda o: o.rule_id.code == "p19_departure_told"
        )
        self.assertEqual(
            (telling.state, self.day(telling.due_at)), ("open", "2026-03-10")
        )
        with freeze_time("2026-03-06 02:00:00"):
            departure._note_told(departure.customer_line_ids, "phone", "Told Ms Li")
        self.env.invalidate_all()
        self.assertEqual(telling.state, "met")
        self.assertEqual(departure.state, "closed")
