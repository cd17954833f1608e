from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .cooperation_common import CooperationCase

GIF = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="


@tagged("post_install", "-at_install")
@freeze_time("2026-04-01 02:00:00")
class TestCooperationGuards(CooperationCase):
    """What bids and acceptances refuse beside their usual course."""

    def bid(self):
        tender = self.tender(care_tender_closing_at="2026-04-20 09:00:00")
        self.complete(tender)
        return tender

    def test_a_bid_without_checklist_is_not_handed_in(self):
        tender = self.bid()
        tender.care_tender_document_ids.unlink()
        with self.assertRaisesRegex(UserError, "has no checklist"):
            tender.action_care_tender_submit()

    def test_no_approval_is_asked_for_where_none_is_wanted(self):
        self.env["care.approval.rule"].search([("gate", "=", "bid")]).active = False
        with self.assertRaisesRegex(UserError, "No approval is wanted"):
            self.bid().action_care_tender_ask()

    def test_a_colleagues_receipt_is_a_proof_too(self):
        tender = self.bid()
        tender.sudo().user_id = False
        other = self.sam.copy({"login": "coop_mate", "name": "Mate"})
        self.env.invalidate_all()
        tender.with_user(other).action_care_tender_submit()
        self.assertEqual(tender.care_tender_submitted_by_id, other)

    def test_amounts_are_summed_in_pivot_and_graph(self):
        for model, name, user in [
            ("crm.lead", "care_tender_price", self.sam),
            ("care.tender.bid", "amount", self.sam),
            ("care.contract", "amount", self.sam),
            ("care.project.cost", "planned", self.lea),
        ]:
            with self.subTest(model=model):
                found = self.env[model].with_user(user).fields_get([name])
                self.assertEqual(found[name].get("aggregator"), "sum")

    # ---- acceptances

    def acceptance(self, **vals):
        rows = self.env["care.project.acceptance"].with_user(self.lea)
        return rows.create(
            {"project_id": self.project().id, "kind": "part", "part": "Gate", **vals}
        )

    def test_an_acceptance_has_its_day_and_is_not_ahead(self):
        row = self.acceptance()
        with self.assertRaisesRegex(UserError, "not complete. Fill in: Inspection by"):
            row.action_apply()
        with self.assertRaisesRegex(UserError, "No approval is wanted"):
            row.action_ask()
        row.inspect_by = "2026-04-20"
        row.action_apply()
        row.write({"inspected_on": "2026-04-02", "inspector_names": "Ms Wang"})
        with self.assertRaisesRegex(UserError, "the day lies ahead"):
            row.action_inspect()

    def test_what_the_customer_signed_stays_on_record(self):
        row = self.acceptance(inspect_by="2026-04-20")
        row.action_apply()
        row.write({"inspected_on": "2026-04-01", "inspector_names": "Ms Wang"})
        row.action_inspect()
        row.write({"signed_name": "Ms Wang", "signature": GIF})
        row.action_sign()
        with self.assertRaisesRegex(UserError, "is signed and stays on record"):
            row.sudo().unlink()

    def test_whoever_reads_a_project_opens_its_screen(self):
        project = self.project().with_user(self.sam)  # no project user
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            project.collaborator_ids.read(["partner_id"])
        view = self.env.ref("customer_care.project_project_view_form_cooperation")
        for user, seen in ((self.sam, False), (self.lea, True)):
            arch = project.with_user(user).get_view(view.id, "form")["arch"]
            self.assertEqual("<chatter" in arch, seen, user.login)
