from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common_sanction import SanctionCase


@tagged("post_install", "-at_install")
class TestSanctionVerdicts(SanctionCase):
    """Who decides what on a sanction, and what each decision leaves behind."""

    def setUp(self):
        super().setUp()
        self.make_fine(appeal_days=5)
        self.make_cars(date(2026, 3, 2))
        self.sanction = self.propose()

    def confirm(self, user=None):
        self.decide(self.sanction, user or self.sales_head, "confirm")

    def appeal(self):
        self.confirm()
        self.decide(self.sanction, self.seller, "appeal", reason="It rained")

    def test_heads_and_managers_confirm_and_nobody_else(self):
        for login, user, allowed in [
            ("seller", self.seller, False),
            ("other", self.people["other"], False),
            ("service_head", self.service_head, False),
            ("sales_head", self.sales_head, True),
            ("boss", self.boss, True),
        ]:
            with self.subTest(login=login), self.env.cr.savepoint() as savepoint:
                if allowed:
                    self.decide(self.sanction, user, "confirm")
                    self.assertEqual(self.sanction.state, "confirmed")
                else:
                    with self.assertRaises(AccessError):
                        self.decide(self.sanction, user, "confirm")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_nobody_confirms_what_concerns_himself(self):
        self.make_fine(code="head", user_path="department_id.manager_id")
        self.make_cars(date(2026, 3, 5))
        own = self.propose().filtered(lambda s: s.user_id == self.sales_head)
        with self.assertRaises(AccessError):
            self.decide(own[:1], self.sales_head, "confirm")
        self.boss.group_ids += self.env.ref("base.group_system")
        self.make_cars(date(2026, 3, 6), user_id=self.boss.id)
        mine = self.propose().filtered(lambda s: s.user_id == self.boss)
        with self.assertRaises(AccessError):
            self.decide(mine, self.boss, "confirm")

    def test_who_entered_it_does_not_confirm_it(self):
        rule = self.make_fine(
            code="hand", trigger="manual", model_name=False, user_path=False
        )
        sanction = self.sanctions.with_user(self.boss)._propose_by_hand(
            rule, self.seller, date(2026, 3, 2), "seen", company=self.company
        )
        self.assertEqual(sanction.decider_ids, self.sales_head)
        with self.assertRaises(AccessError):
            self.decide(sanction, self.boss, "confirm")
        self.decide(sanction, self.sales_head, "confirm")
        self.assertEqual(sanction.state, "confirmed")

    def test_heads_enter_for_their_own_people_alone(self):
        rule = self.make_fine(
            code="hand", trigger="manual", model_name=False, user_path=False
        )
        for user, allowed in [
            (self.sales_head, True),
            (self.service_head, False),
            (self.seller, False),
        ]:
            ask = self.env["care.sanction.manual"].with_user(user)
            window = ask.create(
                {
                    "rule_id": rule.id,
                    "user_id": self.seller.id,
                    "happened_on": date(2026, 3, 2),
                    "note": "seen",
                    "company_id": self.company.id,
                }
            )
            with self.subTest(user=user.login):
                if allowed:
                    self.assertTrue(window.action_propose()["res_id"])
                else:
                    with self.assertRaises(AccessError):
                        window.action_propose()

    def test_a_rule_that_proposes_itself_is_not_entered_by_hand(self):
        rule = self.fines.search([("trigger", "=", "record")], limit=1)
        with self.assertRaises(UserError):
            self.sanctions.with_user(self.boss)._propose_by_hand(
                rule, self.seller, date(2026, 3, 2), "x", company=self.company
            )

    def test_confirming_names_who_and_when_and_tells_the_person(self):
        self.confirm()
        self.assertEqual(self.sanction.confirmed_by_id, self.sales_head)
        self.assertEqual(self.sanction.appeal_until, date(2026, 4, 6))
        decision = self.sanction.decision_ids
        self.assertEqual(
            (decision.decision, decision.user_id, decision.amount_after),
            ("confirm", self.sales_head, 50),
        )
        message = self.env["mail.message"].search(
            [
                ("model", "=", "care.sanction"),
                ("res_id", "=", self.sanction.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(message.notified_partner_ids, self.seller.partner_id)
        self.assertIn("2026-04-06", message.body)

    def test_a_decision_is_taken_once(self):
        self.confirm()
        for decision in ("confirm", "dismiss"):
            with self.assertRaises(UserError):
                self.decide(self.sanction, self.boss, decision)

    def test_dismissing_needs_a_reason(self):
        with self.assertRaises(UserError):
            self.decide(self.sanction, self.boss, "dismiss", reason=" ")
        self.decide(self.sanction, self.boss, "dismiss", reason="no fault")
        self.assertEqual(self.sanction.state, "dismissed")

    def test_the_person_appeals_within_the_days_and_nobody_else(self):
        self.confirm()
        for user, now, allowed in [
            (self.people["other"], "2026-04-02 01:00:00", False),
            (self.sales_head, "2026-04-02 01:00:00", False),
            (self.seller, "2026-04-07 01:00:00", False),
            (self.seller, "2026-04-06 01:00:00", True),
        ]:
            with self.subTest(user=user.login, now=now):
                if allowed:
                    self.decide(self.sanction, user, "appeal", now=now)
                    self.assertEqual(self.sanction.state, "appealed")
                else:
                    with self.assertRaises(AccessError):
                        self.decide(self.sanction, user, "appeal", now=now)

    def test_who_confirmed_does_not_decide_the_appeal(self):
        self.appeal()
        self.assertNotIn(self.sales_head, self.sanction.decider_ids)
        self.assertIn(self.boss, self.sanction.decider_ids)
        for user in (self.sales_head, self.seller, self.people["other"]):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.decide(self.sanction, user, "uphold")
        self.decide(self.sanction, self.boss, "uphold")
        self.assertEqual(self.sanction.state, "upheld")
        self.assertEqual(self.sanction.amount, 50)

    def test_a_manager_who_confirmed_does_not_decide_the_appeal(self):
        self.confirm(self.boss)
        self.decide(self.sanction, self.seller, "appeal")
        with self.assertRaises(AccessError):
            self.decide(self.sanction, self.boss, "reduce", amount=10)
        self.decide(self.sanction, self.chief, "reduce", amount=10)
        self.assertEqual((self.sanction.state, self.sanction.amount), ("reduced", 10))

    def test_reducing_makes_it_less_and_only_less(self):
        self.appeal()
        for amount in (50, 60, -1, None):
            with self.subTest(amount=amount), self.assertRaises(UserError):
                self.decide(self.sanction, self.boss, "reduce", amount=amount)

    def test_reversing_an_appealed_one_takes_it_out_of_the_totals(self):
        self.appeal()
        self.decide(self.sanction, self.boss, "reverse", reason="he was away")
        self.assertEqual(self.sanction.state, "reversed")
        totals = self.sanctions._totals(
            self.seller, date(2026, 3, 1), date(2026, 3, 31), self.company
        )
        self.assertEqual(totals[self.seller.id].fines, 0)
        self.assertEqual(
            self.sanction.decision_ids.mapped("decision"),
            ["confirm", "appeal", "reverse"],
        )

    def test_a_confirmed_one_is_reversed_by_a_manager_with_a_reason(self):
        self.confirm()
        with self.assertRaises(AccessError):
            self.decide(self.sanction, self.sales_head, "reverse")
        with self.assertRaises(UserError):
            self.decide(self.sanction, self.boss, "reverse", reason="")
        self.decide(self.sanction, self.boss, "reverse", reason="wrong car")
        self.assertEqual(self.sanction.state, "reversed")

    def test_p07_09_part_of_the_performance_pay_is_set_within_its_range(self):
        """P07.09: service may also lose 10-30 % of the month's performance pay."""
        group = self.make_group(
            scope="department", from_nth=3, pay_min_pct=10, pay_max_pct=30
        )
        self.make_fine(
            code="service", group_id=group.id, domain="[('name', '=', 'Service')]"
        )
        self.fines.search([("code", "=", "fine_0")]).active = False
        self.make_cars(
            *(date(2026, 3, day) for day in (2, 3, 4)),
            name="Service",
            user_id=self.mechanic.id,
            department_id=self.service.id,
        )
        found = self.propose().filtered("group_id")
        self.assertEqual(found.mapped("pay_max_pct"), [0, 0, 30])
        for pct in (9, 31):
            with self.assertRaises(UserError):
                self.decide(found[2], self.service_head, "confirm", pay_pct=pct)
        with freeze_time("2026-04-01 09:00:00"):
            opened = found[2].with_user(self.service_head).action_confirm()
            window = self.env["care.sanction.decide"].with_user(self.service_head)
            form = Form(window.with_context(**opened["context"]))
            self.assertEqual(form.pay_pct, 10)
            form.pay_pct = 20
            form.save().action_confirm()
        self.assertEqual((found[2].state, found[2].pay_pct), ("confirmed", 20))
        self.assertEqual(found[2].amount, 100)

    def test_a_range_is_set_by_the_person_who_confirms(self):
        self.make_fine(
            code="range",
            basis="range",
            amount=0,
            min_amount=100,
            max_amount=500,
            domain="[('topic', '=', 'delay')]",
        )
        self.make_cars(date(2026, 3, 9), topic="delay")
        ranged = self.propose().filtered("amount_max")
        self.assertEqual(ranged.amount, 100)
        with self.assertRaises(UserError):
            self.decide(ranged, self.boss, "confirm", amount=501)
        self.decide(ranged, self.boss, "confirm", amount=250)
        self.assertEqual((ranged.amount, ranged.amount_proposed), (250, 100))

    def test_an_amount_the_rule_fixes_is_set_by_nobody(self):
        self.decide(self.sanction, self.boss, "confirm", amount=5000, pay_pct=90)
        self.assertEqual((self.sanction.amount, self.sanction.pay_pct), (50, 0))

    def test_one_without_a_person_gets_one_at_the_confirmation(self):
        self.make_cars(date(2026, 3, 9), user_id=False)
        nobody = self.propose().filtered(lambda s: not s.user_id)
        with self.assertRaises(UserError):
            self.decide(nobody, self.boss, "confirm")
        with self.assertRaises(AccessError):
            self.decide(nobody, self.sales_head, "confirm", person=self.sales_head)
        self.decide(nobody, self.boss, "confirm", person=self.seller)
        self.assertEqual(nobody.user_id, self.seller)

    def test_several_are_confirmed_from_the_list(self):
        self.make_cars(date(2026, 3, 9), date(2026, 3, 10))
        found = self.propose()
        found.with_user(self.sales_head).action_confirm()
        self.assertEqual(set(found.mapped("state")), {"confirmed"})

    def test_what_waits_for_whom(self):
        def waiting(user):
            model = self.sanctions.with_user(user)
            return model.search(model._my_day_domain())

        self.assertEqual(waiting(self.sales_head), self.sanction)
        self.assertFalse(waiting(self.seller) + waiting(self.people["other"]))
        self.appeal()
        self.assertFalse(waiting(self.sales_head))
        self.assertEqual(waiting(self.boss), self.sanction)
