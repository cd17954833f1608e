"""What a rule makes of records that are saved."""

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .obligation_common import ObligationCase, at

MONDAY = "2026-03-02 02:00:00"  # 10:00 in Shanghai


@tagged("post_install", "-at_install")
@freeze_time(MONDAY)
class TestObligationStart(ObligationCase):
    """When a clock starts, and when it is due."""

    def test_counts_from_the_moment_without_a_start_field(self):
        self.make_rule()
        obligation = self.make_hosts().obligation_ids
        self.assertEqual(obligation.start_at, at(MONDAY))
        self.assertEqual(obligation.due_at, at("2026-03-09 02:00:00"))
        self.assertEqual(obligation.state, "open")
        self.assertEqual(obligation.user_id.id, False)
        self.assertEqual(self.kinds(obligation), ["start"])

    def test_counts_from_a_time_of_the_record(self):
        self.make_rule(start_field="received_at", amount=2, unit="hour")
        obligation = self.make_hosts(
            received_at=at("2026-03-01 00:00:00")
        ).obligation_ids
        self.assertEqual(obligation.due_at, at("2026-03-01 02:00:00"))

    def test_counted_from_a_date_the_last_day_counts_in_full(self):
        self.make_rule(start_field="received_on", amount=7)
        obligation = self.make_hosts(received_on="2026-03-01").obligation_ids
        # the end of 8 March in Shanghai
        self.assertEqual(obligation.due_at, at("2026-03-08 16:00:00"))

    def test_due_at_a_time_of_the_day(self):
        self.make_rule(amount=1, at_time="10:00")
        self.assertEqual(
            self.make_hosts().obligation_ids.due_at, at("2026-03-03 02:00:00")
        )

    def test_working_days_skip_the_weekend(self):
        self.make_rule(amount=5, unit="working_day")
        # five working days after Monday is the end of the next Monday
        self.assertEqual(
            self.make_hosts().obligation_ids.due_at, at("2026-03-09 09:00:00")
        )

    def test_no_obligation_while_the_condition_does_not_hold(self):
        self.make_rule(start_domain="[('level', '>', 3)]")
        host = self.make_hosts()
        self.assertFalse(host.obligation_ids)
        host.level = 4
        self.assertEqual(len(host.obligation_ids), 1)
        host.level = 5
        self.assertEqual(len(host.obligation_ids), 1)

    def test_a_computed_field_is_followed_to_what_it_is_computed_from(self):
        self.make_rule(start_domain="[('is_high', '=', True)]")
        host = self.make_hosts()
        host.level = 9
        self.assertEqual(len(host.obligation_ids), 1)

    def test_a_save_that_touches_no_rule_costs_nothing(self):
        self.make_rule()
        host = self.make_hosts()
        self.env.flush_all()
        self.env["care.sight"]._in_use(2)  # asked once by each worker
        with self.assertQueryCount(1):  # the update of the host
            host.name = "other"
            host.flush_recordset(["name"])

    def test_the_responsible_comes_from_the_path(self):
        self.make_rule(responsible_path="user_id")
        host = self.make_hosts()
        self.assertEqual(host.obligation_ids.user_id, self.clerk)
        host.user_id = self.chief
        self.assertEqual(host.obligation_ids.user_id, self.chief)

    def test_the_responsible_comes_from_the_role_where_the_path_is_empty(self):
        role = self.env["care.role"].create({"code": "answerer", "name": "Answerer"})
        self.env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": self.worker.id}
        )
        self.make_rule(responsible_path="user_id", role_id=role.id)
        self.assertEqual(
            self.make_hosts(user_id=False).obligation_ids.user_id, self.worker
        )

    def test_a_calendar_that_never_opens_refuses_no_record(self):
        self.make_rule(
            amount=8, unit="working_hour", calendar_id=self.closed_calendar().id
        )
        obligation = self.make_hosts().obligation_ids
        self.assertEqual(obligation.due_at, at("2026-03-02 10:00:00"))

    def closed_calendar(self):
        return self.env["resource.calendar"].create(
            {"name": "Never open", "tz": "Asia/Shanghai", "attendance_ids": [(5, 0, 0)]}
        )

    def test_a_rule_that_never_ends_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "never ends"):
            self.make_rule(done_domain=False)

    def test_a_path_that_leads_to_no_user_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "partner_id"):
            self.make_rule(responsible_path="partner_id")
        with self.assertRaisesRegex(ValidationError, "name"):
            self.make_rule(start_field="name")

    def test_a_rule_of_another_company_leaves_the_record_alone(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.make_rule(company_id=other.id)
        everywhere = self.make_rule(company_id=False)
        host = self.make_hosts()
        self.assertEqual(host.obligation_ids.rule_id, everywhere)
        host.company_id = other
        running = host.obligation_ids.filtered(lambda o: o.rule_id != everywhere)
        self.assertEqual(running.mapped("state"), ["open"])
        host.company_id = self.company
        self.assertEqual(running.state, "cancelled")

    def test_a_thousand_records_cost_as_many_queries_as_fifty(self):
        role = self.env["care.role"].create({"code": "answerer", "name": "Answerer"})
        self.make_rule(role_id=role.id, remind_amount=1)
        self.make_rule(unit="working_day", pause_domain="[('state', '=', 'waiting')]")
        partners = self.env["res.partner"].create(
            [{"name": f"p{i}"} for i in range(1000)]
        )
        self.make_hosts(3, partner_id=partners[0].id)

        def cost(count):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            hosts = self.env["test.care.host"].create(
                [
                    {"name": "c", "company_id": self.company.id, "partner_id": p.id}
                    for p in partners[:count]
                ]
            )
            self.env.flush_all()
            self.assertEqual(
                self.ledger.search_count([("res_id", "in", hosts.ids)]), 2 * count
            )
            return self.env.cr.sql_log_count - before

        few, many = cost(50), cost(1000)
        # ORM itself inserts and prefetches a thousand records in several statements
        self.assertLessEqual(many - few, 30, (few, many))


@tagged("post_install", "-at_install")
class TestObligationEnd(ObligationCase):
    """How a clock ends, and that it cannot be turned back."""

    def start(self, count=1, **vals):
        with freeze_time(MONDAY):
            return self.make_hosts(count, **vals)

    def test_done_in_time_is_met(self):
        self.make_rule()
        host = self.start(story="heard:")
        with freeze_time("2026-03-09 02:00:00"):
            host.state = "done"
        self.assertEqual(host.obligation_ids.state, "met")
        self.assertEqual(host.obligation_ids.done_at, at("2026-03-09 02:00:00"))
        self.assertFalse(host.obligation_ids.next_fire_at)
        self.assertEqual(host.story, "heard: met")

    def test_done_late_is_missed_and_stays_missed(self):
        self.make_rule()
        host = self.start(story="heard:")
        with freeze_time("2026-03-09 02:00:01"):
            host.state = "done"
        obligation = host.obligation_ids
        self.assertEqual(
            (obligation.state, obligation.missed_at), ("missed", obligation.due_at)
        )
        self.assertEqual(self.kinds(obligation), ["start", "miss", "late_done"])
        self.assertEqual(host.story, "heard: missed")

    def test_swept_first_then_done_is_still_missed(self):
        self.make_rule()
        host = self.start()
        with freeze_time("2026-03-10 00:00:00"):
            self.sweep()
            self.assertEqual(host.obligation_ids.state, "missed")
            self.assertTrue(host.obligation_ids.is_pending)
        with freeze_time("2026-03-11 00:00:00"):
            host.state = "done"
        obligation = host.obligation_ids
        self.assertEqual(
            (obligation.state, obligation.done_at), ("missed", at("2026-03-11"))
        )
        self.assertFalse(obligation.is_pending)

    def test_the_field_that_says_when_counts_not_the_save(self):
        self.make_rule(done_domain=False, done_field="done_at")
        host = self.start()
        with freeze_time("2026-03-20 00:00:00"):
            host.done_at = at("2026-03-08 00:00:00")
        self.assertEqual(host.obligation_ids.state, "met")

    def test_a_done_date_means_that_whole_day(self):
        self.make_rule(done_domain=False, done_field="done_on")
        host = self.start()
        with freeze_time("2026-03-20 00:00:00"):
            host.done_on = "2026-03-09"
        self.assertEqual(host.obligation_ids.state, "met")

    def test_a_done_time_in_the_future_counts_as_now(self):
        self.make_rule(done_domain=False, done_field="done_at")
        host = self.start()
        with freeze_time("2026-03-03 00:00:00"):
            host.done_at = at("2027-01-01 00:00:00")
        self.assertEqual(host.obligation_ids.done_at, at("2026-03-03 00:00:00"))

    def test_done_in_the_save_that_starts_it_is_met(self):
        self.make_rule()
        self.assertEqual(self.start(state="done").obligation_ids.state, "met")

    def test_a_closed_record_from_before_the_rule_owes_nothing(self):
        host = self.start(state="done")
        self.make_rule(start_domain="[('level', '<', 5)]")
        host.partner_id = self.clerk.partner_id
        self.assertFalse(host.obligation_ids)

    def test_called_off_by_condition_archive_and_delete(self):
        self.make_rule(cancel_domain="[('state', '=', 'void')]")
        void, archived, deleted = self.start(3)
        obligations = [host.obligation_ids for host in (void, archived, deleted)]
        with freeze_time("2026-03-03 00:00:00"):
            void.state = "void"
            archived.active = False
            deleted.unlink()
        for obligation, reason in zip(
            obligations, ["condition", "condition", "deleted"], strict=True
        ):
            self.assertEqual(obligation.state, "cancelled")
            self.assertEqual(obligation.event_ids[-1:].reason, reason)

    def test_what_is_overdue_cannot_be_called_off(self):
        self.make_rule(cancel_domain="[('state', '=', 'void')]")
        void, deleted = self.start(2)
        obligations = void.obligation_ids | deleted.obligation_ids
        with freeze_time("2026-03-19 00:00:00"):
            void.state = "void"
            deleted.unlink()
        self.assertEqual(obligations.mapped("state"), ["missed", "missed"])

    def test_reopened_starts_a_new_round_now(self):
        self.make_rule(start_field="received_at")
        host = self.start(received_at=at(MONDAY))
        with freeze_time("2026-03-04 00:00:00"):
            host.state = "done"
        with freeze_time("2026-03-20 00:00:00"):
            host.state = "new"
        first, second = host.obligation_ids.sorted("round")
        self.assertEqual((first.state, first.round), ("met", 1))
        self.assertEqual((second.state, second.round), ("open", 2))
        self.assertEqual(second.start_at, at("2026-03-20 00:00:00"))
        self.assertEqual(second.due_at, at("2026-03-27 00:00:00"))

    def test_an_unarchived_record_starts_again(self):
        self.make_rule()
        host = self.start()
        with freeze_time("2026-03-03 00:00:00"):
            host.active = False
        with freeze_time("2026-03-04 00:00:00"):
            host.active = True
        self.assertEqual(
            host.obligation_ids.sorted("round").mapped("state"), ["cancelled", "open"]
        )

    def test_a_corrected_start_moves_what_runs(self):
        self.make_rule(start_field="received_at")
        host = self.start(received_at=at(MONDAY))
        with freeze_time("2026-03-03 00:00:00"):
            host.received_at = at("2026-03-01 02:00:00")
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-08 02:00:00"))
        self.assertEqual(self.kinds(host.obligation_ids), ["start", "move"])


@tagged("post_install", "-at_install")
class TestObligationPause(ObligationCase):
    """A pause is worth what it took, no more."""

    def test_a_pause_over_a_weekend_is_worth_no_working_time(self):
        self.make_rule(
            amount=8, unit="working_hour", pause_domain="[('state','=','waiting')]"
        )
        with freeze_time("2026-03-06 08:00:00"):  # Friday 16:00
            host = self.make_hosts()
        obligation = host.obligation_ids
        self.assertEqual(obligation.due_at, at("2026-03-09 08:00:00"))  # Monday 16:00
        with freeze_time("2026-03-06 08:30:00"):
            host.state = "waiting"
            self.assertEqual(
                (obligation.state, obligation.next_fire_at), ("paused", False)
            )
        with freeze_time("2026-03-09 00:30:00"):  # Monday 8:30
            host.state = "new"
        # Friday 16:30 to 17:00 and Monday 8:00 to 8:30 are one working hour
        self.assertEqual(obligation.paused_seconds, 3600)
        self.assertEqual(obligation.due_at, at("2026-03-09 09:00:00"))
        self.assertEqual(self.kinds(obligation), ["start", "pause", "resume"])

    def test_a_pause_of_a_wall_clock_is_worth_every_second(self):
        self.make_rule(pause_domain="[('state','=','waiting')]")
        with freeze_time(MONDAY):
            host = self.make_hosts()
            host.state = "waiting"
        with freeze_time("2026-03-04 02:00:00"):
            host.state = "new"
        self.assertEqual(host.obligation_ids.paused_seconds, 2 * 86400)
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-11 02:00:00"))

    def test_paused_does_not_fire(self):
        self.make_rule(pause_domain="[('state','=','waiting')]")
        with freeze_time(MONDAY):
            host = self.make_hosts()
            host.state = "waiting"
        with freeze_time("2026-06-01 00:00:00"):
            self.sweep()
            self.assertEqual(host.obligation_ids.state, "paused")

    def test_resolved_while_waiting_in_one_save_counts_the_pause_once(self):
        rule = self.make_rule(pause_domain="[('level', '=', 1)]")
        with freeze_time(MONDAY):
            host = self.make_hosts()
        with freeze_time("2026-03-04 02:00:00"):
            # pause and done at once: it is done, nothing is paused
            host.write({"level": 1, "state": "done"})
        self.assertEqual(host.obligation_ids.state, "met")
        self.assertEqual(host.obligation_ids.paused_seconds, 0)
        with freeze_time(MONDAY):
            host = self.make_hosts(level=1)
        with freeze_time("2026-03-12 02:00:00"):
            # ten days of waiting, then done while still waiting: all ten are credited
            host.write({"state": "done"})
        obligation = host.obligation_ids
        self.assertEqual(obligation.rule_id, rule)
        self.assertEqual(
            (obligation.state, obligation.paused_seconds), ("met", 10 * 86400)
        )

    def test_a_done_time_before_the_pause_gets_no_credit(self):
        self.make_rule(
            pause_domain="[('state','=','waiting')]",
            done_domain=False,
            done_field="done_at",
        )
        with freeze_time(MONDAY):
            host = self.make_hosts()
        with freeze_time("2026-03-05 02:00:00"):
            host.state = "waiting"
        with freeze_time("2026-03-12 02:00:00"):
            host.done_at = at("2026-03-04 02:00:00")
        self.assertEqual(host.obligation_ids.state, "met")
        self.assertEqual(host.obligation_ids.paused_seconds, 0)

    def test_pausing_what_is_overdue_does_not_save_it(self):
        self.make_rule(pause_domain="[('state','=','waiting')]")
        with freeze_time(MONDAY):
            host = self.make_hosts()
        with freeze_time("2026-03-12 02:00:00"):
            host.state = "waiting"
        self.assertEqual(host.obligation_ids.state, "missed")
