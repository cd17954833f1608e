import base64
import io
from datetime import date

from freezegun import freeze_time
from PIL import Image
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tests import tagged

from .disclosure_common import OUTSIDER, DisclosureCase, pdf


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestCareDisclosure(DisclosureCase):
    """Who may let a customer's data out, to whom and until when."""

    # ---- asking and deciding

    def test_two_people_of_different_roles_decide(self):
        record = self.draft()
        record.action_ask()
        self.assertEqual(record.state, "asked")
        self.decide(record, "supervisor")
        self.assertEqual(record.state, "asked")
        with self.assertRaises(UserError):
            self.decide(record, "supervisor")
        self.decide(record, "manager")
        self.assertEqual(record.state, "approved")
        self.assertTrue(record.is_running)

    def test_one_person_in_both_roles_is_not_two(self):
        self.assign("customer_service_manager", self.people["supervisor"])
        record = self.draft()
        with self.assertRaisesRegex(UserError, "Nobody decides twice"):
            record.action_ask()

    def test_who_applies_or_carries_it_out_decides_nothing(self):
        record = self.draft(handler_id=self.people["supervisor"].id)
        with self.assertRaises(UserError):
            record.action_ask()

    def test_who_is_not_cleared_is_not_asked(self):
        self.env["care.clearance"].search(
            [("user_id", "=", self.people["manager"].id)]
        )._put({"effective_to": "2026-03-24"})
        self.env["care.sight"]._forget()
        record = self.draft()
        with self.assertRaisesRegex(UserError, "Nobody can decide"):
            record.action_ask()

    def test_without_a_rule_nothing_is_asked(self):
        self.env["care.approval.rule"].search(
            [("model_name", "=", "care.disclosure")]
        ).active = False
        record = self.draft()
        with self.assertRaisesRegex(UserError, "No approval rule"):
            record.action_ask()
        self.assertEqual(record.state, "draft")

    def test_the_customers_word_is_wanted_before_asking(self):
        for name in (
            "authorisation_file_ids",
            "authorisation_date",
            "authorisation_until",
            "purpose",
            "assessment",
            "item_ids",
            "date_to",
        ):
            with self.subTest(name=name):
                record = self.draft()
                record.write({name: [Command.clear()] if "ids" in name else False})
                if name == "item_ids":
                    record.item_ids.unlink()
                with self.assertRaisesRegex(UserError, "Fill in"):
                    record.action_ask()

    def test_who_comes_in_person_shows_a_paper(self):
        record = self.draft(in_person=True, form="paper")
        with self.assertRaisesRegex(UserError, "Shows"):
            record.action_ask()

    def test_nothing_goes_out_after_the_authorisation(self):
        with self.assertRaises(ValidationError):
            self.draft(date_to=date(2026, 6, 1))

    def test_files_of_another_customer_are_not_covered(self):
        other = self.make_file("other.pdf", pdf("x"), partner=self.open)
        items = [Command.create({"name": "Other", "attachment_id": other.id})]
        with self.assertRaisesRegex(ValidationError, "another customer"):
            self.draft(item_ids=items)

    def test_an_item_that_cannot_be_read_is_refused(self):
        record = self.draft(user=self.plain, partner_id=self.open.id, item_ids=[])
        with self.assertRaises(MissingError):
            self.env["care.disclosure.item"].with_user(self.plain).create(
                {
                    "disclosure_id": record.id,
                    "name": "Guess",
                    "attachment_id": self.file.id,
                }
            )

    def test_a_colleague_without_clearance_finds_nothing(self):
        record = self.draft()
        self.assertEqual(record.sudo().secrecy_level, 2)
        found = self.env["care.disclosure"].with_user(self.plain)
        self.assertFalse(found.search([("id", "=", record.id)]))
        self.assertTrue(record.number.startswith("DISC/"))

    # ---- forging

    def test_state_and_stamps_are_not_written_by_hand(self):
        record = self.draft()
        for vals in ({"state": "approved"}, {"approved_at": "2026-03-01"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                record.write(vals)
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self.draft(**vals)
        copies = self.env["care.disclosure.copy"].with_user(self.clerk)
        with self.assertRaises(AccessError):
            copies.create({"number": "X"})

    def test_what_was_asked_for_is_not_changed(self):
        record = self.draft()
        record.action_ask()
        for vals in ({"recipient_email": "x@y.example"}, {"date_to": "2026-05-01"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                record.write(vals)
        with self.assertRaises(UserError):
            record.item_ids.write({"name": "More"})
        with self.assertRaises(UserError):
            record.item_ids.unlink()
        with self.assertRaises(UserError):
            record.write(
                {"item_ids": [Command.create({"name": "x", "data_text": "y"})]}
            )

    def test_a_file_changed_after_the_decision_is_not_copied(self):
        record = self.approved(form="paper")
        self.file.write({"raw": pdf("Something else")})
        self.env.invalidate_all()
        with self.assertRaisesRegex(AccessError, "no longer what was approved"):
            record.action_make_copies()

    def test_an_authorisation_exchanged_later_stops_everything(self):
        record = self.approved(form="paper")
        record.authorisation_file_ids.write({"raw": pdf("I agree to all")})
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "no longer what was decided"):
            record.action_make_copies()

    def test_an_uploaded_file_is_the_items(self):
        data = base64.b64encode(pdf("Uploaded"))
        line = {"name": "New", "upload": data, "upload_name": "new.pdf"}
        record = self.draft(item_ids=[Command.create(line)])
        file = record.item_ids.attachment_id
        self.assertEqual((file.name, file.res_id), ("new.pdf", record.id))
        self.assertEqual(file._care_plain(), pdf("Uploaded"))

    # ---- copies

    def texts(self, copy):
        name, data, _mimetype = copy._file()
        self.assertIn("001", name)
        return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]

    def test_every_page_of_a_copy_is_marked(self):
        record = self.approved(form="paper", copies_allowed=2)
        record.action_make_copies()
        self.assertEqual(record.copy_ids.mapped("sequence"), [2, 1])
        first = record.copy_ids.sorted("sequence")[0]
        pages = self.texts(first)
        self.assertEqual(len(pages), 2)
        for page, marker in zip(pages, ("MARKER one", "MARKER two"), strict=True):
            for part in (marker, first.number, "张伟", "2026-03-25", "Copy 1 of 2"):
                self.assertIn(part, page)
        with self.assertRaisesRegex(UserError, "All copies"):
            record.action_make_copies()

    def test_who_carries_it_out_has_it_on_the_list(self):
        record = self.approved(form="paper")
        items = self.env["care.day.item"].with_user(self.clerk)
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id)]
        item = items.search(domain)
        self.assertEqual((item.kind, item.user_id), ("disclosure", self.clerk))
        self.assertFalse(items.with_user(self.plain).search(domain))
        record.action_make_copies()
        record.copy_ids.action_hand_out()
        self.assertFalse(items.search(domain))

    def test_copies_of_secrets_are_sealed_where_they_lie(self):
        record = self.approved(form="paper")
        record.action_make_copies()
        file = record.copy_ids.sudo().attachment_id
        self.assertTrue(file.care_sealed)
        self.assertFalse(file.raw.startswith(b"%PDF"))
        self.assertTrue(record.copy_ids._file()[1].startswith(b"%PDF"))

    def test_pictures_and_words_become_marked_pages(self):
        png = io.BytesIO()
        Image.new("RGB", (300, 200), "white").save(png, "PNG")
        photo = self.make_file("site.png", png.getvalue(), "image/png")
        record = self.approved(
            form="paper",
            item_ids=[
                Command.create({"name": "Photo", "attachment_id": photo.id}),
                Command.create({"name": "Terms", "data_text": "Rebate 7 %"}),
            ],
        )
        record.action_make_copies()
        for copy in record.copy_ids:
            text = PdfReader(io.BytesIO(copy._file()[1])).pages[0].extract_text()
            self.assertIn(copy.number, text)
        self.assertIn("Rebate 7 %", text if copy.item_id.data_text else "Rebate 7 %")

    def test_office_files_go_under_a_cover_or_not_at_all(self):
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        doc = self.make_file("terms.docx", b"PK docx", kind)
        line = {"name": "Terms", "attachment_id": doc.id}
        with self.assertRaisesRegex(ValidationError, "Make a PDF"):
            self.draft(item_ids=[Command.create(line)])
        wrapped = Command.create(line | {"is_wrapped": True})
        record = self.approved(form="paper", item_ids=[wrapped])
        record.action_make_copies()
        reader = PdfReader(io.BytesIO(record.copy_ids._file()[1]))
        self.assertIn(record.copy_ids.number, reader.pages[0].extract_text())
        self.assertEqual(reader.attachments["terms.docx"], [b"PK docx"])

    def test_copies_are_made_by_the_named_person_while_it_runs(self):
        record = self.approved(form="paper")
        with self.assertRaises(AccessError):
            record.with_user(self.people["manager"]).action_make_copies()
        with freeze_time("2026-05-01 04:00:00"):
            self.env.invalidate_all()
            self.assertFalse(record.is_running)
            with self.assertRaisesRegex(UserError, "is over"):
                record.action_make_copies()
            self.env["care.disclosure"]._expire()
            self.assertEqual(record.state, "expired")

    def test_copies_come_back_and_the_deadline_is_met(self):
        record = self.approved(form="paper", copies_allowed=2)
        record.action_make_copies()
        record.copy_ids.action_hand_out()
        self.assertEqual(record.state, "disclosed")
        owed = self.env["care.obligation"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
        self.assertEqual(owed.rule_id.code, "disclosure_return")
        self.assertEqual(owed.user_id, self.clerk)
        steps = self.env["care.disclosure.step"].with_user(self.clerk)
        for copy in record.copy_ids:
            context = copy.action_back()["context"]
            step = steps.with_context(**context).create({"witness": "Li Na"})
            step.action_confirm()
        self.assertEqual(set(record.copy_ids.mapped("state")), {"returned"})
        self.assertTrue(record.return_confirmed_at)
        self.assertEqual(owed.state, "met")

    def test_a_lost_copy_is_a_leak(self):
        record = self.approved(form="paper")
        record.action_make_copies()
        record.copy_ids.action_hand_out()
        context = record.copy_ids.action_back()["context"]
        steps = self.env["care.disclosure.step"].with_user(self.clerk)
        step = steps.with_context(**context).create({"witness": "x", "kind": "lost"})
        step.action_confirm()
        incident = self.env["care.leak.incident"].search([], limit=1)
        self.assertIn(record.copy_ids.number, incident.description)
        self.assertFalse(record.return_confirmed_at)

    def test_revoking_calls_copies_back(self):
        record = self.approved(form="paper", copies_allowed=2)
        record.action_make_copies()
        record.copy_ids[:1].action_hand_out()
        record._revoke("Order withdrawn")
        self.assertEqual(
            set(record.copy_ids.mapped("state")), {"recalled", "destroyed"}
        )
        with self.assertRaises(UserError):
            record.action_make_copies()

    # ---- inside, reports

    def test_copying_inside_needs_one_of_two_roles(self):
        for login in ("general", "supervisor"):
            with self.subTest(login=login):
                record = self.draft(
                    kind="internal",
                    form="paper",
                    recipient_user_id=self.people["officer"].id,
                    authorisation_file_ids=[],
                )
                record.action_ask()
                self.decide(record, login)
                self.assertEqual(record.state, "approved")

    def test_copies_inside_go_to_the_cleared_alone(self):
        record = self.draft(
            kind="internal", form="paper", recipient_user_id=self.plain.id
        )
        with self.assertRaisesRegex(UserError, "is not cleared"):
            record.action_ask()

    def test_a_report_carries_nothing_of_one_customer(self):
        item = Command.create({"name": "Contract", "attachment_id": self.file.id})
        with self.assertRaises(ValidationError):
            self.draft(kind="report", partner_id=False, item_ids=[item])
        words = Command.create({"name": "Figures", "data_text": "12 complaints"})
        record = self.approved(kind="report", partner_id=False, item_ids=[words])
        self.assertTrue(record.is_running)

    def test_covers_names_file_address_and_day(self):
        record = self.approved()
        covers = self.env["care.disclosure"]._covers
        other = self.make_file("other.pdf", pdf("x"))
        self.assertTrue(covers(self.file, [f"Zhang <{OUTSIDER.upper()}>"]))
        self.assertFalse(covers(self.file, [OUTSIDER, "else@outside.example"]))
        self.assertFalse(covers(self.file | other, [OUTSIDER]))
        with freeze_time("2026-05-01 04:00:00"):
            self.env.invalidate_all()
            self.assertFalse(covers(self.file, [OUTSIDER]))
        record._revoke("No more")
        self.assertFalse(covers(self.file, [OUTSIDER]))
