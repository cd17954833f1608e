from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .test_improvement import CAR, PLAN, ImprovementCase


@tagged("post_install", "-at_install")
class TestImprovementRule(ImprovementCase):
    """Improvements that open by themselves, and never twice for the same thing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env["care.improvement.rule"].create(
            {
                "code": "third",
                "name": "Complained of three times",
                "trigger": "repeat",
                "model_name": CAR,
                "date_field": "happened_on",
                "date_from": date(2026, 3, 1),
                "repeat_path": "topic",
                "repeat_count": 3,
                "repeat_days": 30,
                "user_path": "department_id.manager_id.user_id",
                "due_amount": 10,
                "due_unit": "day",
                "check_amount": 30,
                "check_unit": "day",
                "company_id": cls.company.id,
            }
        )

    def run_rules(self, now="2026-03-31 01:00:00"):
        self.no_commits()
        with freeze_time(now):
            self.env["care.improvement.rule"]._cron_open()
        self.env.invalidate_all()
        return self.improvements.search([], order="id")

    def complain(self, *days, **vals):
        vals = {"topic": "delay", **vals}
        return self.make_cars(*(date(2026, 3, day) for day in days), **vals)

    def test_p03_19_the_third_repeat_opens_a_key_improvement(self):
        """P03.19: the same issue complained of three times or more."""
        self.complain(2, 3)
        self.complain(4, topic="price")
        self.assertFalse(self.run_rules())
        cars = self.complain(5)
        improvement = self.run_rules()
        self.assertEqual(len(improvement), 1)
        self.assertEqual(improvement.origin, "repeat")
        self.assertEqual(len(improvement.link_ids), 3)
        self.assertIn(cars.id, improvement.link_ids.mapped("res_id"))
        self.assertEqual(improvement.user_id, self.sales_head)
        self.assertEqual(improvement.date_due, date(2026, 4, 10))
        self.assertEqual(improvement.check_date, date(2026, 5, 10))
        self.assertEqual(cars.with_user(self.clerk).improvement_count, 1)

    def test_p03_19_never_twice_while_one_is_open(self):
        """P03.19: further repeats join the improvement that is open."""
        self.complain(2, 3, 4)
        improvement = self.run_rules()
        self.assertEqual(self.run_rules(), improvement)
        more = self.complain(6)
        self.assertEqual(self.run_rules(), improvement)
        self.assertIn(more.id, improvement.link_ids.mapped("res_id"))

    def test_p03_19_after_it_ended_only_new_ones_count(self):
        """P03.19: what was counted once does not count again."""
        self.complain(2, 3, 4)
        improvement = self.run_rules()
        improvement.with_user(self.boss)._leave("cancelled", "Known")
        self.complain(10, 11)
        self.assertEqual(self.run_rules(), improvement)
        self.complain(12)
        found = self.run_rules()
        self.assertEqual(len(found), 2)
        self.assertEqual(len(found[1].link_ids), 3)

    def test_p03_19_too_far_apart_is_no_repeat(self):
        """P03.19, with a window of 10 days chosen by the key user."""
        self.rule.repeat_days = 10
        self.complain(2, 8, 12)
        self.assertFalse(self.run_rules())
        self.complain(11)
        self.assertTrue(self.run_rules())

    def test_p03_19_a_job_that_is_late_finds_them_still(self):
        """P03.19: the window lies between the repeats, not before the job."""
        self.complain(2, 3, 4)
        self.assertTrue(self.run_rules("2026-06-30 01:00:00"))

    def test_p03_19_the_next_cycle_takes_further_repeats(self):
        """P03.19: not effective, and repeated: no third improvement beside it."""
        self.complain(2, 3, 4)
        improvement = self.run_rules()
        improvement.write({**PLAN, "check_user_id": self.service_head.id})
        for button in ("action_plan", "action_start"):
            self.press(improvement, self.sales_head, button)
        improvement.result = "done"
        self.press(improvement, self.sales_head, "action_done")
        self.check(improvement, self.service_head, "not_effective")
        self.complain(20, 21, 22)
        found = self.run_rules("2026-04-25 01:00:00")
        self.assertEqual(found, improvement + improvement.next_ids)
        self.assertEqual(len(improvement.next_ids.link_ids), 6)

    def test_companies_are_counted_apart(self):
        self.rule.company_id = False
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.complain(2, 3)
        self.complain(4, company_id=other.id)
        self.assertFalse(self.run_rules())

    def test_a_record_that_meets_a_condition_opens_one_once(self):
        self.rule.active = False
        self.env["care.improvement.rule"].create(
            {
                "code": "loss",
                "name": "Great loss",
                "trigger": "record",
                "model_name": CAR,
                "domain": "[('loss', '>', 1000)]",
                "date_field": "happened_on",
                "date_from": date(2026, 3, 1),
                "user_path": "user_id",
                "company_id": self.company.id,
            }
        )
        self.complain(2, loss=10)
        great = self.complain(3, loss=2000)
        self.make_cars(date(2026, 2, 1), loss=2000)
        improvement = self.run_rules()
        self.assertEqual((improvement.res_model, improvement.res_id), (CAR, great.id))
        self.assertEqual(improvement.user_id, self.seller)
        improvement.with_user(self.boss)._leave("cancelled", "Known")
        self.assertEqual(self.run_rules(), improvement)

    def test_it_names_no_record_that_its_reader_may_not_see(self):
        self.complain(2, 3, 4, name="Secret customer")
        improvement = self.run_rules()
        self.env["ir.model.access"].search([("model_id.model", "=", CAR)]).unlink()
        self.env.invalidate_all()
        seen = improvement.with_user(self.clerk)
        self.assertNotIn("Secret", seen.display_name)
        self.assertEqual(set(seen.link_ids.mapped("document")), {False})

    def test_from_any_record_by_the_server_action(self):
        car = self.complain(2)
        opened = self.improvements.with_user(self.clerk)._action_open_from(
            car.with_user(self.clerk)
        )
        improvement = self.improvements.browse(opened["res_id"])
        self.assertEqual(improvement.department_id, self.sales)
        again = car.with_user(self.clerk).action_open_improvement()
        self.assertEqual(again["res_id"], improvement.id)
        action = self.env.ref("customer_care.care_improvement_partner_server_action")
        partner = self.env["res.partner"].create({"name": "Customer"})
        run = action.with_user(self.clerk).with_context(
            active_model="res.partner", active_ids=partner.ids, active_id=partner.id
        )
        result = run.run()
        found = self.improvements.browse(result["res_id"])
        self.assertEqual(found.partner_id, partner)
        self.env.invalidate_all()
        self.assertEqual(partner.with_user(self.clerk).care_improvement_count, 1)
        shown = partner.with_user(self.clerk).action_view_care_improvements()
        self.assertEqual(self.improvements.search(shown["domain"]), found)

    def test_a_rule_that_fails_stops_no_other(self):
        self.complain(2, 3, 4)
        broken = self.rule.copy({"code": "broken", "sequence": 1})
        self.env.cr.execute(
            "UPDATE care_improvement_rule SET repeat_path = 'gone' WHERE id = %s",
            [broken.id],
        )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.customer_care", "ERROR"):
            self.assertEqual(len(self.run_rules()), 1)

    def test_rules_that_cannot_work_are_refused(self):
        for vals in [
            {"repeat_path": ""},
            {"repeat_path": "nothing"},
            {"repeat_path": "culprit_ids"},
            {"date_field": "name"},
            {"model_name": False},
        ]:
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.rule.copy({"code": "x", **vals})

    def test_many_repeats_cost_few_queries(self):
        counts = []
        for number in (3, 60):
            self.make_cars(*[date(2026, 3, 2)] * number, topic="price")
            before = self.env.cr.sql_log_count
            self.run_rules()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 20)
