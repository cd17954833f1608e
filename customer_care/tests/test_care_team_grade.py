from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestTeamOfGrade(TeamCase):
    """What a grade asks of the team is seen on the customer and owed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        schemes = cls.env["care.tier.scheme"]
        schemes.search([("is_main", "=", True)]).is_main = False
        cls.scheme = schemes.create({"code": "t_s", "name": "S", "is_main": True})
        cls.tier = cls.env["care.tier"].create(
            {
                "code": "t_key",
                "name": "Key",
                "scheme_id": cls.scheme.id,
                "team_min": 2,
                "team_role_ids": [Command.link(cls.service.id)],
            }
        )

    def grade(self, customer):
        grants = self.env["care.tier.grant"]
        grants._engine().create(
            {
                "partner_id": customer.id,
                "scheme_id": self.scheme.id,
                "tier_id": self.tier.id,
                "tier_name": "Key",
                "company_id": self.company.id,
                "kind": "regular",
                "source": "request",
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
            }
        )
        self.env["res.partner"]._care_refresh(self.company, customer.ids)

    def test_the_customer_says_what_the_team_lacks(self):
        self.assertFalse(self.acme.care_team_short)
        self.grade(self.acme)
        acme = self.acme.with_user(self.ben)
        self.assertEqual(acme.care_team_lack, "After-sales service, 1 of 2 people")
        short = [("care_team_short", "=", True)]
        self.assertEqual(self.env["res.partner"].search(short), self.acme)
        self.join(self.acme, self.ben)
        self.assertEqual(acme.care_team_lack, "After-sales service")
        member = self.join(self.acme, self.cai, self.service)
        self.assertEqual(acme.care_team_size, 3)
        self.assertFalse(acme.care_team_lack)
        self.assertFalse(self.env["res.partner"].search(short))
        member.date_to = "2026-03-24"
        self.assertTrue(acme.care_team_short)

    def test_one_named_person_in_charge_is_asked_for(self):
        self.tier.write(
            {"team_min": 0, "team_role_ids": False, "has_named_manager": True}
        )
        self.grade(self.acme)
        self.assertFalse(self.acme.care_team_short)
        self.acme._care_assign(None, "Released")
        self.assertEqual(self.acme.care_team_lack, "a person in charge")

    def test_the_missing_team_is_owed(self):
        rule = self.env["care.obligation.rule"].create(
            {
                "code": "t_team",
                "name": "Two people",
                "model_name": "res.partner",
                "start_domain": "[('care_team_short', '=', True)]",
                "done_domain": "[('care_team_short', '=', False)]",
                "amount": 5,
                "unit": "day",
                "responsible_path": "user_id",
            }
        )
        self.grade(self.acme)
        self.env["care.obligation"]._scan_now(rule)
        owed = self.env["care.obligation"].search([("rule_id", "=", rule.id)])
        self.assertEqual((owed.partner_id, owed.user_id), (self.acme, self.ann))
        self.assertEqual(owed.state, "open")
        self.join(self.acme, self.ben)
        self.join(self.acme, self.cai, self.service)
        self.assertEqual(owed.state, "met")
