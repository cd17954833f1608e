from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .pack_common import PackCase


class P03Case(PackCase):
    """The construction group of policy P03."""

    PACK = "P03"
    ROLES = (
        "general_manager",
        "department_head",
        "vice_president",
        "customer_service_manager",
        "sales_director",
        "finance",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source = cls.env["utm.source"].create({"name": "Planning notice"})
        cls.customer = cls.new_customer("Harbour Estates")

    @classmethod
    def new_customer(cls, name):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "phone": "010 5550",
                "city": "Ningbo",
                "company_id": cls.company.id,
            }
        )

    @freeze_time("2026-02-02 02:00:00")
    def lead(self, partner=None, won=False, **vals):
        lead = (
            self.env["crm.lead"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "Site",
                    "type": "opportunity",
                    "partner_id": (partner or self.customer).id,
                    "source_id": self.source.id,
                    "expected_revenue": 1000,
                    "user_id": self.clerk.id,
                    **vals,
                }
            )
        )
        if won:
            lead.action_set_won()
        self.env.flush_all()
        return lead


@tagged("post_install", "-at_install")
class TestPackP03(P03Case):
    """P03 on customers: leads, grades, ways of contact, the course of cooperation."""

    def state(self, partner, *codes, user=None, **vals):
        for code in codes:
            fact = self.rule("care.tier.fact", code)
            self.env["care.tier.attestation"].with_user(user or self.clerk).create(
                {
                    "partner_id": partner.id,
                    "fact_id": fact.id,
                    "statement": "Seen",
                    "stated_on": date(2026, 3, 1),
                    "company_id": self.company.id,
                    **vals,
                }
            )

    def grade(self, partner):
        self.env.flush_all()
        scheme = self.rule("care.tier.scheme", "p03_scheme")
        rating = scheme._rate(partner.ids, date(2026, 3, 31), self.company)
        tier = self.env["care.tier"].browse(rating.tier_id(partner.id) or ())
        return tier.code

    def test_every_clause_has_a_rule_that_carries_it_out(self):
        bare = self.policy.clause_ids.filtered(lambda clause: not clause.rule_count)
        self.assertFalse(bare.mapped("code"))
        self.assertEqual(len(self.policy.clause_ids), 20)

    def test_p03_01_leads_name_their_source_and_customers_are_complete(self):
        """P03.01"""
        with self.assertRefused("Source"):
            self.lead(source_id=False)
        lead = self.lead()
        with self.assertRefused("Source"):
            lead.source_id = False
        with self.assertRefused("City"):
            self.customer.with_user(self.clerk).city = False
        self.env["crm.lead"].sudo().create(
            {"name": "By mail", "company_id": self.company.id}
        )
        self.env.flush_all()
        today = self.env.cr.now().date()  # leads take the time of the database
        rate = self.rule("care.indicator", "p03_lead_sources")._evaluate(
            today.replace(month=1, day=1), today.replace(month=12, day=31)
        )
        self.assertEqual([value.value for value in rate.values()], [50])

    def test_p03_02_strategic_by_course_agreement_or_weight(self):
        """P03.02"""
        for __ in range(2):
            self.lead(won=True)
        self.lead()
        self.state(self.customer, "p03_sound", "p03_will")
        self.assertFalse(self.grade(self.customer), "two cooperations are no three")
        self.lead(won=True)
        self.assertEqual(self.grade(self.customer), "p03_strategic")
        scheme = self.rule("care.tier.scheme", "p03_scheme")
        facts = scheme._explain(self.customer, date(2026, 3, 31), self.company)
        self.assertIn("Cooperations", str(facts))
        signed = self.new_customer("River Group")
        self.state(
            signed,
            "p03_agreement",
            attachment_ids=[Command.set(self.file().ids)],
        )
        self.assertEqual(self.grade(signed), "p03_strategic")
        weighty = self.new_customer("Port Authority")
        boss = self.holders["general_manager"]
        with self.assertRaises(UserError):
            self.state(weighty, "p03_decisive")
        self.state(weighty, "p03_decisive", user=boss)
        self.assertEqual(self.grade(weighty), "p03_strategic")

    def test_p03_03_key_with_a_follow_up_project(self):
        """P03.03"""
        self.state(self.customer, "p03_smooth", "p03_sound", "p03_will")
        self.assertFalse(self.grade(self.customer))
        self.lead()
        self.assertEqual(self.grade(self.customer), "p03_key")

    def test_p03_04_general_without_a_follow_up_project(self):
        """P03.04"""
        self.state(self.customer, "p03_relations")
        self.assertEqual(self.grade(self.customer), "p03_general")
        self.lead()
        self.assertFalse(self.grade(self.customer))

    def test_p03_05_potential_with_a_project_soon(self):
        """P03.05"""
        self.state(self.customer, "p03_sound", "p03_knowledge")
        self.assertFalse(self.grade(self.customer))
        self.lead()
        self.assertEqual(self.grade(self.customer), "p03_potential")

    def test_p03_06_each_grade_has_its_ways_of_contact(self):
        """P03.06"""
        modes, priority = {}, {}
        for code in ("p03_strategic", "p03_key", "p03_general", "p03_potential"):
            partner = self.new_customer(code)
            request = (
                self.env["care.tier.request"]
                .with_user(self.clerk)
                .create(
                    {
                        "partner_id": partner.id,
                        "kind": "provisional",
                        "scheme_id": self.rule("care.tier.scheme", "p03_scheme").id,
                        "tier_id": self.rule("care.tier", code).id,
                        "reason": "First contact",
                        "company_id": self.company.id,
                    }
                )
            )
            request.action_submit()
            tier = partner._care_privileges()[partner.id]
            modes[code] = set(tier.contact_mode_ids.mapped("code"))
            priority[code] = partner.care_priority
        self.assertTrue({"p03_top_visit", "p03_task_group"} <= modes["p03_strategic"])
        self.assertEqual(modes["p03_key"] - modes["p03_general"], {"p03_forum"})
        self.assertEqual(
            modes["p03_potential"], {"p03_call", "p03_site_visit", "p03_greeting"}
        )
        self.assertEqual(list(priority.values()), [3, 2, 1, 0])

    def test_p03_07_the_course_from_negotiation_to_payment(self):
        """P03.07"""
        lead = self.lead(date_deadline="2026-02-20")
        talk = self.owed("P03.07", lead)
        self.assertEqual((talk.user_id, talk.state), (self.clerk, "open"))
        with self.assertRefused("Expected Revenue"):
            lead.write({"expected_revenue": 0, "stage_id": self.won_stage().id})
        with freeze_time("2026-02-10 02:00:00"):
            lead.action_set_won()
            self.env.flush_all()
            project = self.env["project.project"].create(
                {
                    "name": "Harbour tower",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "user_id": self.clerk.id,
                    "date_start": "2026-02-10",
                    "date": "2026-06-30",
                }
            )
        self.assertEqual(self.owed("P03.07", lead).state, "met")
        work = self.owed("P03.07", project)
        self.assertEqual(self.day(work.due_at), "2026-06-30")
        with freeze_time("2026-06-20 02:00:00"):
            project.last_update_status = "done"
        self.assertEqual(self.owed("P03.07", project).state, "met")
        action = self.customer.action_view_care_obligations()
        whole = self.env["care.obligation"].search(action["domain"])
        self.assertTrue(talk | work <= whole, "the customer's page shows the course")
        payment = self.rule("care.obligation.rule", "p03_payment")
        if payment.dormant:
            waiting = self.env["care.pack.waiting"].search(
                [("res_id", "=", payment.id)]
            )
            self.assertIn("account", waiting.addons)

    def won_stage(self):
        return self.env["crm.stage"].search([("is_won", "=", True)], limit=1)

    def test_p03_20_the_roll_out_is_confirmed_and_looked_through(self):
        """P03.20"""
        self.policy.with_user(self.clerk).action_acknowledge()
        row = self.policy.acknowledgement_ids.filtered(
            lambda row: row.user_id == self.clerk
        )
        self.assertEqual(row.state, "confirmed")
        occurrence = self.start_duty("p03_rollout_review", "2026-07-01 02:00:00")
        boss = self.holders["general_manager"]
        self.assertEqual(occurrence.user_id, boss)
        with freeze_time("2026-07-12 02:00:00"):
            inspection = self.look_through(boss)
            self.env["care.duty"].with_user(boss)._fulfil(
                "p03_rollout_review", inspection, self.company
            )
        self.assertEqual(occurrence.state, "met")

    def look_through(self, user):
        template = self.rule("care.inspection.template", "p03_rollout")
        inspection = (
            self.env["care.inspection"]
            .with_user(user)
            .create(
                {
                    "template_id": template.id,
                    "date_planned": "2026-07-10",
                    "inspector_ids": [Command.set(user.ids)],
                }
            )
        )
        self.assertEqual(len(inspection.item_ids), 5)
        inspection.item_ids.write({"result": "passed"})
        inspection.action_done()
        return inspection
