from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .policy_common import PACK, PolicyCase


@tagged("post_install", "-at_install")
class TestPolicy(PolicyCase):
    """Versions of a policy: one in force, its words fixed, its rules moved along."""

    def draft(self, code="T02"):
        return self.Pack.env["care.policy"].create(
            {
                "code": code,
                "name": "Second policy",
                "company_id": self.company.id,
                "clause_ids": [(0, 0, {"code": f"{code}.01", "name": "First clause"})],
            }
        )

    @freeze_time("2026-03-05 04:00:00")
    def test_a_draft_is_put_in_force_on_the_day(self):
        policy = self.draft()
        self.assertEqual(policy.state, "draft")
        policy.action_activate()
        self.assertEqual((policy.state, policy.date_from), ("active", date(2026, 3, 5)))

    def test_a_revision_is_the_next_draft_with_the_same_words(self):
        policy, __ = self.load()
        action = policy.action_revise()
        draft = policy.browse(action["res_id"])
        self.assertEqual((draft.code, draft.version, draft.state), ("T01", 2, "draft"))
        self.assertEqual(draft.clause_ids.mapped("code"), ["T01.01", "T01.02"])
        chinese = draft.with_context(lang="zh_CN")
        self.assertEqual(chinese.name, "接待台")
        self.assertEqual(chinese.clause_ids[0].name, "客户可联系")
        self.assertEqual(
            policy.action_revise()["res_id"], draft.id, "one draft is enough"
        )

    def test_putting_the_revision_in_force_moves_the_rules(self):
        policy, __ = self.load()
        draft = policy.browse(policy.action_revise()["res_id"])
        requirement = self.rule("care.requirement", "t_reachable")
        self.assertEqual(requirement.clause_id.policy_id, policy)
        draft.clause_ids[1].name = "Be polite and quick"
        draft.action_activate()
        self.assertEqual((policy.state, draft.state), ("superseded", "active"))
        self.assertEqual(draft.supersedes_id, policy)
        self.assertTrue(policy.date_to)
        self.assertEqual(requirement.clause_id.policy_id, draft)
        self.assertEqual(policy.clause_ids[1].name, "Be polite")

    def test_a_revision_does_not_lose_a_clause_with_rules_unseen(self):
        policy, __ = self.load()
        draft = policy.browse(policy.action_revise()["res_id"])
        draft.clause_ids[0].unlink()
        with self.assertRaisesRegex(UserError, "T01.01.*Reachable"):
            draft.action_activate()
        self.rule("care.requirement", "t_reachable").action_archive()
        draft.action_activate()
        self.assertEqual(draft.state, "active")

    def test_one_version_is_in_force(self):
        policy, __ = self.load()
        second = policy.copy({"code": "T01", "version": 2})
        second.flush_recordset()
        with (
            self.assertRaises(UniqueViolation) as caught,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE care_policy SET state = 'active' WHERE id = %s", [second.id]
            )
        self.assertIn("care_policy_in_force_uniq", str(caught.exception))

    def test_the_state_moves_through_buttons_alone(self):
        policy = self.draft()
        for vals in (
            {"state": "active"},
            {"date_from": "2020-01-01"},
            {"supersedes_id": policy.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                policy.with_context(care_policy_moving=True).write(vals)
        with self.assertRaises(AccessError):
            policy.create({"code": "T09", "name": "Forged", "state": "active"})

    def test_words_of_a_version_in_force_stay(self):
        policy, __ = self.load()
        clause = policy.clause_ids[0]
        for change in (
            lambda: clause.write({"text": "Other"}),
            lambda: clause.write({"name": "Other"}),
            lambda: clause.write({"kind": "duty"}),
            lambda: clause.with_context(lang="zh_CN").write({"name": "别的"}),
            lambda: clause.update_field_translations("name", {"zh_CN": "别的"}),
            clause.unlink,
            lambda: policy.write({"clause_ids": [(0, 0, {"code": "X", "name": "X"})]}),
            lambda: policy.write({"code": "X01"}),
            lambda: policy.write({"version": 9}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.assertEqual(self.Pack.export(policy), PACK)

    def test_a_clause_does_not_leave_a_draft_for_a_version_in_force(self):
        policy, __ = self.load()
        draft = self.draft()
        with self.assertRaises(UserError):
            draft.clause_ids.policy_id = policy

    def test_the_order_of_clauses_may_change(self):
        policy, __ = self.load()
        policy.clause_ids[0].sequence = 99
        self.assertEqual(policy.clause_ids.sorted()[0].code, "T01.02")

    def test_a_policy_in_force_is_withdrawn_before_it_is_archived(self):
        policy, __ = self.load()
        with self.assertRaises(UserError):
            policy.action_archive()
        policy.action_withdraw()
        self.assertEqual(policy.state, "superseded")
        self.assertFalse(self.rule("care.requirement", "t_reachable").active)
        policy.action_archive()
        self.assertFalse(policy.active)

    def test_only_drafts_are_deleted(self):
        policy, __ = self.load()
        with self.assertRaises(UserError):
            policy.unlink()
        self.draft().unlink()

    def test_a_policy_without_clauses_cannot_be_put_in_force(self):
        policy = self.draft()
        policy.clause_ids.unlink()
        with self.assertRaises(UserError):
            policy.action_activate()

    def test_a_duplicate_is_a_draft_of_its_own(self):
        policy, __ = self.load()
        copy = policy.copy()
        self.assertEqual((copy.code, copy.version, copy.state), ("T01-2", 1, "draft"))
        self.assertEqual(len(copy.clause_ids), 2)

    def test_access(self):
        policy, __ = self.load()
        outsider = self.env["res.users"].create(
            {"name": "Elsewhere", "login": "policy_outsider"}
        )
        users = {"user": self.user, "manager": self.manager, "outsider": outsider}
        for name, operation, allowed in [
            ("user", "read", True),
            ("user", "write", False),
            ("user", "create", False),
            ("user", "unlink", False),
            ("manager", "write", True),
            ("outsider", "read", False),
        ]:
            for record in (policy, policy.clause_ids[0]):
                with self.subTest(user=name, operation=operation, model=record._name):
                    access = record.with_user(users[name]).has_access(operation)
                    self.assertEqual(access, allowed)
        for button in ("action_activate", "action_withdraw", "action_revise"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(policy.with_user(self.user), button)()

    def test_other_companies_do_not_see_it(self):
        policy, __ = self.load()
        other = self.env["res.company"].create({"name": "Other shop"})
        self.user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.env.invalidate_all()
        Policy = policy.with_user(self.user)
        self.assertFalse(Policy.search([("id", "=", policy.id)]))
        self.assertFalse(Policy.env["care.clause.rule"].search([]))
        with self.assertRaises(AccessError):
            Policy.clause_ids.read(["name"])

    def test_a_rule_and_its_clause_share_the_company(self):
        policy, __ = self.load()
        other = self.env["res.company"].create({"name": "Third shop"})
        with self.assertRaises(ValidationError):
            self.env["care.role"].create(
                {
                    "code": "t_stranger",
                    "name": "Stranger",
                    "company_id": other.id,
                    "clause_id": policy.clause_ids[0].id,
                }
            )

    def test_the_rules_of_a_clause_are_listed_and_open(self):
        policy, __ = self.load()
        self.env.invalidate_all()
        clauses = policy.with_user(self.user).clause_ids
        self.assertEqual(clauses.mapped("rule_count"), [1, 1])
        self.assertEqual(policy.rule_count, 2)
        line = clauses[0].rule_ids
        self.assertEqual(
            (line.code, line.res_model), ("t_reachable", "care.requirement")
        )
        action = line.action_open_rule()
        opened = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(opened.code, "t_reachable")
        chinese = clauses[1].with_context(lang="zh_CN")
        chinese.invalidate_recordset()
        self.assertEqual(chinese.rule_ids.name, "迎宾员")

    def test_a_copied_rule_gets_a_free_code(self):
        self.load()
        rule = self.rule("care.requirement", "t_reachable")
        copies = rule.copy() + rule.copy()
        self.assertEqual(copies.mapped("code"), ["t_reachable_2", "t_reachable_3"])

    def test_a_condition_must_fit_the_model(self):
        self.load()
        rule = self.rule("care.requirement", "t_reachable")
        for domain in (
            "[('nope', '=', 1)]",
            "[('name', '=', uid)]",
            "__import__('os')",
            "[('name', '=', 'x')",
            "{}",
            "5",
        ):
            with (
                self.subTest(domain=domain),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                rule.domain = domain
        rule.domain = "[('create_date', '>', 'today -7d')]"
