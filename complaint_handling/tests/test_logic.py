import doctest
import email
from email import policy

from odoo.tests import BaseCase, tagged

from odoo.addons.complaint_handling.logic import mail_kind, mail_repair, quoted_text


@tagged("post_install", "-at_install")
class TestLogic(BaseCase):
    """The pure parts of intake: charsets, senders, quoted conversation."""

    def _parse(self, octets):
        message = email.message_from_bytes(octets, policy=policy.SMTP)
        mail_repair.repair(message)
        return message

    def test_examples_in_the_docstrings_hold(self):
        for module in (mail_kind, mail_repair, quoted_text):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_gb2312_label_on_gb18030_text_is_read(self):
        # 镕 and 䶮 are not in GB2312; the second is not in GBK either
        octets = (
            b"From: a@b.example\r\nSubject: x\r\n"
            b"Content-Type: text/plain; charset=gb2312\r\n"
            b"Content-Transfer-Encoding: 8bit\r\n\r\n" + "朱镕䶮".encode("gb18030")
        )
        self.assertEqual(self._parse(octets).get_content().strip(), "朱镕䶮")

    def test_raw_eight_bit_subject_is_read(self):
        octets = b"From: a@b.example\r\nSubject: " + "投诉䶮".encode("gb18030")
        self.assertEqual(self._parse(octets + b"\r\n\r\nx")["Subject"], "投诉䶮")

    def test_text_without_charset_is_read_in_both_encodings(self):
        for encoding in ("gb18030", "utf-8"):
            head = b"From: a@b.example\r\nContent-Type: text/plain\r\n"
            head += b"Content-Transfer-Encoding: 8bit\r\n\r\n"
            with self.subTest(encoding=encoding):
                message = self._parse(head + "冰箱漏水".encode(encoding))
                self.assertEqual(message.get_content().strip(), "冰箱漏水")

    def test_message_without_id_gets_the_same_one_twice(self):
        octets = b"From: a@b.example\r\nDate: Mon, 1 Sep 2025 10:00:00 +0800\r\n\r\nx"
        first = self._parse(octets)["Message-Id"]
        second = self._parse(b"Received: by relay\r\n" + octets)["Message-Id"]
        other = self._parse(octets + b"y")["Message-Id"]
        self.assertEqual(first, second)
        self.assertNotEqual(first, other)

    def test_machines_are_told_from_people(self):
        cases = [
            ({}, mail_kind.PERSON),
            ({"Auto-Submitted": "no"}, mail_kind.PERSON),
            ({"Precedence": "list"}, mail_kind.PERSON),
            ({"Subject": "投诉: 自动回复功能坏了"}, mail_kind.PERSON),
            ({"Auto-Submitted": "auto-generated"}, mail_kind.GENERATED),
            ({"AUTO-SUBMITTED": "Auto-Replied (vacation)"}, mail_kind.REPLY),
            ({"Auto-Submitted": "auto-replied; owner=x"}, mail_kind.REPLY),
            ({"X-Autoreply": "yes"}, mail_kind.REPLY),
            ({"X-Autorespond": "away"}, mail_kind.REPLY),
            ({"Precedence": "auto_reply"}, mail_kind.REPLY),
            ({"Precedence": "bulk"}, mail_kind.REPLY),
            ({"Return-Path": "<>"}, mail_kind.REPLY),
            ({"Subject": "自动回复: 我在休假"}, mail_kind.REPLY),
            ({"Subject": "Out of Office: back on Monday"}, mail_kind.REPLY),
        ]
        for headers, expected in cases:
            with self.subTest(headers=headers):
                self.assertEqual(mail_kind.message_kind(headers), expected)

    def test_quoted_conversation_is_cut_off(self):
        cases = [
            "又坏了。\n\n在 2025年9月1日，客服 <a@b.example> 写道：\n> 您好",
            "又坏了。\n\nOn Mon, Sep 1, 2025 at 10:00 Desk <a@b.example> wrote:\n> Hi",
            "又坏了。\n\n发件人: 客服\n发送时间: 2025年9月1日\n您好",
            "又坏了。\n-----Original Message-----\nFrom: Desk\nHello",
            "又坏了。\n---------- Forwarded message ---------\nHello",
            "> quoted first\n又坏了。",
        ]
        for text in cases:
            with self.subTest(text=text):
                self.assertEqual(quoted_text.new_text(text), "又坏了。")

    def test_forward_without_own_words_is_kept_whole(self):
        text = "发件人: 客户\n我的冰箱漏水"
        self.assertEqual(quoted_text.new_text(text), text)
