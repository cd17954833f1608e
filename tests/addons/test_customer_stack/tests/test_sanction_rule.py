from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common_sanction import SanctionCase, at


@tagged("post_install", "-at_install")
class TestSanctionRules(SanctionCase):
    """What each clause makes a violation cost, on fixed dates."""

    def test_p07_08_late_hand_over_costs_50_per_car_when_its_deadline_is_missed(self):
        """P07.08: late hand-over, 50 per car."""
        fine = self.make_fine(trigger="obligation", model_name=False, user_path=False)
        self.make_rule(
            model_name="test.hand.over",
            start_field="happened_on",
            amount=1,
            unit="working_day",
            done_domain="[('is_right', '=', True)]",
            responsible_path="user_id",
            sanction_rule_id=fine.id,
        )
        with freeze_time("2026-03-02 01:00:00"):
            late, right = self.make_cars(date(2026, 3, 2), date(2026, 3, 2))
            right.is_right = True
        with freeze_time("2026-03-05 01:00:00"):
            self.sweep()
        sanction = self.sanctions.search([])
        self.assertEqual(sanction.res_id, late.id)
        self.assertEqual(sanction.user_id, self.seller)
        self.assertEqual(sanction.amount, 50)
        self.assertEqual(sanction.occurrence_date, date(2026, 3, 3))
        self.assertEqual(sanction.state, "proposed")
        self.assertEqual(sanction.decider_ids, self.sales_head)
        self.assertEqual(sanction.obligation_id.state, "missed")

    def test_p07_08_incomplete_papers_cost_20_per_item(self):
        """P07.08: incomplete or wrong papers, 20 per item."""
        self.make_fine(basis="item", count_field="missing_count", amount=20)
        self.make_cars(date(2026, 3, 2), missing_count=3)
        self.make_cars(date(2026, 3, 3), missing_count=0)
        sanction = self.propose()
        self.assertEqual(sanction.mapped("amount"), [60])
        self.assertEqual(sanction.item_count, 3)

    def test_p07_08_items_are_counted_from_a_list_too(self):
        """P07.08: the items may be rows of the record."""
        self.make_fine(basis="item", count_field="culprit_ids", amount=20)
        people = (self.seller + self.mechanic).ids
        self.make_cars(date(2026, 3, 2), culprit_ids=[(6, 0, people)])
        self.assertEqual(self.propose().amount, 40)

    def test_p07_09_sales_doubles_from_the_second_and_service_from_the_third(self):
        """P07.09: in a month, sales from the 2nd violation, service from the 3rd."""
        for name, department, nth in [
            ("sales", self.sales, 2),
            ("service", self.service, 3),
        ]:
            group = self.make_group(
                code=name, name=name, scope="department", from_nth=nth
            )
            self.make_fine(
                code=name,
                group_id=group.id,
                domain=f"[('department_id', '=', {department.id})]",
            )
        days = [date(2026, 3, day) for day in (2, 3, 4)]
        self.make_cars(*days)
        self.make_cars(*days, user_id=self.mechanic.id, department_id=self.service.id)
        self.make_cars(date(2026, 4, 1))  # a new month begins anew
        found = self.propose("2026-04-02 09:00:00")
        of_sales = found.filtered(lambda s: s.department_id == self.sales)
        of_service = found - of_sales
        self.assertEqual(of_sales.mapped("amount"), [50, 100, 100, 50])
        self.assertEqual(of_service.mapped("amount"), [50, 50, 100])
        self.assertEqual(of_service.mapped("ordinal"), [1, 2, 3])

    def test_p07_09_counted_by_person_each_begins_at_one(self):
        """P07.09: violations of the same month count for who committed them."""
        group = self.make_group(scope="person")
        self.make_fine(group_id=group.id)
        self.make_cars(date(2026, 3, 2), date(2026, 3, 3))
        self.make_cars(date(2026, 3, 4), user_id=self.sales_head.id)
        self.assertEqual(self.propose().mapped("amount"), [50, 100, 50])

    def test_p07_09_violations_of_different_rules_add_up(self):
        """P07.09: a late file after a late hand-over is the second violation."""
        group = self.make_group()
        self.make_fine(code="late", group_id=group.id, domain="[('name', '=', 'Car')]")
        self.make_fine(
            code="file",
            group_id=group.id,
            amount=20,
            domain="[('name', '=', 'File')]",
        )
        self.make_cars(date(2026, 3, 3), name="File")
        self.make_cars(date(2026, 3, 2))
        self.assertEqual(self.propose().mapped("amount"), [50, 40])

    def test_p07_09_one_found_late_is_counted_by_its_day(self):
        """P07.09: what is still to confirm is counted anew when an earlier violation
        comes to light; what was confirmed keeps its amount."""
        group = self.make_group()
        self.make_fine(group_id=group.id)
        self.make_cars(date(2026, 3, 10), date(2026, 3, 20))
        first, second = self.propose()
        self.decide(first, self.boss, "confirm")
        self.make_cars(date(2026, 3, 2))
        found = self.propose()
        self.assertEqual(found.mapped("ordinal"), [1, 1, 3])
        self.assertEqual(found.mapped("amount"), [50, 50, 100])
        self.assertEqual(found[2], second)

    def test_p07_09_dismissed_ones_no_longer_count(self):
        """P07.09: only violations that happened double the next one."""
        self.make_fine(group_id=self.make_group().id)
        self.make_cars(date(2026, 3, 2), date(2026, 3, 3))
        first, second = self.propose()
        self.assertEqual(second.amount, 100)
        self.decide(first, self.boss, "dismiss", reason="no fault of his")
        self.assertEqual(second.amount, 50)

    def test_p07_10_lost_pieces_cost_20_more_each(self):
        """P07.10: lost or damaged, 20 per piece more."""
        self.make_fine(
            trigger="manual",
            model_name=False,
            user_path=False,
            date_field=False,
            basis="item",
            amount=20,
        )
        rule = self.fines.search([("trigger", "=", "manual")])
        sanction = self.sanctions.with_user(self.sales_head)._propose_by_hand(
            rule,
            self.seller,
            date(2026, 3, 2),
            "Two keys lost",
            company=self.company,
            count=2,
        )
        self.assertEqual(sanction.amount, 40)
        self.assertEqual(sanction.proposed_by_id, self.sales_head)

    def test_p14_09_late_registers_cost_points(self):
        """P14.09: registers or files handed in late cost appraisal points."""
        self.make_fine(kind="points", amount=0, points=2)
        self.make_cars(date(2026, 3, 2))
        sanction = self.propose()
        self.assertEqual((sanction.points, sanction.amount), (2, 0))
        self.decide(sanction, self.boss, "confirm")
        totals = self.sanctions._totals(
            self.seller, date(2026, 3, 1), date(2026, 3, 31), self.company
        )
        self.assertEqual(totals[self.seller.id].points, 2)

    def test_p15_08_culprit_and_head_pay_by_the_size_of_the_loss(self):
        """P15.08: the culprit and the department head are charged by the loss."""
        loss = {
            "basis": "loss_pct",
            "loss_field": "loss",
            "amount": 0,
            "domain": "[('loss', '>', 0)]",
        }
        self.make_fine(code="culprit", user_path="culprit_ids", loss_pct=10, **loss)
        self.make_fine(
            code="head",
            user_path="department_id.manager_id",
            loss_pct=5,
            max_amount=300,
            **loss,
        )
        culprits = [(6, 0, self.seller.ids)]
        self.make_cars(date(2026, 3, 2), loss=2000, culprit_ids=culprits)
        self.make_cars(date(2026, 3, 3), loss=20000, culprit_ids=culprits)
        found = self.propose()
        of = {
            user: found.filtered(lambda s, user=user: s.user_id == user)
            for user in (self.seller, self.sales_head)
        }
        self.assertEqual(of[self.seller].mapped("amount"), [200, 2000])
        self.assertEqual(of[self.sales_head].mapped("amount"), [100, 300])
        self.assertNotIn(self.sales_head, of[self.sales_head].decider_ids)

    def test_p15_08_delay_by_the_handler_is_charged_too(self):
        """P15.08: the handler of a missed deadline is charged."""
        fine = self.make_fine(trigger="obligation", model_name=False, user_path=False)
        self.make_rule(sanction_rule_id=fine.id, responsible_path="user_id", amount=1)
        with freeze_time("2026-03-02 01:00:00"):
            self.make_hosts(user_id=self.seller.id)
        with freeze_time("2026-03-04 01:00:00"):
            self.sweep()
        self.assertEqual(self.sanctions.search([]).user_id, self.seller)

    def test_p17_07_no_warning_and_a_loss_charges_handler_and_manager(self):
        """P17.07: no pre-warning and a loss: handler and managers answer for it."""
        role = self.env["care.role"].create(
            {"code": "branch_boss", "name": "B", "company_id": self.company.id}
        )
        self.env["care.role.assignment"].create(
            {
                "role_id": role.id,
                "user_id": self.sales_head.id,
                "company_id": self.company.id,
            }
        )
        rules = self.make_fine(
            code="handler", domain="[('is_right', '=', False), ('loss', '>', 0)]"
        ) + self.make_fine(
            code="manager",
            role_id=role.id,
            domain="[('is_right', '=', False), ('loss', '>', 0)]",
        )
        self.make_cars(date(2026, 3, 2), loss=10)
        self.make_cars(date(2026, 3, 3), loss=10, is_right=True)
        self.make_cars(date(2026, 3, 4), loss=0)
        found = self.propose()
        self.assertEqual(found.user_id, self.seller + self.sales_head)
        self.assertEqual(found.rule_id, rules)
        self.assertEqual(len(found), 2)

    def test_p19_10_late_registration_costs_points_once(self):
        """P19.10: late registration in spite of reminders costs points."""
        fine = self.make_fine(
            kind="points", amount=0, points=1, trigger="obligation", model_name=False
        )
        fine.user_path = False
        self.make_rule(
            sanction_rule_id=fine.id,
            responsible_path="user_id",
            amount=2,
            remind_amount=1,
            remind_unit="day",
        )
        with freeze_time("2026-03-02 01:00:00"):
            self.make_hosts(user_id=self.seller.id)
        for now in (
            "2026-03-03 02:00:00",
            "2026-03-05 01:00:00",
            "2026-03-06 01:00:00",
        ):
            with freeze_time(now):
                self.sweep()
        self.assertEqual(self.sanctions.search([]).mapped("points"), [1])
        self.propose("2026-03-07 01:00:00")
        self.assertEqual(len(self.sanctions.search([])), 1)

    def test_a_duty_that_is_missed_is_charged(self):
        fine = self.make_fine(trigger="obligation", model_name=False, user_path=False)
        duty = self.env["care.duty"].create(
            {
                "code": "monthly",
                "name": "Register",
                "rrule": "FREQ=MONTHLY;BYMONTHDAY=1",
                "dtstart": date(2026, 3, 1),
                "amount": 9,
                "unit": "day",
                "user_id": self.seller.id,
                "company_id": self.company.id,
                "produce_from": date(2026, 3, 1),
                "sanction_rule_id": fine.id,
            }
        )
        with freeze_time("2026-03-01 01:00:00"):
            duty._produce(at("2026-03-01 01:00:00"))
        with freeze_time("2026-03-12 01:00:00"):
            self.sweep()
        sanction = self.sanctions.search([])
        self.assertEqual(sanction.user_id, self.seller)
        self.assertEqual(sanction.occurrence_date, date(2026, 3, 10))

    def test_rewards_are_proposed_like_fines(self):
        self.make_fine(kind="reward", amount=200, domain="[('topic', '=', 'price')]")
        self.make_cars(date(2026, 3, 2), topic="price")
        sanction = self.propose()
        self.decide(sanction, self.boss, "confirm")
        self.assertFalse(sanction.appeal_until)
        totals = self.sanctions._totals(
            self.seller, date(2026, 3, 1), date(2026, 3, 31), self.company
        )[self.seller.id]
        self.assertEqual((totals.rewards, totals.fines), (200, 0))

    def test_amounts_of_another_currency_are_converted_on_the_day(self):
        euro = self.env.ref("base.EUR")
        own = self.company.currency_id
        self.assertNotEqual(own, euro)
        self.env["res.currency.rate"].create(
            {
                "name": date(2026, 3, 1),
                "currency_id": euro.id,
                "rate": 0.5,
                "company_id": self.company.id,
            }
        )
        self.make_fine(currency_id=euro.id, amount=50)
        self.make_cars(date(2026, 3, 2))
        sanction = self.propose()
        self.assertEqual((sanction.currency_id, sanction.amount), (own, 100))

    def test_what_happened_before_the_rule_is_not_charged(self):
        self.make_fine(date_from=date(2026, 3, 10))
        self.make_cars(date(2026, 3, 9), date(2026, 3, 10))
        self.assertEqual(self.propose().mapped("occurrence_date"), [date(2026, 3, 10)])

    def test_rules_that_cannot_work_are_refused(self):
        for vals in [
            {"basis": "item"},
            {"basis": "loss_pct", "loss_pct": 5},
            {"basis": "range"},
            {"amount": 0},
            {"recur_days": 1},
            {"user_path": "name"},
            {"date_field": "name"},
            {"model_name": False},
            {"domain": "[('nothing', '=', 1)]"},
            {"min_amount": 5, "max_amount": 4},
        ]:
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.make_fine(**vals)
