from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.customer_care.models import care_sanction_proposal

from .common_sanction import SanctionCase


@tagged("post_install", "-at_install")
class TestSanctionJob(SanctionCase):
    """The job and the sweep: nothing left out, nothing twice, nothing held up."""

    def test_records_that_cost_nothing_hold_up_no_others(self):
        self.patch(care_sanction_proposal, "BATCH", 2)
        self.make_fine(basis="item", count_field="missing_count", amount=20)
        self.make_cars(*[date(2026, 3, 2)] * 5)
        self.make_cars(date(2026, 3, 2), missing_count=1)
        self.assertEqual(len(self.propose()), 1)

    def test_a_record_without_a_day_waits_for_it(self):
        self.make_fine(date_from=False)
        car = self.make_cars(False)
        self.assertFalse(self.propose())
        car.happened_on = date(2026, 3, 2)
        self.assertEqual(len(self.propose()), 1)

    def test_what_a_sweep_left_out_is_found_by_the_job(self):
        fine = self.make_fine(trigger="obligation", model_name=False, user_path=False)
        rule = self.make_rule(responsible_path="user_id", amount=1)
        with freeze_time("2026-03-02 01:00:00"):
            self.make_hosts(3, user_id=self.seller.id)
        with freeze_time("2026-03-04 01:00:00"):
            self.sweep()
        self.assertFalse(self.sanctions.search([]))
        rule.sanction_rule_id = fine
        self.assertEqual(len(self.propose("2026-03-05 01:00:00")), 3)
        self.assertEqual(len(self.propose("2026-03-05 02:00:00")), 3)

    def test_an_obligation_whose_record_does_not_fit_is_looked_at_once_a_run(self):
        fine = self.make_fine(
            trigger="obligation", model_name="test.care.host", date_field=False
        )
        fine.domain = "[('level', '>', 5)]"
        self.make_rule(sanction_rule_id=fine.id, responsible_path="user_id", amount=1)
        with freeze_time("2026-03-02 01:00:00"):
            self.make_hosts(2)
            high = self.make_hosts(level=9)
        with freeze_time("2026-03-04 01:00:00"):
            self.sweep()
        self.assertEqual(self.propose("2026-03-05 01:00:00").res_id, high.id)

    def test_a_failing_rule_stops_neither_sweep_nor_others(self):
        fine = self.make_fine(trigger="obligation", model_name=False, user_path=False)
        self.make_rule(sanction_rule_id=fine.id, responsible_path="user_id", amount=1)
        with freeze_time("2026-03-02 01:00:00"):
            host = self.make_hosts()
        self.patch(type(self.sanctions), "_propose", lambda *args: 1 / 0)
        logged = self.assertLogs("odoo.addons.customer_care", "ERROR")
        with freeze_time("2026-03-04 01:00:00"), logged:
            self.sweep()
        self.assertEqual(host.obligation_ids.state, "missed")

    def test_sweep_of_unsanctioned_rules_costs_one_query(self):
        self.make_rule(responsible_path="user_id", amount=1)
        with freeze_time("2026-03-02 01:00:00"):
            self.make_hosts(50)
        obligations = self.ledger.search([])
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.sanctions._on_obligations_missed(obligations)

    def test_many_missed_at_once_are_proposed_in_few_queries(self):
        fine = self.make_fine(trigger="obligation", model_name=False, user_path=False)
        self.make_rule(sanction_rule_id=fine.id, responsible_path="user_id", amount=1)
        counts = []
        for number in (5, 60):
            with freeze_time("2026-03-02 01:00:00"):
                self.make_hosts(number, user_id=self.seller.id)
            with freeze_time("2026-03-04 01:00:00"):
                before = self.env.cr.sql_log_count
                self.sweep()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 60)

    def test_one_bad_record_stops_no_other(self):
        self.make_fine()
        bad, good = self.make_cars(date(2026, 3, 2), date(2026, 3, 2))
        events_of = type(self.sanctions)._record_events

        def fails(this, rule, record):
            return 1 / 0 if record == bad else events_of(this, rule, record)

        self.patch(type(self.sanctions), "_record_events", fails)
        with self.assertLogs("odoo.addons.customer_care", "ERROR"):
            self.assertEqual(self.propose().res_id, good.id)

    def test_who_saves_a_late_record_may_still_decide(self):
        fine = self.make_fine(trigger="obligation", model_name=False, user_path=False)
        self.make_rule(sanction_rule_id=fine.id, responsible_path="user_id", amount=1)
        with freeze_time("2026-03-02 01:00:00"):
            host = self.make_hosts(user_id=self.seller.id)
        with freeze_time("2026-03-04 01:00:00"):
            host.with_user(self.sales_head).state = "done"
        self.env.invalidate_all()
        sanction = self.sanctions.search([])
        self.assertEqual(sanction.decider_ids, self.sales_head)
        self.assertFalse(sanction.proposed_by_id)

    def test_a_company_that_never_opens_still_proposes(self):
        closed = self.env["resource.calendar"].create(
            {"name": "Never open", "attendance_ids": [(5,)]}
        )
        self.make_fine(recur_days=1, done_field="right_at")
        self.make_cars(date(2026, 3, 2))
        self.company.resource_calendar_id = closed
        self.assertEqual(len(self.propose()), 1)

    def test_the_same_violation_told_twice_is_charged_once(self):
        rule = self.make_fine()
        car = self.make_cars(date(2026, 3, 2))
        for wanted in (1, 0):
            new = self.sanctions._propose_records(car.ids, rule)
            self.assertEqual(len(new), wanted)
