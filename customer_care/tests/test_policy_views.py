from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .policy_common import MANAGER, PACK, USER, PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyViews(PolicyCase):
    """Screens open for those who use them; the pack comes as a file."""

    SCREENS = (
        "care_policy_action",
        "care_policy_clause_action",
        "care_clause_rule_action",
        "care_clause_compliance_action",
        "care_requirement_action",
        "care_requirement_check_action",
        "care_policy_acknowledgement_action",
        "care_policy_action_to_acknowledge",
    )

    def test_every_screen_loads_for_user_and_manager(self):
        self.load()
        for user in (self.user, self.manager):
            for xmlid in self.SCREENS:
                action = self.env.ref(f"customer_care.{xmlid}")
                model = self.env[action.res_model].with_user(user)
                with self.subTest(user=user.login, screen=xmlid):
                    kinds = [*action.view_mode.split(","), "search"]
                    views = model.get_views([(False, kind) for kind in kinds])
                    self.assertEqual(set(views["views"]), set(kinds))
                    self.assertTrue(action.help, "an empty screen says what to do")
                    model.web_search_read([], {"display_name": {}})

    def test_every_form_opens_for_a_reader(self):
        policy, __ = self.load()
        policy.with_user(self.user).action_acknowledge()
        self.env.invalidate_all()
        for record in (
            policy,
            policy.clause_ids[0],
            policy.clause_ids[0].rule_ids[0],
            self.rule("care.requirement", "t_reachable"),
            policy.acknowledgement_ids,
        ):
            with self.subTest(model=record._name):
                self.env.invalidate_all()
                Form(record.with_user(self.user))

    def test_a_reader_finds_the_whole_text_on_the_policy(self):
        policy, __ = self.load()
        policy.browse(policy.action_revise()["res_id"]).clause_ids[
            1
        ].text = "<b>x</b>\ny"
        draft = policy.search([("code", "=", "T01"), ("version", "=", 2)])
        text = draft.with_user(self.user).with_context(lang="zh_CN").full_text
        self.assertIn("每位客户均留存电话和地址", text)
        self.assertIn("&lt;b&gt;x", text)

    def test_a_manager_writes_a_policy_on_the_form(self):
        form = Form(self.Pack.env["care.policy"])
        form.code, form.name = "T05", "Written by hand"
        policy = form.save()
        clause = Form(
            self.Pack.env["care.policy.clause"].with_context(
                default_policy_id=policy.id
            )
        )
        clause.code, clause.name, clause.kind = "T05.01", "By hand", "guide"
        self.assertEqual(clause.save().policy_id, policy)

    def test_a_manager_writes_a_requirement_on_the_form(self):
        form = Form(self.Pack.env["care.requirement"])
        form.name, form.code, form.gate = "Has a phone", "t_phone", "welcome"
        form.model_id = self.env["ir.model"]._get("res.partner")
        form.field_ids.add(self.env["ir.model.fields"]._get("res.partner", "phone"))
        requirement = form.save()
        self.assertEqual(requirement.model_name, "res.partner")
        self.assertEqual(requirement.field_names, "phone")


@tagged("post_install", "-at_install")
class TestPolicyDownload(HttpCase):
    """The pack is downloaded by managers alone."""

    def test_download(self):
        company = self.env.ref("base.main_company")
        new_test_user(self.env, "pack_manager", groups=MANAGER)
        new_test_user(self.env, "pack_user", groups=USER)
        manager = self.env["res.users"].search([("login", "=", "pack_manager")])
        Pack = self.env["care.policy.pack"].with_user(manager)
        english = PACK[: PACK.index("rules:")]
        for lang in ("zh_CN", "zh_TW"):
            self.env["res.lang"]._activate_lang(lang)
        policy_id = Pack.load_yaml(english, company.id)["policy_id"]
        url = f"/customer_care/policy/{policy_id}/pack"
        for login, status in [("pack_manager", 200), ("pack_user", 403)]:
            with self.subTest(login=login):
                self.authenticate(login, login)
                with mute_logger("odoo.http"):
                    response = self.url_open(url)
                self.assertEqual(response.status_code, status)
                if status == 200:
                    self.assertEqual(response.content.decode(), english)
                    disposition = response.headers["Content-Disposition"]
                    self.assertIn("T01.yaml", disposition)
