from pathlib import Path

from odoo.tests import tagged

from odoo.addons.customer_care.logic import pack as packs
from odoo.addons.customer_care.tests.policy_common import PolicyCase

EVERY = Path(__file__).with_name("pack_every.yaml").read_text("utf-8")


@tagged("post_install", "-at_install")
class TestPackEvery(PolicyCase):
    """Rows of every kind with every field filled in travel without a loss."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.codec = cls.env["care.pack.codec"]
        # rules of secrecy are a security officer's
        cls.manager.group_ids += cls.env.ref(
            "customer_care.customer_care_group_security"
        )
        action = cls.env["ir.actions.server"].create(
            {
                "name": "Nothing",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": "pass",
            }
        )
        cls.env["ir.model.data"].create(
            {
                "name": "e_action",
                "module": "customer_care",
                "model": action._name,
                "res_id": action.id,
            }
        )

    def kinds(self):
        """Return the kinds of rules of this add-on, and of their lines."""
        names = [
            name
            for name in self.codec._rule_models()
            if self.env[name]._original_module == "customer_care"
        ]
        parents = self.codec._child_parents()
        lines = [n for n in parents if self.codec._owner_model(n) in names]
        return [self.env[name] for name in [*names, *lines]]

    def rows(self, name, model=None, rows=None):
        """Yield the rows of a kind, or of a kind of lines, in the pack."""
        if rows is None:
            for kind, found in packs.parse(EVERY).rules.items():
                yield from self.rows(name, self.env[kind], found)
            return
        for row in rows:
            if model._name == name:
                yield row
            for key, value in row.items():
                field = model._fields.get(key)
                if field is not None and field.type == "one2many":
                    yield from self.rows(name, self.env[field.comodel_name], value)

    def test_every_field_of_every_kind_is_filled_in(self):
        """A new kind of rule, or a new field, is added to pack_every.yaml."""
        for model in self.kinds():
            defaults = self.codec._defaults(model)
            filled = {
                key
                for row in self.rows(model._name)
                for key, value in row.items()
                if value != defaults.get(key)
            }
            with self.subTest(model=model._name):
                self.assertEqual(set(model._pack_fields) - filled, set())

    def test_nothing_is_lost_from_company_to_company(self):
        policy, outcomes = self.load(EVERY)
        self.assertEqual(set(outcomes.values()), {"created"})
        first = self.Pack.export(policy)
        for model in self.kinds():
            with self.subTest(model=model._name):
                wanted = [r["code"] for r in self.rows(model._name) if "clause" in r]
                for code in wanted:
                    self.assertIn(f"code: {code}", first)
        other = self.env["res.company"].create({"name": "Second shop"})
        self.manager.company_ids += other
        report = self.Pack.load_yaml(first, other.id)
        second = self.Pack.export(report["policy_id"])
        self.assertEqual(second, first)
        again = self.Pack.load_yaml(first, other.id)["rows"]
        self.assertEqual({row["outcome"] for row in again}, {"unchanged"})

    def test_what_was_loaded_is_what_the_file_said(self):
        policy, __ = self.load(EVERY)
        said = packs.parse(EVERY).rules
        kept = packs.parse(self.Pack.export(policy)).rules
        for kind, rows in said.items():
            with self.subTest(kind=kind):
                by_code = {row["code"]: row for row in kept[kind]}
                for row in rows:
                    self.assertEqual(by_code[row["code"]] | row, by_code[row["code"]])

    def test_an_edit_in_every_kind_is_seen(self):
        self.load(EVERY)
        for name in packs.parse(EVERY).rules:
            rule = self.env[name].search(
                [("company_id", "=", self.company.id), ("code", "=like", "e\\_%")],
                limit=1,
            )
            with self.subTest(kind=name):
                self.assertTrue(rule._pack_is_untouched())
                rule.name = "Edited"
                self.assertFalse(rule._pack_is_untouched())
        __, outcomes = self.load(EVERY)
        kept = [code for code, outcome in outcomes.items() if outcome == "kept"]
        self.assertEqual(len(kept), len(packs.parse(EVERY).rules))

    def test_the_shipped_packs_come_back_byte_by_byte(self):
        for key, (path, __) in self.Pack._shipped_packs().items():
            if not key.startswith("customer_care/"):
                continue
            with self.subTest(pack=key):
                company = self.env["res.company"].create({"name": key})
                self.manager.company_ids += company
                text = Path(path).read_text("utf-8")
                report = self.Pack.load_yaml(text, company.id)
                self.assertEqual(self.Pack.export(report["policy_id"]), text)
