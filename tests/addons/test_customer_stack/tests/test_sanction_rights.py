from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_sanction import SanctionCase


@tagged("post_install", "-at_install")
class TestSanctionRights(SanctionCase):
    """Who sees which sanctions, and what forging one gets."""

    def setUp(self):
        super().setUp()
        self.make_fine()
        self.make_cars(date(2026, 3, 2))
        self.sanction = self.propose()

    def test_people_see_their_own_heads_theirs_managers_all(self):
        self.decide(self.sanction, self.sales_head, "confirm")
        other_company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "customer_care.customer_care_group_manager",
            company_id=other_company.id,
            company_ids=[(6, 0, other_company.ids)],
        )
        for user, sees in [
            (self.seller, True),
            (self.sales_head, True),
            (self.boss, True),
            (self.service_head, False),
            (self.people["other"], False),
            (stranger, False),
        ]:
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                env = self.env(user=user, context={})
                model = env["care.sanction"]
                self.assertEqual(
                    bool(model.search([("id", "=", self.sanction.id)])), sees
                )
                decisions = env["care.sanction.decision"]
                self.assertEqual(bool(decisions.search([])), sees)

    def test_nothing_is_forged_by_rpc(self):
        for user in (self.seller, self.sales_head, self.boss):
            mine = self.sanction.with_user(user).with_context(
                care_engine=True, default_state="confirmed"
            )
            tries = {
                "write": lambda s: s.write({"amount": 1}),
                "state": lambda s: s.write({"state": "reversed"}),
                "unlink": lambda s: s.unlink(),
                "copy": lambda s: s.copy(),
                "create": lambda s: s.create({"rule_id": s.rule_id.id}),
                "command": lambda s: s.write({"decision_ids": [(5,)]}),
                "decision": lambda s: s.env["care.sanction.decision"].create(
                    {"sanction_id": s.id, "decision": "reverse"}
                ),
                "decide": lambda s: s.decision_ids.write({"reason": "x"}),
                "load": lambda s: s.load(["id", "amount"], [["x", "1"]]),
            }
            self.env["care.sanction.decision"]
            for name, attempt in tries.items():
                with self.subTest(user=user.login, name=name):
                    if name == "decide" and not mine.decision_ids:
                        continue
                    try:
                        with self.env.cr.savepoint():
                            result = attempt(mine)
                    except (AccessError, UserError):
                        continue
                    self.assertTrue(name == "load" and result["messages"], name)
        self.env.invalidate_all()
        self.assertEqual((self.sanction.amount, self.sanction.state), (50, "proposed"))

    def test_the_superuser_does_not_edit_either(self):
        with self.assertRaises(AccessError):
            self.sanction.sudo().write({"amount": 1})

    def test_a_hidden_record_is_not_named(self):
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "test.hand.over")]
        ).unlink()
        self.env.invalidate_all()
        self.assertFalse(self.sanction.with_user(self.seller).document)
        self.assertNotIn("Car", self.sanction.display_name)

    def test_the_window_tells_nothing_of_hidden_ones(self):
        windows = self.env["care.sanction.decide"].with_user(self.people["other"])
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            window = windows.create(
                {
                    "sanction_ids": [(6, 0, self.sanction.ids)],
                    "decision": "reduce",
                }
            )
            window.read(["amount", "points", "pay_pct"])

    def test_a_day_to_come_is_not_entered(self):
        rule = self.make_fine(
            code="hand", trigger="manual", model_name=False, user_path=False
        )
        with freeze_time("2026-03-02 01:00:00"), self.assertRaises(UserError):
            self.sanctions.with_user(self.boss)._propose_by_hand(
                rule, self.seller, date(2026, 3, 3), "x", company=self.company
            )

    def test_one_company_does_not_charge_anothers_records(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.make_cars(date(2026, 3, 3), company_id=other.id)
        self.assertEqual(self.propose(), self.sanction)
