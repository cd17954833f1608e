from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .cooperation_common import CooperationCase


@tagged("post_install", "-at_install")
class TestCareTender(CooperationCase):
    """A tender: its checklist, the handing in, the opening, the result."""

    @freeze_time("2026-03-02 02:00:00")
    def test_a_tender_takes_its_papers_from_the_checklist_with_their_days(self):
        tender = self.tender()
        rows = tender.care_tender_document_ids
        self.assertEqual(tender.care_tender_state, "preparing")
        self.assertEqual(
            [(row.kind, str(row.date_due), row.user_id) for row in rows],
            [
                ("price", "2026-03-19", self.sam),
                ("technical", "2026-03-17", self.sam),
                ("service", "2026-03-17", self.sam),
            ],
        )
        tender.care_tender_template_id = tender.care_tender_template_id
        self.assertEqual(len(tender.care_tender_document_ids), 3)

    @freeze_time("2026-03-02 02:00:00")
    def test_a_bid_is_handed_in_complete_only(self):
        tender = self.tender()
        self.complete(tender)
        tender.care_tender_document_ids[1].action_undo()
        with self.assertRaisesRegex(UserError, "not complete: Technical solution"):
            tender.action_care_tender_submit()
        tender.care_tender_document_ids[1].action_done()
        tender.action_care_tender_submit()
        self.assertEqual(tender.care_tender_state, "submitted")
        self.assertEqual(str(tender.care_tender_submitted_at), "2026-03-02 02:00:00")
        self.assertEqual(tender.care_tender_submitted_by_id, self.sam)
        with self.assertRaisesRegex(UserError, "cannot become"):
            tender.action_care_tender_submit()

    def test_nothing_is_handed_in_after_the_closing_time(self):
        with freeze_time("2026-03-02 02:00:00"):
            tender = self.tender()
            self.complete(tender)
            with self.assertRaisesRegex(UserError, "open until 2026-03-20 09:00"):
                tender.care_tender_missed_reason = "No time"
                tender.action_care_tender_missed()
        with freeze_time("2026-03-20 09:00:01"):
            tender.invalidate_recordset()
            self.assertTrue(tender.care_tender_is_late)
            found = tender.search([("care_tender_is_late", "=", True)])
            self.assertIn(tender, found)
            with self.assertRaisesRegex(UserError, "closed at 2026-03-20 09:00"):
                tender.action_care_tender_submit()
            with self.assertRaisesRegex(UserError, "is closed"):
                tender.care_tender_closing_at = "2026-03-21 09:00:00"
            tender.care_tender_missed_reason = False
            with self.assertRaisesRegex(UserError, "Why no bid"):
                tender.action_care_tender_missed()
            tender.care_tender_missed_reason = "The courier came too late"
            tender.action_care_tender_missed()
        self.assertEqual(tender.care_tender_state, "missed")

    @freeze_time("2026-03-02 02:00:00")
    def test_the_state_and_the_time_change_by_buttons_alone(self):
        tender = self.tender()
        for vals in (
            {"care_tender_state": "submitted"},
            {"care_tender_submitted_at": "2026-03-01 02:00:00"},
            {"care_contract_signed_on": "2026-03-01"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                tender.write(vals)
        with self.assertRaises(AccessError):
            self.tender(care_tender_state="won")
        forged = self.env["crm.lead"].with_user(self.sam)
        forged = forged.with_context(default_care_tender_state="won")
        lead = forged.create({"name": "Lead", "type": "opportunity"})
        self.assertFalse(lead.care_tender_state)
        row = tender.care_tender_document_ids[0]
        with self.assertRaises(AccessError):
            row.is_done = True

    @freeze_time("2026-03-02 02:00:00")
    def test_a_paper_without_file_is_not_done(self):
        row = self.tender().care_tender_document_ids[0]
        with self.assertRaisesRegex(UserError, "has no file yet"):
            row.action_done()
        row.attachment_ids = self.paper(self.sam)
        row.action_done()
        self.assertEqual((row.is_done, row.done_by_id), (True, self.sam))
        row.attachment_ids = [Command.clear()]
        self.assertFalse(row.is_done)

    @freeze_time("2026-03-02 02:00:00")
    def test_what_was_handed_in_stays(self):
        tender = self.tender()
        self.complete(tender)
        tender.action_care_tender_submit()
        with self.assertRaises(AccessError):
            tender.care_tender_price = 1
        tender.care_tender_price = 800000
        with self.assertRaisesRegex(UserError, "is closed"):
            tender.care_tender_document_ids[0].attachment_ids = [Command.clear()]
        with self.assertRaisesRegex(UserError, "is closed"):
            tender.care_tender_document_ids[0].unlink()
        with self.assertRaisesRegex(UserError, "manager"):
            tender.action_care_tender_reopen()
        with self.assertRaisesRegex(UserError, "stays on record"):
            tender.sudo().unlink()
        tender.with_user(self.mia).action_care_tender_reopen()
        self.assertEqual(tender.care_tender_state, "preparing")
        self.assertFalse(tender.care_tender_submitted_at)

    @freeze_time("2026-03-02 02:00:00")
    def test_the_price_is_approved_by_its_amount(self):
        boss = self.env["care.role"].create({"code": "coop_boss", "name": "Boss"})
        self.env["care.role.assignment"].create(
            {"role_id": boss.id, "user_id": self.mia.id}
        )
        self.env["care.approval.rule"].create(
            {
                "code": "coop_bid",
                "name": "Bid price",
                "model_name": "crm.lead",
                "gate": "bid",
                "domain": "[]",
                "amount_field": "care_tender_price",
                "step_ids": [
                    Command.create(
                        {"name": "Boss", "role_id": boss.id, "min_amount": 500000}
                    )
                ],
            }
        )
        tender = self.tender()
        self.complete(tender)
        with self.assertRaisesRegex(UserError, "needs the approval"):
            tender.action_care_tender_submit()
        tender.action_care_tender_ask()
        approval = tender.approval_ids
        self.assertEqual((approval.amount, approval.state), (800000, "pending"))
        approval.with_user(self.mia).action_approve()
        tender.care_tender_price = 900000
        with self.assertRaisesRegex(UserError, "approval"):
            tender.action_care_tender_submit()
        tender.action_care_tender_ask()
        tender.approval_ids.filtered(lambda row: row.state == "pending").with_user(
            self.mia
        ).action_approve()
        tender.action_care_tender_submit()
        self.assertEqual(tender.care_tender_state, "submitted")

    def test_won_and_lost_need_the_opening_and_the_reason(self):
        with freeze_time("2026-03-02 02:00:00"):
            tender = self.tender(care_tender_opening_at="2026-03-21 02:00:00")
            with self.assertRaisesRegex(ValidationError, "not open yet"):
                tender.care_tender_bid_ids = [
                    Command.create({"name": "Rival", "amount": 5})
                ]
        with freeze_time("2026-03-02 02:00:00"):
            tender.invalidate_recordset()
            self.complete(tender)
            tender.action_care_tender_submit()
            with self.assertRaisesRegex(UserError, "Why won or lost"):
                tender.action_care_tender_won()
            tender.care_tender_analysis = "Best price"
            with self.assertRaisesRegex(UserError, "opened at 2026-03-21 02:00"):
                tender.action_care_tender_won()
        with freeze_time("2026-03-21 03:00:00"):
            tender.care_tender_bid_ids = [
                Command.create({"name": "Us", "amount": 800000, "is_ours": True}),
                Command.create({"name": "Rival", "amount": 810000}),
            ]
            tender.action_care_tender_won()
        self.assertEqual(tender.won_status, "won")
        self.assertEqual(tender.care_tender_state, "won")

    @freeze_time("2026-03-02 02:00:00")
    def test_the_stage_won_is_for_awards_alone(self):
        tender = self.tender()
        with self.assertRaisesRegex(ValidationError, "is a tender"):
            tender.action_set_won()
        lead = self.env["crm.lead"].with_user(self.sam)
        lead = lead.create({"name": "No tender", "type": "opportunity"})
        lead.action_set_won()
        self.assertEqual(lead.won_status, "won")

    @freeze_time("2026-03-02 02:00:00")
    def test_a_salesman_without_customer_care_keeps_his_leads(self):
        plain = new_test_user(
            self.env, "coop_plain", groups="sales_team.group_sale_salesman"
        )
        lead = self.env["crm.lead"].with_user(plain)
        lead = lead.create({"name": "Plain", "type": "opportunity"})
        lead.action_set_won()
        lead.copy()
        self.assertEqual(lead.won_status, "won")
        copy = self.tender().copy()
        self.assertEqual(copy.care_tender_state, "preparing")
        self.assertEqual(len(copy.care_tender_document_ids), 3)
        self.assertFalse(copy.care_tender_number)

    @freeze_time("2026-03-02 02:00:00")
    def test_papers_of_somebody_elses_lead_are_not_seen(self):
        tender = self.tender()
        other = self.sam.copy({"login": "coop_other", "name": "Other"})
        rows = self.env["care.tender.document"].with_user(other)
        self.assertFalse(rows.search([("lead_id", "=", tender.id)]))
        row = tender.care_tender_document_ids[0].with_user(other)
        row.invalidate_recordset()
        with self.assertRaises(AccessError):
            row.read(["name"])
        with self.assertRaises(AccessError):
            rows.create({"lead_id": tender.id, "name": "Mine"})
        mine = self.tender(user=other).care_tender_document_ids[0]
        with self.assertRaises(AccessError):
            mine.lead_id = tender.id

    @freeze_time("2026-03-02 02:00:00")
    def test_the_list_of_tenders_costs_the_same_for_any_number(self):
        for number in range(12):
            self.tender(name=f"Tender {number}")
        self.env.flush_all()
        self.env.invalidate_all()
        leads = self.env["crm.lead"].with_user(self.sam)
        with self.assertQueryCount(30):
            leads.web_search_read(
                [("care_is_tender", "=", True)],
                {
                    "name": {},
                    "care_tender_done_count": {},
                    "care_tender_document_count": {},
                    "care_tender_price": {},
                    "care_tender_state": {},
                    "care_contract_count": {},
                },
            )
