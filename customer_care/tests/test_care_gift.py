from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .occasion_common import OccasionCase

PROMISED = fields.Datetime.to_datetime("2026-10-09 08:00:00")


@tagged("post_install", "-at_install")
@freeze_time("2026-09-21 04:00:00")
class TestCareGift(OccasionCase):
    """Gifts: approved above an amount per customer and year, counted, promised."""

    def rule(self, minimum):
        """Return the rule that gifts of a customer over so much a year are approved."""
        return self.env["care.approval.rule"].create(
            {
                "code": "t_gift",
                "name": "Gifts of a year",
                "model_name": "care.touch",
                "gate": "gift",
                "amount_field": "gift_value",
                "domain": f"[('gift_year_value', '>', {minimum})]",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Head",
                            "approver": "user",
                            "user_id": self.manager.id,
                        }
                    )
                ],
            }
        )

    def gifts(self, **vals):
        line = {"channel": "gift", "gift_id": self.gift.id, **vals}
        return self.mid_autumn(line)

    def approval(self, touch):
        return touch.sudo().approval_ids.filtered(lambda row: row.state == "pending")

    def test_below_the_amount_nobody_is_asked(self):
        self.rule(500)
        self.gifts()
        self.run_job()
        self.assertEqual(self.touch(self.wang).state, "ready")
        self.assertEqual(self.touch(self.wang).gift_value, 100)

    def test_the_amounts_of_a_customer_add_up_over_the_year(self):
        self.rule(150)
        self.gifts()
        self.run_job()
        states = sorted((self.touch(self.wang) | self.touch(self.zhao)).mapped("state"))
        self.assertEqual(states, ["approval", "ready"])

    def test_it_waits_for_the_approval(self):
        self.rule(50)
        self.gifts()
        self.run_job()
        touch = self.touch(self.wang)
        self.assertEqual(touch.state, "approval")
        with self.assertRaisesRegex(UserError, "waits for"):
            touch.with_user(self.clerk).action_done()
        self.approval(touch).with_user(self.manager).action_approve()
        self.assertEqual(touch.state, "ready")
        touch.with_user(self.clerk).action_done()
        self.assertEqual(touch.state, "done")

    def test_a_rule_that_comes_later_counts_when_it_is_handed_over(self):
        self.gifts()
        self.run_job()
        self.rule(50)
        touch = self.touch(self.wang)
        touch.with_user(self.clerk).action_done()
        self.assertEqual(touch.state, "approval")
        self.approval(touch).with_user(self.manager).action_approve()
        touch.with_user(self.clerk).action_done()
        self.assertEqual(touch.state, "done")

    def test_a_rule_nobody_can_decide_holds_up_nobody_else(self):
        rule = self.rule(150)
        rule.step_ids.user_id = self.clerk
        self.clerk.active = False
        self.gifts()
        self.run_job()
        touches = self.touch(self.wang) | self.touch(self.zhao)
        self.assertEqual(sorted(touches.mapped("state")), ["failed", "ready"])
        rule.step_ids.user_id = self.manager
        failed = touches.filtered("fail_reason")
        failed.action_retry()
        self.assertEqual(failed.state, "approval")

    def test_a_gift_that_is_refused_is_left_out(self):
        self.rule(50)
        self.gifts()
        self.run_job()
        touch = self.touch(self.wang)
        self.approval(touch).with_user(self.manager)._decide("reject", "Too much")
        self.assertEqual(touch.skip_code, "refused")
        self.assertEqual(touch.skip_reason, "Too much")

    # ---- stock

    def receive(self, quantity, kind="receipt"):
        window = self.env["care.gift.receive"].with_user(self.manager)
        window.create(
            {"gift_id": self.gift.id, "quantity": quantity, "kind": kind}
        ).action_confirm()
        self.env.invalidate_all()

    def test_only_what_is_there_is_handed_over(self):
        self.gift.write({"is_stocked": True, "minimum": 2})
        self.receive(1)
        self.assertTrue(self.gift.is_short)
        self.gifts()
        self.run_job()
        self.assertEqual(self.gift.reserved, 2)
        self.touch(self.wang).with_user(self.clerk).action_done()
        self.env.invalidate_all()
        self.assertEqual(self.gift.on_hand, 0)
        with self.assertRaisesRegex(UserError, "Only 0 of “Moon cakes”"):
            self.touch(self.zhao).with_user(self.clerk).action_done()
        self.touch(self.wang).with_user(self.clerk).action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.gift.on_hand, 1)
        moves = self.gift.move_ids.sorted("id")
        self.assertEqual(moves.mapped("quantity"), [1, -1, 1])
        self.receive(5, "count")
        self.assertEqual(self.gift.on_hand, 5)
        short = [("is_short", "=", True), ("id", "=", self.gift.id)]
        self.assertFalse(self.env["care.gift"].search(short))

    def test_the_ledger_is_written_by_its_buttons_alone(self):
        vals = {"gift_id": self.gift.id, "quantity": 9, "kind": "receipt"}
        moves = self.env["care.gift.move"]
        for env in (self.env(user=self.manager), self.env(su=True)):
            with self.assertRaises(AccessError):
                moves.with_env(env).create(vals | {"user_id": self.manager.id})

    # ---- promises (P12.08)

    def test_a_promised_gift_is_a_deadline(self):
        self.mid_autumn()
        self.run_job()
        touch = self.touch(self.wang).with_user(self.clerk)
        promised = touch._promise_gift(self.gift, 2, PROMISED)
        self.assertEqual((promised.state, promised.gift_value), ("ready", 200))
        rule = self.env["care.obligation.rule"].search([("code", "=", "gift_promise")])
        rule.action_apply_now()
        obligation = rule.obligation_ids.filtered(lambda o: o.res_id == promised.id)
        self.assertEqual(obligation.due_at, PROMISED)
        self.assertEqual(obligation.user_id, self.clerk)
        promised.with_user(self.clerk).action_done()
        self.env.flush_all()
        rule.action_apply_now()
        self.assertEqual(obligation.state, "met")
