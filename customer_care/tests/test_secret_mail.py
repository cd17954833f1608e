from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .disclosure_common import OUTSIDER, DisclosureCase, pdf

REFUSED = "no approved disclosure"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestSecretMail(DisclosureCase, MailCommon):
    """Nothing secret leaves by mail, whatever door it takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lawyer = cls.env["res.partner"].create(
            {"name": "Lawyer", "email": OUTSIDER}
        )
        cls.contacts[1].email = "boss@secret.example"
        cls.clerk.group_ids += cls.env.ref("base.group_partner_manager")

    def as_clerk(self, record=None):
        return (record or self.secret).with_user(self.clerk)

    def sent(self):
        """Return [(recipients, text, {file name: bytes})] of what left."""
        found = []
        for mail in self._mails:
            files = {name: data for name, data, _type in mail["attachments"]}
            found.append((mail["email_to"], mail["body"], files))
        return found

    # ---- the doors

    def test_writing_with_a_secret_file_is_refused(self):
        for files in (
            {"attachment_ids": self.file.ids},
            {"attachments": [("new.pdf", pdf("MARKER"))]},
        ):
            with (
                self.subTest(files=list(files)),
                self.assertRaisesRegex(UserError, REFUSED),
            ):
                self.as_clerk().message_post(
                    body="Here", partner_ids=self.lawyer.ids, **files
                )

    def test_writing_of_a_secret_customer_is_refused(self):
        with self.assertRaisesRegex(UserError, REFUSED):
            self.as_clerk().message_post(body="MARKER", partner_ids=self.lawyer.ids)
        with self.assertRaisesRegex(UserError, REFUSED):
            self.as_clerk().message_notify(body="MARKER", partner_ids=self.lawyer.ids)

    def compose(self, record, mode, **vals):
        context = {
            "default_model": "res.partner",
            "default_res_ids": record.ids,
            "default_composition_mode": mode,
        }
        composers = self.env["mail.compose.message"].with_user(self.clerk)
        values = {"subject": "Hello", "body": "MARKER", **vals}
        return composers.with_context(**context).create(values)

    def test_the_composer_is_refused(self):
        files = [Command.set(self.file.ids)]
        people = [Command.set(self.lawyer.ids)]
        self.open.email = "open@outside.example"
        table = [
            (self.secret, "comment", {"partner_ids": people}, REFUSED),
            (
                self.open,
                "comment",
                {"partner_ids": people, "attachment_ids": files},
                REFUSED,
            ),
            (self.open, "mass_mail", {"attachment_ids": files}, "to many at once"),
        ]
        for record, mode, vals, words in table:
            composer = self.compose(record, mode, **vals)
            with (
                self.subTest(mode=mode, record=record.name),
                self.assertRaisesRegex(UserError, words),
            ):
                composer._action_send_mail()

    def test_a_template_is_refused(self):
        template = self.env["mail.template"].create(
            {
                "name": "T",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Hello",
                "use_default_to": False,
                "email_to": OUTSIDER,
                "body_html": "<p>MARKER</p>",
            }
        )
        with self.assertRaisesRegex(UserError, REFUSED):
            template.with_user(self.clerk).send_mail(self.secret.id)

    def mail(self, **vals):
        return self.env["mail.mail"].create(
            {
                "subject": "Hello",
                "body_html": "<p>MARKER</p>",
                "email_to": OUTSIDER,
                "attachment_ids": [Command.set(self.file.ids)],
                **vals,
            }
        )

    def test_the_queue_keeps_it_with_the_reason(self):
        for vals in (
            {},
            {"email_to": False, "recipient_ids": [Command.set(self.lawyer.ids)]},
            {"email_to": False, "email_cc": OUTSIDER},
            {
                "attachment_ids": [],
                "body_html": f"<a href='/web/content/{self.file.id}'>x</a>",
            },
            {"attachment_ids": [], "model": "res.partner", "res_id": self.secret.id},
        ):
            with self.subTest(vals=list(vals)), self.mock_mail_gateway():
                mail = self.mail(**vals)
                self.env["mail.mail"].process_email_queue(email_ids=mail.ids)
                self.assertEqual(mail.state, "exception")
                self.assertIn(REFUSED, mail.failure_reason)
                self.assertFalse(self._mails)

    def test_an_administrator_is_refused_at_creation(self):
        with self.assertRaisesRegex(UserError, REFUSED):
            self.mail_as_admin()

    def mail_as_admin(self):
        self.clear(self.admin, 2)
        mails = self.env["mail.mail"].with_user(self.admin)
        return mails.create(
            {"email_to": OUTSIDER, "attachment_ids": [Command.set(self.file.ids)]}
        )

    def test_an_expired_disclosure_lets_nothing_out(self):
        self.approved(copies_allowed=3)
        with freeze_time("2026-05-02 04:00:00"), self.mock_mail_gateway():
            mail = self.mail()
            mail.send()
            self.assertEqual(mail.state, "exception")
            self.assertFalse(self._mails)

    # ---- what goes out

    def test_the_numbered_copy_leaves_and_never_the_original(self):
        record = self.approved()
        with self.mock_mail_gateway():
            mail = self.mail()
            mail.send()
        self.assertEqual(mail.state, "sent")
        [(to, _body, files)] = self.sent()
        self.assertIn(OUTSIDER, to[0])
        [(name, data)] = files.items()
        copy = record.copy_ids
        self.assertEqual(name, f"{copy.number.replace('/', '-')}.pdf")
        self.assertEqual(data, copy._file()[1])
        self.assertNotEqual(data, self.file._care_plain())
        self.assertEqual(copy.state, "out")
        self.assertEqual(record.state, "disclosed")

    def test_writing_to_whom_a_disclosure_names_sends_the_copy(self):
        record = self.approved()
        with self.mock_mail_gateway():
            self.as_clerk().message_post(
                body="As agreed",
                partner_ids=self.lawyer.ids,
                attachment_ids=self.file.ids,
                subtype_xmlid="mail.mt_comment",
            )
        [files] = [files for to, _body, files in self.sent() if OUTSIDER in str(to)]
        self.assertEqual(list(files.values()), [record.copy_ids._file()[1]])
        with self.assertRaisesRegex(UserError, REFUSED):
            self.as_clerk().message_post(body="MARKER", partner_ids=self.lawyer.ids)

    def test_a_retry_sends_the_same_copy(self):
        record = self.approved()
        for _time in range(2):
            with self.mock_mail_gateway():
                self.mail().send()
        self.assertEqual(len(record.copy_ids), 1)

    def test_the_send_button_of_the_disclosure(self):
        record = self.approved(
            copies_allowed=2, recipient_email=f"{OUTSIDER}, b@b.example"
        )
        with self.mock_mail_gateway():
            record.action_send()
        sent = self.sent()
        self.assertEqual(len(sent), 2)
        names = [name for _to, _body, files in sent for name in files]
        self.assertEqual(len(set(names)), 2)
        self.assertEqual(record.state, "disclosed")
        self.assertEqual(set(record.copy_ids.mapped("state")), {"out"})

    def test_copies_of_what_is_not_secret_are_noted_too(self):
        file = self.make_file("open.pdf", pdf("Open"), partner=self.open)
        item = Command.create({"name": "Open", "attachment_id": file.id})
        record = self.approved(partner_id=self.open.id, item_ids=[item])
        with self.mock_mail_gateway():
            record.action_send()
        [(_to, _body, files)] = self.sent()
        self.assertEqual(list(files.values()), [record.copy_ids._file()[1]])
        self.assertEqual(record.copy_ids.state, "out")

    def test_two_addresses_in_one_mail_are_refused(self):
        self.approved(copies_allowed=2, recipient_email=f"{OUTSIDER}, b@b.example")
        with self.mock_mail_gateway():
            mail = self.mail(email_to=f"{OUTSIDER}, b@b.example")
            mail.send()
        self.assertEqual(mail.state, "exception")
        self.assertIn("mail of its own", mail.failure_reason)

    def test_a_copy_goes_to_its_recipient_alone(self):
        record = self.approved()
        copy = record.item_ids._copy_for(OUTSIDER)
        with self.mock_mail_gateway():
            mail = self.mail(
                email_to="else@outside.example",
                attachment_ids=[Command.set(copy.sudo().attachment_id.ids)],
            )
            mail.send()
        self.assertEqual(mail.state, "exception")

    def test_the_customer_gets_its_own_file_in_clear(self):
        with self.mock_mail_gateway():
            self.as_clerk().message_post(
                body="Yours",
                partner_ids=self.contacts[1].ids,
                attachment_ids=self.file.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        sent = [row for row in self.sent() if "boss@secret.example" in str(row[0])]
        [(_to, _body, files)] = sent
        self.assertEqual(files, {"contract.pdf": pdf("MARKER one", "MARKER two")})

    def test_colleagues_get_a_link_if_they_are_cleared(self):
        cleared, plain = self.people["manager"], self.plain
        plain.email = "plain@own.example"
        with self.mock_mail_gateway():
            mail = self.mail(
                email_to=False,
                recipient_ids=[Command.set((cleared | plain).partner_id.ids)],
            )
            mail.send()
        for to, body, files in self.sent():
            self.assertFalse(files)
            seen = "manager@own.example" in str(to)
            self.assertEqual(f"/care/file/{self.file.id}" in body, seen)

    def test_what_is_not_secret_goes_as_ever(self):
        data = pdf("Price list")
        plain = self.make_file("list.pdf", data, partner=self.open)
        with self.mock_mail_gateway():
            self.as_clerk(self.open).message_post(
                body="Here",
                partner_ids=self.lawyer.ids,
                attachment_ids=plain.ids,
                subtype_xmlid="mail.mt_comment",
            )
        files = [files for to, _body, files in self.sent() if OUTSIDER in str(to)]
        self.assertEqual(files, [{"list.pdf": data}])
