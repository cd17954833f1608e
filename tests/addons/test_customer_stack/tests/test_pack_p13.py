from odoo.tests import freeze_time, tagged

from .pack_common import PackCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 02:00:00")
class TestPackP13(PackCase):
    """Policy P13: what a key-account manager owes, in a distribution company."""

    PACK = "P13"
    ROLES = ("sales_director", "key_account_manager", "customer_service_manager")

    def setUp(self):
        super().setUp()
        self.market = self.rule("care.territory", "p13_market")
        self.kam = self.holders["key_account_manager"]

    def customer(self, name="Acme", **vals):
        return self.env["res.partner"].create(
            {"name": name, "is_company": True, "company_id": self.company.id, **vals}
        )

    def test_all_clauses_are_there_and_carried_out(self):
        self.assertEqual(len(self.policy.clause_ids), 5)
        rules = self.env["care.clause.rule"].search(
            [("policy_id", "=", self.policy.id)]
        )
        self.assertEqual(
            set(rules.clause_id.mapped("code")), {f"P13.0{n}" for n in range(1, 6)}
        )

    def test_p13_01_customers_of_the_territory_go_to_its_manager(self):
        """P13.01"""
        self.market.manager_id = self.kam
        acme = self.customer()
        self.assertEqual(acme.user_id, self.kam)
        self.assertFalse(self.owed("P13.01", acme))

    def test_p13_01_nobody_in_charge_is_owed(self):
        """P13.01"""
        acme = self.customer()
        self.env["care.obligation"]._scan_now(
            self.rule("care.obligation.rule", "p13_owner")
        )
        owed = self.owed("P13.01", acme)
        self.assertEqual(owed.user_id, self.holders["sales_director"])
        self.assertEqual(self.day(owed.due_at), "2026-03-03")
        acme._care_assign(self.kam, "Named")
        self.assertEqual(self.owed("P13.01", acme).state, "met")

    def test_p13_02_an_opportunity_has_a_next_step(self):
        """P13.02"""
        lead = self.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "company_id": self.company.id,
                "user_id": self.kam.id,
            }
        )
        self.env["care.obligation"]._scan_now(
            self.rule("care.obligation.rule", "p13_follow_up")
        )
        owed = self.owed("P13.02", lead)
        self.assertEqual(
            (owed.user_id, self.day(owed.due_at)), (self.kam, "2026-03-05")
        )
        lead.activity_schedule("mail.mail_activity_data_todo", user_id=self.kam.id)
        self.env["care.obligation"]._scan_now(owed.rule_id)
        self.assertEqual(self.owed("P13.02", lead).state, "met")

    def test_p13_03_complaints_are_answered_in_time(self):
        """P13.03"""
        if "complaint.case" not in self.env:
            self.skipTest("complaint_handling is not installed")
        acme = self.customer(user_id=self.kam.id)
        case = self.env["complaint.case"].create(
            {
                "name": "Late delivery",
                "kind": "complaint",
                "partner_id": acme.id,
                "company_id": self.company.id,
                "received_at": "2026-03-02 02:00:00",
            }
        )
        owed = self.owed("P13.03", case)
        self.assertEqual(owed.user_id, self.kam)
        self.assertEqual(self.day(owed.due_at), "2026-03-05")

    def test_p13_04_the_team_has_its_technical_support(self):
        """P13.04"""
        role = self.rule("care.team.role", "p13_technical_support")
        scheme = self.env["care.tier.scheme"].create(
            {
                "code": "t_13",
                "name": "Key",
                "is_main": True,
                "company_id": self.company.id,
            }
        )
        tier = self.env["care.tier"].create(
            {
                "code": "t_13",
                "name": "Key",
                "scheme_id": scheme.id,
                "team_role_ids": role.ids,
            }
        )
        acme = self.customer(user_id=self.kam.id)
        self.env["care.tier.grant"]._engine().create(
            {
                "partner_id": acme.id,
                "scheme_id": scheme.id,
                "tier_id": tier.id,
                "tier_name": "Key",
                "company_id": self.company.id,
                "kind": "regular",
                "source": "request",
                "valid_from": "2026-01-01",
                "valid_to": "2026-12-31",
            }
        )
        self.env["res.partner"]._care_refresh(self.company, acme.ids)
        rule = self.rule("care.obligation.rule", "p13_support")
        self.env["care.obligation"]._scan_now(rule)
        owed = self.owed("P13.04", acme)
        self.assertEqual((owed.state, owed.user_id), ("open", self.kam))
        self.env["care.team.member"].create(
            {"partner_id": acme.id, "user_id": self.clerk.id, "role_id": role.id}
        )
        self.assertEqual(self.owed("P13.04", acme).state, "met")
        found = self.env["care.role"]._resolve(
            "technical_support", self.company, partner=acme
        )
        self.assertEqual(found, self.clerk)

    def test_p13_05_plans_of_year_quarter_and_month(self):
        """P13.05"""
        for code, moment, due in [
            ("p13_year_plan", "2027-01-01 01:00:00", "2027-01-16"),
            ("p13_quarter_plan", "2026-04-01 01:00:00", "2026-04-11"),
            ("p13_month_plan", "2026-03-01 01:00:00", "2026-03-06"),
        ]:
            owed = self.start_duty(code, moment)
            self.assertEqual(owed.user_id, self.kam)
            self.assertLessEqual(self.day(owed.due_at), due)
            self.assertEqual(owed.duty_id.evidence, "file")
