import base64
from email.message import EmailMessage

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon

SUBJECT = "投诉：冰箱漏水，朱镕䶮"
BODY = (
    "您好，\r\n我在贵店买的冰箱第二次漏水，要求退货。\r\n电话 138 0013 8000\r\n\r\n"
    "------------------ 原始邮件 ------------------\r\n"
    "发件人: 门店 <shop@example.com>\r\n"
    "我们已经修好了您的冰箱。\r\n"
)
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


def encoded_word(text, charset="gb2312"):
    """An encoded word as Chinese mail programs write it: GB18030 under that label."""
    return f"=?{charset}?B?{base64.b64encode(text.encode('gb18030')).decode()}?="


@tagged("post_install", "-at_install")
class TestMailGateway(ComplaintCommon):
    """Real messages, byte by byte, through Odoo's gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk.member_ids = cls.clerk
        cls.env["res.lang"]._activate_lang("zh_CN")

    def _message(
        self,
        sender="Mei Chen <mei.chen@customer.example>",
        message_id="<1@customer.example>",
        transfer="base64",
        headers="",
        subject=None,
        body=BODY,
        to=None,
    ):
        octets = body.encode("gb18030")
        if transfer == "base64":
            octets = base64.encodebytes(octets)
        picture = base64.encodebytes(PICTURE)
        name = encoded_word("漏水照片.png")
        head = (
            f"From: {sender}\r\nTo: {to or self.address}\r\n"
            f"Subject: {subject or encoded_word(SUBJECT)}\r\n"
            "Date: Mon, 1 Sep 2025 10:00:00 +0800\r\n"
            f"Message-ID: {message_id}\r\n{headers}MIME-Version: 1.0\r\n"
            'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain; charset=gb2312\r\n"
            f"Content-Transfer-Encoding: {transfer}\r\n\r\n"
        )
        tail = (
            f'\r\n--b\r\nContent-Type: image/png; name="{name}"\r\n'
            f'Content-Disposition: attachment; filename="{name}"\r\n'
            "Content-Transfer-Encoding: base64\r\n\r\n"
        )
        return head.encode() + octets + tail.encode() + picture + b"--b--\r\n"

    def _process(self, octets):
        """Deliver and return the new cases."""
        cases = self.env["complaint.case"].search([])
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_mail"):
            self.env["mail.thread"].message_process(None, octets)
        return self.env["complaint.case"].search([]) - cases

    def test_chinese_message_becomes_one_case(self):
        for transfer in ("base64", "8bit"):
            with self.subTest(transfer=transfer):
                case = self._process(
                    self._message(transfer=transfer, message_id=f"<{transfer}@x.cn>")
                )
                self.assertEqual(len(case), 1)
                self.assertEqual(case.name, SUBJECT)
                self.assertEqual(case.channel, "mail")
                self.assertEqual(case.desk_id, self.desk)
                self.assertIn("第二次漏水", case.description)
                self.assertNotIn("原始邮件", case.description)
                self.assertNotIn("修好了", case.description)

    def test_customer_is_matched_by_address(self):
        case = self._process(self._message())
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.contact_email, "mei.chen@customer.example")
        self.assertEqual(case.contact_name, "Mei Chen")

    def test_customer_is_matched_by_the_number_in_the_text(self):
        case = self._process(self._message(sender="mei.private@mail.example"))
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.contact_phone, "13800138000")
        self.assertEqual(case.contact_email, "mei.private@mail.example")

    def test_number_shared_by_two_customers_matches_none(self):
        self.customer.copy({"name": "Other", "email": "other@customer.example"})
        case = self._process(self._message(sender="mei.private@mail.example"))
        self.assertFalse(case.partner_id)

    def test_attachment_and_whole_message_are_kept(self):
        case = self._process(self._message())
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", case._name), ("res_id", "=", case.id)]
        )
        self.assertEqual(attachment.name, "漏水照片.png")
        self.assertEqual(attachment.raw, PICTURE)
        received = case.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertIn("修好了", received.body)
        self.assertEqual(received.attachment_ids, attachment)

    def test_body_is_stored_harmless(self):
        mail = EmailMessage()
        mail["From"] = "x@customer.example"
        mail["To"] = self.address
        mail["Subject"] = "x"
        mail["Message-ID"] = "<html@customer.example>"
        mail.set_content(
            '<p onclick="steal()">leaks</p><script>steal()</script>', subtype="html"
        )
        case = self._process(mail.as_bytes())
        body = case.message_ids.filtered(lambda m: m.message_type == "email").body
        self.assertIn("leaks", body)
        self.assertNotIn("steal", body)
        self.assertNotIn("steal", case.description)

    def test_acknowledgement_carries_number_link_and_no_loop_header(self):
        case = self._process(self._message())
        self.assertEqual(case.state, "acknowledged")
        self.assertTrue(case.acknowledged_at)
        to_customer = self._mails_to_customer()
        self.assertEqual(len(to_customer), 1)
        mail = to_customer[0]
        self.assertIn(case.number, mail["subject"])
        self.assertIn(case.access_token, mail["body"])
        self.assertEqual(mail["headers"]["Auto-Submitted"], "auto-replied")
        self.assertIn(self.address, mail["reply_to"])

    def _mails_to_customer(self):
        address = '"Mei Chen" <mei.chen@customer.example>'
        return [mail for mail in self._mails if address in mail["email_to"]]

    def test_unknown_sender_is_acknowledged_too(self):
        case = self._process(
            self._message(sender="new@nowhere.example", body="The pump is broken.")
        )
        self.assertFalse(case.partner_id)
        self.assertEqual(case.state, "acknowledged")
        self.assertTrue(
            [mail for mail in self._mails if "new@nowhere.example" in mail["email_to"]]
        )

    def test_team_of_the_desk_follows_the_case(self):
        case = self._process(self._message())
        self.assertIn(self.clerk.partner_id, case.message_partner_ids)

    def test_same_message_twice_makes_one_case(self):
        self.assertEqual(len(self._process(self._message())), 1)
        self.assertFalse(self._process(self._message()))

    def test_same_message_without_id_twice_makes_one_case(self):
        octets = self._message().replace(b"Message-ID: <1@customer.example>\r\n", b"")
        self.assertEqual(len(self._process(octets)), 1)
        self.assertFalse(self._process(b"Received: by relay\r\n" + octets))

    def test_message_to_two_desks_makes_one_case(self):
        desk = self.desk.copy({"name": "Second desk", "alias_name": "help"})
        second = f"help@{self.mail_alias_domain.name}"
        self.assertEqual(desk.alias_email, second)
        case = self._process(self._message(to=f"{self.address}, {second}"))
        self.assertEqual(len(case), 1)

    @mute_logger("odoo.addons.complaint_handling.models.mail_thread")
    def test_machines_make_no_case(self):
        for number, headers in enumerate(
            [
                "Auto-Submitted: auto-replied\r\n",
                "X-Autoreply: yes\r\n",
                "Precedence: auto_reply\r\n",
                "Precedence: bulk\r\n",
                "Return-Path: <>\r\n",
            ]
        ):
            with self.subTest(headers=headers):
                octets = self._message(message_id=f"<{number}@m>", headers=headers)
                self.assertFalse(self._process(octets))
                self.assertFalse(self._mails)

    def test_vacation_subject_makes_no_case(self):
        octets = self._message(subject=encoded_word("自动回复：我在休假"))
        self.assertFalse(self._process(octets))

    def test_bounce_makes_no_case(self):
        octets = (
            "From: MAILER-DAEMON@customer.example\r\n"
            f"To: {self.address}\r\nSubject: Undelivered\r\n"
            "Message-ID: <bounce@customer.example>\r\n"
            "Content-Type: multipart/report; report-type=delivery-status;"
            ' boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nno\r\n'
            "--b--\r\n"
        )
        self.assertFalse(self._process(octets.encode()))

    def test_our_own_mail_makes_no_case(self):
        self.assertFalse(self._process(self._message(sender=self.address)))

    def test_our_own_acknowledgement_forwarded_back_makes_no_case(self):
        case = self._process(self._message())
        sent = case.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        octets = self._message(
            message_id="<rewritten@relay.example>",
            headers=f"X-Odoo-Message-Id: {sent.message_id}\r\n",
        )
        self.assertFalse(self._process(octets))

    def test_generated_message_makes_a_case_without_acknowledgement(self):
        case = self._process(
            self._message(headers="Auto-Submitted: auto-generated\r\n")
        )
        self.assertEqual(case.state, "new")
        self.assertFalse(self._mails_to_customer())

    def test_answer_of_the_customer_joins_the_case(self):
        case = self._process(self._message())
        sent = case.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        answer = self._message(
            message_id="<2@customer.example>",
            headers=f"In-Reply-To: {sent.message_id}\r\n",
            body="还有一件事：门也坏了。",
        )
        self.assertFalse(self._process(answer))
        self.assertTrue(any("门也坏了" in m.body for m in case.message_ids))

    def test_handler_learns_that_the_customer_wrote_after_closing(self):
        case = self._process(self._message())
        case.user_id = self.clerk
        case.with_user(self.clerk)._cancel("Withdrawn")
        sent = case.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        for number in (5, 6):
            self._process(
                self._message(
                    message_id=f"<{number}@customer.example>",
                    headers=f"In-Reply-To: {sent.message_id}\r\n",
                )
            )
        self.assertEqual(case.activity_ids.user_id, self.clerk)
        self.assertEqual(len(case.activity_ids), 1)

    @mute_logger("odoo.addons.complaint_handling.models.mail_thread")
    def test_auto_reply_to_the_acknowledgement_is_not_acknowledged(self):
        case = self._process(self._message())
        sent = case.message_ids.filtered(lambda m: m.message_type == "auto_comment")
        reply = self._message(
            message_id="<3@customer.example>",
            headers=f"In-Reply-To: {sent.message_id}\r\n"
            "Auto-Submitted: auto-replied\r\n",
        )
        self.assertFalse(self._process(reply))
        self.assertFalse(self._mails_to_customer())

    def test_customer_is_answered_in_the_language_he_wrote(self):
        self.customer.lang = "en_US"
        case = self._process(self._message())
        self.assertEqual(case.claimant_lang, "zh_CN")
        english = self._message(
            message_id="<en@customer.example>", subject="It leaks", body="It leaks."
        )
        self.assertEqual(self._process(english).claimant_lang, "en_US")
        spoken = self._new_case(name="漏水", channel="phone")
        self.assertEqual(spoken.claimant_lang, "en_US")

    def test_silent_desk_leaves_the_case_new(self):
        self.desk.acknowledge = False
        case = self._process(self._message())
        self.assertEqual(case.state, "new")
        self.assertFalse(case.acknowledged_at)
