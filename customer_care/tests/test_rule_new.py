from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .policy_common import PolicyCase


@tagged("post_install", "-at_install")
class TestRuleNew(PolicyCase):
    """A key user writes the rule of a clause from the clause itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy, __ = cls.load()
        cls.clause = cls.policy.clause_ids.filtered(lambda c: c.code == "T01.02")

    def wizard(self, user=None):
        wizards = self.env["care.rule.new"].with_user(user or self.manager)
        return wizards.create({"clause_id": self.clause.id})

    def test_every_kind_the_manager_may_write_is_offered(self):
        offered = dict(self.wizard()._selection_kind())
        names = {
            name
            for name in self.env["care.pack.codec"]._rule_models()
            if self.env[name]._original_module == "customer_care"
            and self.env[name].with_user(self.manager).has_access("create")
        }
        self.assertGreater(len(names), 20)
        self.assertEqual(names - offered.keys(), set())

    def test_the_usual_kind_is_proposed(self):
        self.assertEqual(self.wizard().kind, "care.inspection.template")
        draft = self.policy.browse(self.policy.action_revise()["res_id"])
        self.clause = draft.clause_ids[1]
        for kind, model in (
            ("deadline", "care.obligation.rule"),
            ("duty", "care.duty"),
            ("approval", "care.approval.rule"),
            ("score", "care.scorecard"),
        ):
            self.clause.kind = kind
            with self.subTest(kind=kind):
                self.assertEqual(self.wizard().kind, model)

    def test_the_form_of_each_kind_opens_with_the_clause_filled_in(self):
        for name, __ in self.wizard()._selection_kind():
            if self.env[name]._original_module != "customer_care":
                continue
            wizard = self.wizard()
            wizard.kind = name
            action = wizard.action_write()
            context = action["context"]
            with self.subTest(kind=name):
                model = self.env[name].with_user(self.manager)
                form = Form(model.with_context(**context))
                self.assertEqual(form.clause_id, self.clause)
                self.assertEqual(form.code, "t01_02_1")
                self.assertEqual(form.name, "Be polite")

    def test_a_rule_written_so_hangs_on_the_clause_and_the_next_has_its_code(self):
        wizard = self.wizard()
        wizard.kind = "care.requirement"
        context = wizard.action_write()["context"]
        model = self.env["care.requirement"].with_user(self.manager)
        with Form(model.with_context(**context)) as form:
            form.model_id = self.env["ir.model"]._get("res.partner")
            form.gate = "save"
            form.field_ids.add(self.env["ir.model.fields"]._get("res.partner", "phone"))
        rule = form.record
        self.assertEqual((rule.clause_id, rule.field_names), (self.clause, "phone"))
        self.assertIn(rule.code, self.Pack.export(self.policy))
        again = wizard.action_write()["context"]
        self.assertEqual(again["default_code"], "t01_02_2")

    def test_users_do_not_write_rules(self):
        with self.assertRaises(AccessError):
            self.wizard(self.user)
