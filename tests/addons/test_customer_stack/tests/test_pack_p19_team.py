import base64

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
            }
        )

    @freeze_time("2026-03-02 02:00:00")
    def test_p19_06_an_important_customer_has_two_contacts(self):
        """P19.06"""
        tier = self.rule("care.tier", "p19_key")
        self.assertEqual(tier.team_min, 2)
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
