import base64

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .pack_common import MANAGER, PackCase

START = "2026-03-02 02:00:00"


@tagged("post_install", "-at_install")
class TestPackP01Projects(PackCase):
    """Policy P01: tenders, contracts and cooperation projects of a landscaping
    company, from the tender to the acceptance."""

    PACK = "P01"
    LOADER = f"{MANAGER},customer_care.customer_care_group_security"
    ROLES = ("sales_director", "general_manager", "department_head")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead_user = cls.new_user(
            "p01_leader",
            "customer_care.customer_care_group_user,project.group_project_user",
        )
        cls.city = cls.env["res.partner"].create(
            {"name": "River City", "is_company": True, "company_id": cls.company.id}
        )

    def file(self, user):
        files = self.env["ir.attachment"].with_user(user)
        return files.create({"name": "a.pdf", "datas": base64.b64encode(b"a")})

    def tender(self):
        return (
            self.env["crm.lead"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "River park",
                    "type": "opportunity",
                    "partner_id": self.city.id,
                    "company_id": self.company.id,
                    "user_id": self.clerk.id,
                    "care_is_tender": True,
                    "care_tender_closing_at": "2026-03-20 09:00:00",
                }
            )
        )

    def hand_in(self, tender, price=800000):
        for row in tender.care_tender_document_ids:
            row.attachment_ids = self.file(self.clerk)
        tender.care_tender_document_ids.action_done()
        tender.write(
            {
                "care_tender_price": price,
                "care_tender_proof_ids": [Command.link(self.file(self.clerk).id)],
            }
        )
        tender.action_care_tender_ask()
        self.decide(tender, self.holders["sales_director"])
        tender.action_care_tender_submit()

    def won(self):
        tender = self.tender()
        self.hand_in(tender)
        tender.care_tender_analysis = "Best solution"
        tender.action_care_tender_won()
        return tender

    def signed(self, lead):
        contract = (
            self.env["care.contract"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "River park",
                    "lead_id": lead.id,
                    "partner_id": self.city.id,
                    "company_id": self.company.id,
                    "signed_on": "2026-03-02",
                    "our_duties": "Plant 200 trees by May",
                    "customer_duties": "Clear the site",
                    "leader_id": self.lead_user.id,
                    "attachment_ids": [Command.link(self.file(self.clerk).id)],
                }
            )
        )
        contract.action_sign()
        return contract

    def project(self):
        with freeze_time(START):
            contract = self.signed(self.won())
            contract.action_make_project()
        return contract.sudo().project_ids.with_user(self.lead_user)

    def test_these_clauses_are_carried_out(self):
        numbers = {"P01.06", "P01.07", "P01.24", "P01.25", "P01.26"}
        carried = self.policy.clause_ids.filtered("rule_count")
        self.assertLessEqual(numbers, set(carried.mapped("code")))

    @freeze_time(START)
    def test_p01_06_a_bid_is_complete_approved_and_in_time(self):
        """P01.06"""
        tender = self.tender()
        owed = self.owed("P01.06", tender)
        self.assertEqual((owed.user_id, owed.state), (self.clerk, "open"))
        self.assertEqual(f"{owed.due_at}", "2026-03-20 09:00:00")
        kinds = tender.care_tender_document_ids.mapped("kind")
        self.assertLessEqual({"price", "technical", "service"}, set(kinds))
        tender.care_tender_price = 10
        with self.assertRefused("not complete"):
            tender.care_tender_proof_ids = self.file(self.clerk)
            tender.action_care_tender_submit()
        self.hand_in(tender)
        self.assertEqual(self.owed("P01.06", tender).state, "met")
        approval = tender.approval_ids
        self.assertEqual(approval.clause_id.code, "P01.06")

    @freeze_time(START)
    def test_p01_06_a_tender_that_was_missed_is_known(self):
        """P01.06"""
        tender = self.tender()
        with freeze_time("2026-03-20 09:05:00"):
            self.sweep("2026-03-20 09:05:00")
            with self.assertRaises(UserError):
                tender.action_care_tender_submit()
            tender.care_tender_missed_reason = "Bond came too late"
            tender.action_care_tender_missed()
        self.assertEqual(self.owed("P01.06", tender).state, "missed")

    @freeze_time(START)
    def test_p01_07_a_won_tender_leads_to_a_signed_contract(self):
        """P01.07"""
        lead = self.won()
        owed = self.owed("P01.07", lead)
        self.assertEqual((owed.state, owed.user_id), ("open", self.clerk))
        self.signed(lead)
        self.assertEqual(self.owed("P01.07", lead).state, "met")

    def test_p01_24_a_team_with_a_plan_meets_for_the_kickoff(self):
        """P01.24"""
        project = self.project()
        kickoff = project.care_meeting_ids
        owed = self.owed("P01.24", kickoff)
        self.assertEqual((owed.user_id, owed.state), (self.lead_user, "open"))
        with freeze_time("2026-03-05 02:00:00"):
            kickoff.write(
                {
                    "date_held": "2026-03-05",
                    "participant_ids": [Command.set(self.lead_user.partner_id.ids)],
                    "minutes": "<p>Start</p>",
                }
            )
            with self.assertRefused("team"):
                kickoff.action_hold()
            self.env["care.project.member"].with_user(self.lead_user).create(
                {"project_id": project.id, "user_id": self.clerk.id}
            )
            self.env["project.milestone"].with_user(self.lead_user).create(
                {"project_id": project.id, "name": "Trees planted"}
            )
            kickoff.action_hold()
        self.assertEqual(self.owed("P01.24", kickoff).state, "met")

    def test_p01_25_progress_meetings_and_cost(self):
        """P01.25"""
        project = self.project()
        with freeze_time("2026-03-05 02:00:00"):
            project.care_meeting_ids.action_cancel()
            meeting = project.care_meeting_ids.filtered(lambda r: r.kind == "progress")
            kind = self.env.ref("customer_care.care_project_cost_kind_material")
            line = (
                self.env["care.project.cost"]
                .with_user(self.lead_user)
                .create(
                    {
                        "project_id": project.id,
                        "kind_id": kind.id,
                        "planned": 1000,
                        "actual": 1100,
                    }
                )
            )
            self.assertEqual(self.owed("P01.25", meeting).state, "open")
            self.assertEqual(self.owed("P01.25", project).state, "open")
            line.planned = 2000
        self.assertEqual(self.owed("P01.25", project).state, "met")

    def test_p01_26_the_customer_accepts_when_defects_are_put_right(self):
        """P01.26"""
        project = self.project()
        with freeze_time("2026-05-04 02:00:00"):
            for row in project.care_paper_ids:
                row.attachment_ids = self.file(self.lead_user)
            project.care_paper_ids.action_done()
            rows = self.env["care.project.acceptance"].with_user(self.lead_user)
            vals = {"project_id": project.id, "inspect_by": "2026-05-08"}
            acceptance = rows.create(vals)
            with self.assertRefused("approval"):
                acceptance.action_apply()
            acceptance.action_ask()
            head = self.holders["department_head"]
            acceptance.approval_ids.with_user(head).action_approve()
            acceptance.action_apply()
            acceptance.write(
                {"inspected_on": "2026-05-04", "inspector_names": "Ms Wang"}
            )
            acceptance.action_inspect()
            defect = (
                self.env["care.project.defect"]
                .with_user(self.lead_user)
                .create(
                    {
                        "acceptance_id": acceptance.id,
                        "name": "Dead tree",
                        "date_due": "2026-05-11",
                        "measure": "Replaced",
                        "confirmed_name": "Ms Wang",
                    }
                )
            )
            self.assertEqual(self.owed("P01.26", defect).state, "open")
            acceptance.write(
                {
                    "signed_name": "Ms Wang",
                    "scan_ids": [Command.link(self.file(self.lead_user).id)],
                }
            )
            with self.assertRefused("Dead tree"):
                acceptance.action_sign()
            defect.action_fixed()
            defect.action_confirm()
            acceptance.action_sign()
            acceptance.action_close()
        self.assertEqual(self.owed("P01.26", defect).state, "met")
        self.assertEqual(self.owed("P01.26", acceptance).state, "met")
        self.assertEqual(acceptance.approval_ids.clause_id.code, "P01.26")
