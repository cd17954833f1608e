import io

import openpyxl

from odoo.tests import HttpCase, new_test_user, tagged

from .duplicate_common import CODE, MANAGER, USER
from .import_common import execute, rows_of

_MODULES = ("base", "base_import", "contacts", "customer_care", "phone_validation")


@tagged("post_install", "-at_install")
class TestImportTemplates(HttpCase):
    """Key users who work in Chinese download the workbooks of the import screen, and
    import them as they are, or with one cell changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        modules = cls.env["ir.module.module"].search([("name", "in", _MODULES)])
        modules._update_translations(["zh_CN"])
        rights = f"{USER},base.group_partner_manager"
        cls.keeper = new_test_user(
            cls.env, "im_keeper", rights, name="李建国", lang="zh_CN"
        )
        cls.boss = new_test_user(
            cls.env, "im_boss", MANAGER, name="王主任", lang="zh_CN"
        )
        cls.reader = new_test_user(cls.env, "im_reader", "base.group_user")
        segments = [
            {"name": f"{kind} (test)", "code": f"im_{kind}", "kind": kind}
            for kind in ("size", "relation", "nature", "role")
        ]
        cls.env["care.segment"].create(segments)
        cls.env["care.preference"].create({"name": "清茶", "code": "im_tea"})
        topic = cls.env["care.training.topic"].create(
            {"name": "礼仪", "code": "im_manners"}
        )
        cls.env["care.training"].create(
            {"name": "礼仪培训", "topic_id": topic.id, "date_due": "2026-03-02"}
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "江南机械有限公司",
                "is_company": True,
                "credit_code": CODE,
                "user_id": cls.keeper.id,
            }
        )

    def offered(self, model, user):
        records = self.env[model].with_user(user).with_context(lang=user.lang)
        return [
            one["template"]
            for one in records.get_import_templates()
            if one["template"].startswith("/customer_care/")
        ]

    def download(self, address, user):
        self.authenticate(user.login, user.login)
        return self.url_open(address)

    def load(self, model, content, user, dryrun=False):
        env = self.env(user=user.id, context={"lang": user.lang})
        return execute(env, model, content, dryrun)

    def test_each_template_is_imported_as_it_is_downloaded(self):
        for model, count, user in [
            ("res.partner", 2, self.keeper),
            ("care.team.member", 1, self.keeper),
            ("care.credit.note", 1, self.keeper),
            ("care.occasion.date", 1, self.keeper),
            ("care.opt.out", 1, self.keeper),
            ("care.market.note", 1, self.keeper),
            ("care.gift", 1, self.boss),
            ("care.training.participant", 1, self.boss),
        ]:
            addresses = self.offered(model, user)
            self.assertEqual(len(addresses), count, model)
            for address in addresses:
                with self.subTest(address=address):
                    answer = self.download(address, user)
                    self.assertEqual(answer.status_code, 200)
                    self.check_imported(model, answer.content, user)

    def check_imported(self, model, content, user):
        if user == self.boss and model == "care.training.participant":
            self.env["care.training"].search([]).trainer_id = user
        self.env.flush_all()
        result, found = self.load(model, content, user, dryrun=True)
        self.assertEqual(result["messages"], [])
        self.assertNotIn(False, found.values(), "every column has its field")
        self.assertEqual(len(set(found.values())), len(found))
        self.assertFalse(self.env[model].browse(result["ids"]).exists())
        self.assertTrue(any("\u4e00" <= c <= "\u9fff" for c in "".join(found)))
        result, _found = self.load(model, content, user)
        self.assertEqual(result["messages"], [])
        self.assertEqual(len(self.env[model].browse(result["ids"]).exists()), 1)

    def test_of_the_customers_all_that_was_filled_in_arrives(self):
        (address,) = (
            a
            for a in self.offered("res.partner", self.keeper)
            if a.endswith("customer")
        )
        content = self.download(address, self.keeper).content
        result, _found = self.load("res.partner", content, self.keeper)
        partner = self.env["res.partner"].browse(result["ids"])
        self.assertTrue(partner.is_company)
        self.assertEqual(partner.user_id, self.keeper)
        self.assertEqual(partner.care_size_id.kind, "size")
        self.assertEqual(partner.care_kind, "general")
        self.assertTrue(partner.channel and partner.contact_at and partner.intent)
        self.assertFalse(partner.registered_at)

    def test_a_wrong_cell_is_told_in_chinese(self):
        (address,) = (
            a for a in self.offered("res.partner", self.keeper) if a.endswith("contact")
        )
        content = self.download(address, self.keeper).content
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet, stream = book.worksheets[0], io.BytesIO()
        headings = [cell.value for cell in sheet[1]]
        sheet.cell(2, headings.index("出生日期") + 1).value = "2月30日"
        sheet.cell(2, headings.index("生日历法") + 1).value = "火星历"
        book.save(stream)
        result, _found = self.load("res.partner", stream.getvalue(), self.keeper)
        self.assertFalse(result["ids"])
        (sentences,) = rows_of(result).values()
        self.assertIn("“2月30日”不是有效日期", "".join(sentences))
        self.assertIn("火星历", "".join(sentences))

    def test_long_numbers_are_text_and_values_are_listed(self):
        (address,) = (
            a
            for a in self.offered("res.partner", self.keeper)
            if a.endswith("customer")
        )
        content = self.download(address, self.keeper).content
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet, explained = book.worksheets
        headings = [cell.value for cell in sheet[1]]
        code = sheet.cell(2, headings.index("统一社会信用代码") + 1)
        self.assertEqual(code.number_format, "@")
        lists = sheet.data_validations.dataValidation
        self.assertTrue(any("size (test)" in (one.formula1 or "") for one in lists))
        self.assertEqual(
            [cell.value for cell in explained["A"]][1:], headings, "each is explained"
        )

    def test_who_may_not_create_is_offered_nothing(self):
        self.assertEqual(self.offered("res.partner", self.reader), [])
        self.assertEqual(self.offered("care.gift", self.keeper), [])
        for key in ("customer", "gift", "nothing"):
            answer = self.download(f"/customer_care/import_template/{key}", self.reader)
            self.assertEqual(answer.status_code, 404)
