import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .policy_common import PACK, PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyPack(PolicyCase):
    """Packs are loaded by a manager into one company, whole or not at all."""

    def counts(self):
        return {
            name: self.env[name].with_context(active_test=False).search_count([])
            for name in (
                "care.policy",
                "care.policy.clause",
                "care.role",
                "care.requirement",
            )
        }

    def line(self, text, fragment):
        """Return "Line n" of the first line that has `fragment`."""
        return f"Line {text[: text.index(fragment)].count(chr(10)) + 1}:"

    def assertRefused(self, text, *words):
        before = self.counts()
        try:  # assertRaises would roll back by itself and prove nothing
            self.load(text)
        except UserError as error:
            refusal = str(error)
        else:
            self.fail("The pack was loaded.")
        for word in words:
            self.assertIn(word, refusal)
        self.assertEqual(self.counts(), before, "nothing is left of a refused pack")

    def test_loading_puts_the_policy_in_force_with_its_rules(self):
        policy, outcomes = self.load()
        self.assertEqual(policy.state, "active")
        self.assertEqual(policy.company_id, self.company)
        self.assertEqual(policy.clause_ids.mapped("code"), ["T01.01", "T01.02"])
        self.assertEqual(set(outcomes.values()), {"created"})
        requirement = self.rule("care.requirement", "t_reachable")
        self.assertEqual(requirement.clause_id.code, "T01.01")
        self.assertEqual(requirement.company_id, self.company)
        self.assertEqual(requirement.field_ids.mapped("name"), ["phone", "street"])

    def test_words_arrive_in_every_language(self):
        policy, __ = self.load()
        for lang, name, text in [
            ("zh_CN", "接待台", "每位客户"),
            ("zh_TW", "接待臺", "每位客戶"),
            ("en_US", "Welcome desk", "Of every customer"),
        ]:
            with self.subTest(lang=lang):
                translated = policy.with_context(lang=lang)
                self.assertEqual(translated.name, name)
                self.assertIn(text, translated.clause_ids[0].text)
        role = self.rule("care.role", "t_greeter")
        self.assertEqual(role.with_context(lang="zh_CN").name, "迎宾员")

    def test_a_manager_who_works_in_chinese_leaves_the_same_words(self):
        self.manager.lang = "zh_CN"
        Pack = self.Pack.with_context(lang="zh_CN")
        report = Pack.load_yaml(PACK, self.company.id)
        self.assertEqual(Pack.export(report["policy_id"]), PACK)

    def test_export_gives_the_bytes_that_were_loaded(self):
        policy, __ = self.load()
        self.assertEqual(self.Pack.export(policy), PACK)
        self.assertEqual(self.Pack.export(policy.id), PACK)

    def test_loading_again_changes_nothing(self):
        policy, __ = self.load()
        self.env.flush_all()
        before = self.counts()
        requirement = self.rule("care.requirement", "t_reachable")
        stamp, messages = requirement.write_date, len(policy.message_ids)
        again, outcomes = self.load()
        self.assertEqual(again, policy)
        self.assertEqual(set(outcomes.values()), {"unchanged"})
        self.assertEqual(self.counts(), before)
        self.assertEqual(requirement.write_date, stamp)
        self.assertEqual(len(policy.message_ids), messages)

    def test_a_rule_edited_here_is_kept_and_reported(self):
        self.load()
        self.rule("care.requirement", "t_reachable").gate = "farewell"
        __, outcomes = self.load(PACK.replace("phone, street", "phone"))
        self.assertEqual(outcomes["t_reachable"], "kept")
        requirement = self.rule("care.requirement", "t_reachable")
        self.assertEqual(requirement.gate, "farewell")
        self.assertEqual(requirement.field_names, "phone, street")

    def test_a_rule_edited_here_is_overwritten_when_asked(self):
        self.load()
        self.rule("care.requirement", "t_reachable").gate = "farewell"
        __, outcomes = self.load(overwrite=True)
        self.assertEqual(outcomes["t_reachable"], "changed")
        self.assertEqual(self.rule("care.requirement", "t_reachable").gate, "welcome")

    def test_a_rule_nobody_edited_follows_the_pack(self):
        self.load()
        __, outcomes = self.load(PACK.replace("phone, street", "phone"))
        self.assertEqual(outcomes["t_reachable"], "changed")
        requirement = self.rule("care.requirement", "t_reachable")
        self.assertEqual(requirement.field_names, "phone")

    def test_a_translation_edited_here_counts_as_an_edit(self):
        self.load()
        role = self.rule("care.role", "t_greeter")
        role.with_context(lang="zh_CN").name = "门童"
        __, outcomes = self.load()
        self.assertEqual(outcomes["t_greeter"], "kept")
        self.assertEqual(role.with_context(lang="zh_CN").name, "门童")

    def test_a_rule_the_pack_dropped_is_archived_unless_edited(self):
        self.load()
        without = PACK[: PACK.index("  care.requirement:")]
        __, outcomes = self.load(without)
        self.assertEqual(outcomes["t_reachable"], "withdrawn")
        self.assertFalse(self.rule("care.requirement", "t_reachable").active)

    def test_a_dropped_rule_that_was_edited_is_kept(self):
        self.load()
        self.rule("care.requirement", "t_reachable").gate = "farewell"
        __, outcomes = self.load(PACK[: PACK.index("  care.requirement:")])
        self.assertEqual(outcomes["t_reachable"], "kept")
        self.assertTrue(self.rule("care.requirement", "t_reachable").active)

    def test_a_higher_version_supersedes_and_takes_the_rules_along(self):
        first, __ = self.load()
        newer = PACK.replace("version: 1", "version: 2").replace("Be polite", "Smile")
        second, outcomes = self.load(newer)
        self.assertEqual((first.state, second.state), ("superseded", "active"))
        self.assertEqual(second.supersedes_id, first)
        self.assertEqual(outcomes["t_reachable"], "unchanged")
        requirement = self.rule("care.requirement", "t_reachable")
        self.assertEqual(requirement.clause_id.policy_id, second)
        self.assertEqual(self.Pack.export(second), newer)

    def test_an_older_version_is_refused(self):
        self.load(PACK.replace("version: 1", "version: 3"))
        self.assertRefused(PACK, "Line 4", "version 3", "higher version")

    def test_changed_words_under_the_same_version_are_refused(self):
        self.load()
        changed = PACK.replace("call back", "write")
        self.assertRefused(changed, self.line(changed, "text:"), "T01.01")

    def test_a_language_added_later_reaches_a_version_in_force(self):
        chinese = "\n      zh_TW: 客戶可聯絡"
        self.load(PACK.replace(chinese, ""))
        policy, outcomes = self.load()
        self.assertEqual(outcomes["T01.01"], "changed")
        clause = policy.clause_ids[0].with_context(lang="zh_TW")
        self.assertEqual(clause.name, "客戶可聯絡")
        self.assertEqual(self.Pack.export(policy), PACK)

    def test_each_company_has_its_own_rules(self):
        other = self.env["res.company"].create({"name": "Second shop"})
        self.load()
        self.manager.company_ids += other
        report = self.Pack.load_yaml(PACK, other.id)
        self.assertEqual({row["outcome"] for row in report["rows"]}, {"created"})
        roles = self.env["care.role"].search([("code", "=", "t_greeter")])
        self.assertEqual(roles.company_id, self.company + other)

    def test_a_broken_pack_is_refused_whole_with_its_line(self):
        row = "- code: t_reachable"
        # (from, to, line that must be named, words that must be there)
        for old, new, at, words in [
            ("gate: welcome", "gait: welcome", "gait:", ["gait", "gate"]),
            ("phone, street", "fax", row, ["t_reachable", "fax"]),
            ("'is_company'", "'is_firm'", row, ["is_firm"]),
            ("('is_company', '=', True)", "oops(", row, ["t_reachable"]),
            ("clause: T01.02", "clause: T01.09", "T01.09", ["T01.09"]),
            ("care.role:", "res.users:", "res.users:", ["res.users"]),
            ("res.partner", "res.partnr", "model_name:", ["res.partnr", "addons"]),
            ("trade: any", "addons: sale", "addons:", ["list"]),
            ("trade: any", "acknowledge_days: soon", "acknowledge_days:", ["days"]),
            ("kind: guide", "kind: law", "kind: law", ["guide"]),
            ("trade: any", "trade: a: b", "trade:", ["YAML"]),
        ]:
            with self.subTest(new=new):
                broken = PACK.replace(old, new)
                self.assertRefused(broken, self.line(broken, at), *words)

    def test_a_broken_pack_leaves_an_earlier_load_alone(self):
        policy, __ = self.load()
        newer = PACK.replace("version: 1", "version: 2")
        self.assertRefused(newer.replace("phone, street", "fax"), "fax")
        self.assertEqual(policy.state, "active")
        self.assertEqual(
            self.rule("care.requirement", "t_reachable").clause_id.policy_id, policy
        )

    def test_only_managers_load_and_export(self):
        policy, __ = self.load()
        Pack = self.env["care.policy.pack"].with_user(self.user)
        for call in (
            lambda: Pack.load_yaml(PACK, self.company.id),
            lambda: Pack.export(policy.id),
            lambda: Pack.create({}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_a_manager_loads_only_into_own_companies(self):
        other = self.env["res.company"].create({"name": "Not mine"})
        with self.assertRaisesRegex(AccessError, "does not work for that company"):
            self.Pack.load_yaml(PACK, other.id)

    def test_the_screen_shows_first_and_writes_afterwards(self):
        before = self.counts()
        wizard = self.Pack.create(
            {
                "company_id": self.company.id,
                "source": "file",
                "pack_file": base64.b64encode(PACK.encode()),
            }
        )
        wizard.action_preview()
        self.assertEqual(wizard.state, "preview")
        self.assertEqual(self.counts(), before)
        self.assertEqual(len(wizard.line_ids), 5)
        self.assertEqual(set(wizard.line_ids.mapped("outcome")), {"created"})
        wizard.action_load()
        self.assertEqual(wizard.policy_id.code, "T01")
        self.assertEqual(wizard.policy_id.state, "active")

    def test_the_preview_says_what_would_be_refused(self):
        wizard = self.Pack.create(
            {
                "company_id": self.company.id,
                "source": "file",
                "pack_file": base64.b64encode(
                    PACK.replace("phone, street", "fax").encode()
                ),
            }
        )
        with self.assertRaisesRegex(UserError, r"Line \d+: t_reachable .*fax"):
            wizard.action_preview()

    def test_packs_travel_only_from_installed_add_ons(self):
        with self.assertRaisesRegex(UserError, "NOPE"):
            self.Pack.load_pack("NOPE", self.company.id)
        installed = self.env["ir.module.module"].search([("state", "=", "installed")])
        for key, __ in self.Pack._selection_shipped():
            self.assertIn(key.split("/")[0], installed.mapped("name"))

    def test_a_rule_of_another_policy_is_not_taken_over(self):
        self.load()
        other = PACK.replace("T01", "T07")
        self.assertRefused(other, self.line(other, "- code: t_reachable"), "T01")
        __, outcomes = self.load(other.replace("t_reachable", "t_other"))
        self.assertEqual(outcomes["t_greeter"], "kept", "a role may serve both")
        self.assertEqual(self.rule("care.role", "t_greeter").clause_id.code, "T01.02")

    def test_a_pack_starts_only_actions_that_we_ship(self):
        duty = """\
  care.duty:
    - code: t_duty
      clause: T01.02
      name: Look after it
      rrule: FREQ=MONTHLY;BYMONTHDAY=1
      action_id: %s
"""
        foreign = self.env["ir.actions.server"].create(
            {
                "name": "Anything",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": "pass",
            }
        )
        for module in ("base", "customer_care"):
            self.env["ir.model.data"].create(
                {
                    "name": "t_action",
                    "module": module,
                    "model": foreign._name,
                    "res_id": foreign.id,
                }
            )
        for key in ("base.t_action", "customer_care.nothing", "base.user_admin", "x"):
            text = PACK + duty % key
            with self.subTest(key=key):
                self.assertRefused(text, self.line(text, "action_id"), key)
        __, outcomes = self.load(PACK + duty % "customer_care.t_action")
        self.assertEqual(outcomes["t_duty"], "created")

    def test_people_do_not_travel_in_packs(self):
        for name in self.env["care.pack.codec"]._rule_models():
            model = self.env[name]
            children = [
                self.env[model._fields[field].comodel_name]
                for field in model._pack_fields
                if model._fields[field].type == "one2many"
            ]
            for carrier in (model, *children):
                for field in carrier._pack_fields:
                    with self.subTest(model=carrier._name, field=field):
                        comodel = carrier._fields[field].comodel_name
                        self.assertNotIn(
                            comodel, ("res.users", "res.partner", "hr.employee")
                        )

    def test_a_shared_role_is_left_to_all_companies(self):
        shared = self.env["care.role"].create(
            {"code": "t_greeter", "name": "Shared", "company_id": False}
        )
        __, outcomes = self.load()
        self.assertEqual(outcomes["t_greeter"], "kept")
        self.assertEqual(shared.name, "Shared")
        self.assertFalse(self.rule("care.role", "t_greeter"))
