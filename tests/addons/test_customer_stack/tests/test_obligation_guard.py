"""Nobody writes the ledger but the engine; managers waive, with a reason."""

from itertools import product

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from .obligation_common import ObligationCase, at

MONDAY = "2026-03-02 02:00:00"


@tagged("post_install", "-at_install")
class TestObligationGuard(ObligationCase):
    """The ledger as clients see it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.make_rule(responsible_path="user_id")
        with freeze_time(MONDAY):
            cls.host = cls.make_hosts()
        cls.obligation = cls.host.obligation_ids
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.company_ids |= cls.company  # refused by the engine, not by company

    def forged(self, model):
        """Return values that a forger would like to write."""
        if model == "care.obligation.event":
            ids = self.obligation.id
            return {"obligation_id": ids, "at": MONDAY, "kind": "meet"}
        return {
            "name": "forged",
            "res_model": "test.care.host",
            "res_id": self.host.id,
            "start_at": MONDAY,
            "due_at": MONDAY,
            "state": "met",
        }

    def test_nobody_can_forge_edit_copy_or_delete_over_rpc(self):
        keys = {"care_engine": True, "engine": 1, "install_mode": True, "su": True}
        records = (self.obligation, self.obligation.event_ids)
        for user, record in product((self.clerk, self.chief, self.admin), records):
            model, ids, vals = record._name, record.ids, self.forged(record._name)
            calls = [
                ("create", [vals]),
                ("create", [[vals]]),
                ("write", [ids, vals]),
                ("web_save", [ids, vals, {}]),
                ("web_save", [[], vals, {}]),
                ("unlink", [ids]),
                ("copy", [ids]),
            ]
            for (method, args), context in product(calls, ({}, keys)):
                with (
                    self.subTest(user=user.login, model=model, method=method),
                    self.assertRaises(AccessError),
                    self.cr.savepoint(),
                ):
                    engine = self.env(user=user)[model]
                    call_kw(engine, method, args, {"context": context})
                    self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.obligation.state, "open")
        self.assertEqual(self.ledger.search_count([("rule_id", "=", self.rule.id)]), 1)

    def test_nobody_can_import_either(self):
        models = ("care.obligation", "care.obligation.event")
        for user, model in product((self.clerk, self.chief, self.admin), models):
            with self.subTest(user=user.login, model=model):
                vals = self.forged(model)
                row = [str(value) for value in vals.values()]
                engine = self.env(user=user)[model]
                self.assertFalse(call_kw(engine, "load", [[*vals], [row]], {})["ids"])

    def test_the_engine_is_not_reachable_over_rpc(self):
        for method in (
            "_waive",
            "_meet",
            "_sync",
            "_save",
            "_create_for_duty",
            "_engine",
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                call_kw(self.env(user=self.admin)["care.obligation"], method, [[]], {})

    def test_sudo_does_not_write_either(self):
        with self.assertRaisesRegex(AccessError, "written by the system"):
            self.obligation.sudo().write({"state": "met"})

    def test_what_the_engine_hands_out_is_not_in_engine_mode(self):
        made = self.ledger._create_for_duty([])
        self.assertNotIn("care_engine", made.env.context)
        self.assertNotIn("care_engine", self.host.obligation_ids.env.context)

    def test_users_read_their_company_alone(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.make_rule(company_id=other.id)
        host = self.env["test.care.host"].create({"name": "x", "company_id": other.id})
        theirs = self.ledger.search([("rule_id", "=", foreign.id)])
        self.assertEqual(theirs.res_id, host.id)
        self.env.invalidate_all()
        for user, obligation, allowed in [
            (self.clerk, self.obligation, True),
            (self.clerk, theirs, False),
            (self.worker, self.obligation, False),
        ]:
            with self.subTest(user=user.login, allowed=allowed):
                self.assertEqual(obligation.with_user(user).has_access("read"), allowed)
                self.assertFalse(obligation.with_user(user).has_access("write"))

    def test_the_record_is_named_to_those_who_may_read_it(self):
        self.assertEqual(self.obligation.with_user(self.clerk).document, "case")
        self.env["ir.rule"].create(
            {
                "name": "hidden",
                "model_id": self.env["ir.model"]._get_id("test.care.host"),
                "domain_force": "[(0, '=', 1)]",
            }
        )
        self.env.invalidate_all()
        self.assertFalse(self.obligation.with_user(self.clerk).document)

    def test_a_plain_employee_saves_a_record_with_obligations(self):
        self.host.with_user(self.worker).write({"state": "done"})
        self.env.invalidate_all()
        self.assertEqual(self.obligation.state, "missed")


@tagged("post_install", "-at_install")
class TestObligationWaive(ObligationCase):
    """Waiving: by managers or the rule's role, never without a reason."""

    def waive(self, obligation, user, reason="The customer withdrew"):
        wizard = (
            self.env["care.obligation.waive"]
            .with_user(user)
            .create({"obligation_ids": [(6, 0, obligation.ids)], "reason": reason})
        )
        return wizard.action_waive()

    def test_a_manager_waives_with_a_reason(self):
        self.make_rule()
        with freeze_time(MONDAY):
            obligation = self.make_hosts().obligation_ids
            self.waive(obligation, self.chief)
        self.env.invalidate_all()
        self.assertEqual(obligation.state, "waived")
        self.assertEqual(obligation.waive_reason, "The customer withdrew")
        event = obligation.event_ids[-1:]
        self.assertEqual((event.kind, event.user_id), ("waive", self.chief))
        self.assertFalse(obligation.next_fire_at)

    def test_nobody_else_and_never_without_a_reason(self):
        self.make_rule()
        with freeze_time(MONDAY):
            obligation = self.make_hosts().obligation_ids
            with self.assertRaisesRegex(AccessError, "Ask one of them"):
                self.waive(obligation, self.clerk)
            with self.assertRaisesRegex(UserError, "Say why"):
                self.waive(obligation, self.chief, reason=" ")
        self.assertEqual(obligation.state, "open")

    def test_the_role_of_the_rule_waives(self):
        role = self.env["care.role"].create({"code": "waiver", "name": "Waiver"})
        self.env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": self.clerk.id}
        )
        self.make_rule(waive_role_id=role.id)
        with freeze_time(MONDAY):
            obligation = self.make_hosts().obligation_ids
            self.assertTrue(obligation.with_user(self.clerk).can_waive)
            self.waive(obligation, self.clerk)
        self.env.invalidate_all()
        self.assertEqual(obligation.state, "waived")

    def test_what_was_missed_is_not_waived(self):
        self.make_rule()
        with freeze_time(MONDAY):
            obligation = self.make_hosts().obligation_ids
        with (
            freeze_time("2026-03-20 00:00:00"),
            self.assertRaisesRegex(UserError, "stays on record"),
        ):
            self.waive(obligation, self.chief)
        self.assertEqual(obligation.due_at, at("2026-03-09 02:00:00"))

    def test_a_waived_one_does_not_fire(self):
        self.make_rule()
        with freeze_time(MONDAY):
            obligation = self.make_hosts().obligation_ids
            self.waive(obligation, self.chief)
        with freeze_time("2026-04-01 00:00:00"):
            self.sweep()
        self.assertEqual(obligation.state, "waived")
