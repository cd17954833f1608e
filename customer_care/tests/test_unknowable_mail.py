from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon
from odoo.addons.mail.tools.discuss import Store

from .common_unknowable import UnknowableCase


@tagged("post_install", "-at_install")
class TestUnknowableMail(UnknowableCase, MailCommon):
    """What was said on a hidden customer, and who is told of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.plain, cls.cleared):
            user.write({"notification_type": "inbox", "email": f"{user.login}@x.cn"})
        # all were told before the customer was classified
        cls.later = cls.env["res.partner"].create({"name": "LV Later"})
        cls.later.message_subscribe((cls.plain + cls.cleared).partner_id.ids)
        cls.mine = (
            cls.later.with_user(cls.plain)
            .message_post(body="I said LATERWORD", message_type="comment")
            .sudo(False)
        )
        cls.told = cls.later.with_user(cls.cleared).message_post(
            body="They said LATERWORD",
            partner_ids=cls.plain.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        cls.activity = cls.later.with_user(cls.plain).activity_schedule(
            "mail.mail_activity_data_todo",
            summary="LATERTODO",
            user_id=cls.plain.id,
        )
        cls.file = cls.env["ir.attachment"].create(
            {
                "name": "later.txt",
                "raw": b"LATERFILE",
                "res_model": "res.partner",
                "res_id": cls.later.id,
                "public": True,
            }
        )
        cls.later.secrecy_own = 2
        cls.env.flush_all()
        cls.env.invalidate_all()

    def test_all_is_gone_with_the_customer(self):
        for records in (
            self.mine,
            self.told,
            self.activity,
            self.file,
            self.told.notification_ids,
            self.env["mail.followers"].search([("res_id", "=", self.later.id)]),
        ):
            records = records[:1]
            model = self.env[records._name].with_user(self.plain)
            with self.subTest(model=model._name):
                self.assertTrue(records)
                for name, args in [
                    ("read", [["display_name"]]),
                    ("exists", []),
                    ("has_access", ["read"]),
                    ("write", [{}]),
                    ("unlink", []),
                    ("web_read", [{"display_name": {}}]),
                ]:
                    self.assert_unknowable(
                        lambda id_, model=model, name=name, args=args: call_kw(
                            model, name, [[id_], *args], {}
                        ),
                        records,
                        ["LATER"],
                    )
                found = model.search([("id", "=", records.id)])
                self.assertFalse(found)

    def test_the_inbox_is_empty(self):
        messages = self.env["mail.message"].with_user(self.plain)
        for domain in (
            [("needaction", "=", True)],
            [("body", "ilike", "LATERWORD")],
            [("author_id", "=", self.plain.partner_id.id), ("model", "!=", False)],
            [("model", "=", "res.partner"), ("res_id", "=", self.later.id)],
        ):
            with self.subTest(domain=domain):
                self.env.invalidate_all()
                self.assertFalse(
                    messages.search(domain) & (self.mine + self.told).sudo(False)
                )
                fetched = messages._message_fetch(domain)["messages"]
                self.assertFalse(fetched & (self.mine + self.told))

    def test_activities_of_mine_are_gone(self):
        groups = self.env["res.users"].with_user(self.plain)._get_activity_groups()
        self.assertNotIn("res.partner", [group.get("model") for group in groups])

    def test_nobody_uncleared_is_told(self):
        self.later.message_subscribe(self.plain.partner_id.ids)
        with self.mock_mail_gateway(), self.mock_bus():
            message = self.later.with_user(self.cleared).message_post(
                body="SECRETNEWS",
                partner_ids=self.plain.partner_id.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        told = message.sudo().notification_ids.res_partner_id
        self.assertNotIn(self.plain.partner_id, told)
        sent = self.env["bus.bus"].sudo().search([]).mapped("message")
        channel = f'"res.partner",{self.plain.partner_id.id}]'
        rows = self.env["bus.bus"].sudo().search([("channel", "like", channel)])
        self.assertFalse([row for row in rows if "SECRETNEWS" in row.message], sent)

    def test_cleared_people_are_told(self):
        message = self.later.message_post(
            body="news",
            partner_ids=self.cleared.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn(
            self.cleared.partner_id, message.sudo().notification_ids.res_partner_id
        )

    def test_a_mention_does_not_subscribe(self):
        self.secret.message_subscribe((self.plain + self.cleared).partner_id.ids)
        self.assertIn(self.cleared.partner_id, self.secret.message_partner_ids)
        self.assertNotIn(self.plain.partner_id, self.secret.message_partner_ids)

    def test_suggestions_do_not_name_it(self):
        partners = self.env["res.partner"].with_user(self.plain)
        for name in ("get_mention_suggestions", "im_search"):
            if hasattr(partners, name):
                with self.subTest(call=name):
                    found = call_kw(partners, name, ["LV"], {})
                    self.assertNotIn("Secret", str(found))

    def test_a_recipient_is_not_named(self):
        message = self.open.message_post(
            body="to both",
            partner_ids=self.secret.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.env.flush_all()
        self.env.invalidate_all()
        seen = self.env["mail.message"].with_user(self.plain).browse(message.id)
        result = Store().add(seen).get_result()
        self.assertNotIn("LV Secret", str(result))
        self.assertEqual(result["mail.message"][0]["partner_ids"], [])
        self.assertTrue(message.with_user(self.cleared).partner_ids)

    def test_a_token_opens_nothing(self):
        token = self.file.generate_access_token()[0]
        self.env.flush_all()
        for user in (self.plain, self.env.ref("base.public_user")):
            binary = self.env["ir.binary"].with_user(user)
            for key in (token, None):
                with self.subTest(user=user.login, key=bool(key)):
                    self.assert_unknowable(
                        lambda id_, binary=binary, key=key: binary._find_record(
                            res_id=id_, access_token=key
                        ),
                        self.file,
                    )
        found = self.env["ir.binary"].with_user(self.cleared)
        self.assertEqual(
            found._find_record(res_id=self.file.id, access_token=token), self.file
        )

    def test_external_ids_are_not_told(self):
        self.env["ir.model.data"].create(
            {
                "module": "un",
                "name": "x",
                "model": "res.partner",
                "res_id": self.later.id,
            }
        )
        self.plain.group_ids += self.env.ref("base.group_erp_manager")
        rows = self.env["ir.model.data"].with_user(self.plain)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(rows.search([("module", "=", "un"), ("name", "=", "x")]))
        self.assertFalse(rows.env.ref("un.x", raise_if_not_found=False))
        later = self.later.with_user(self.plain)
        self.assertEqual(later.get_external_id(), {self.later.id: ""})
