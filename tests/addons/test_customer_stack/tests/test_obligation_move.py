"""What a change of rules and calendars does to what runs."""

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .obligation_common import ObligationCase, at

MONDAY = "2026-03-02 02:00:00"


@tagged("post_install", "-at_install")
class TestObligationMove(ObligationCase):
    """Open and paused ones move and say so; what has ended does not."""

    def test_a_changed_rule_moves_open_and_paused_alone(self):
        rule = self.make_rule(pause_domain="[('state', '=', 'waiting')]")
        with freeze_time(MONDAY):
            open_, paused, missed, met = self.make_hosts(4)
            paused.state = "waiting"
            met.state = "done"
            missed.received_at = at(MONDAY)
        with freeze_time("2026-03-10 00:00:00"):
            open_.obligation_ids._engine().write({"next_fire_at": False})
            self.sweep()
            self.assertEqual(missed.obligation_ids.state, "missed")
            rule.write({"amount": 14})
        for host, due in [
            (open_, "2026-03-16 02:00:00"),
            (paused, "2026-03-16 02:00:00"),
            (missed, "2026-03-09 02:00:00"),
            (met, "2026-03-09 02:00:00"),
        ]:
            self.assertEqual(host.obligation_ids.due_at, at(due))
        event = open_.obligation_ids.event_ids[-1:]
        self.assertEqual((event.kind, event.reason), ("move", "changed_rule"))
        self.assertEqual(event.due_before, at("2026-03-09 02:00:00"))
        self.assertEqual(event.due_after, at("2026-03-16 02:00:00"))
        self.assertNotIn("move", self.kinds(missed.obligation_ids))

    def test_a_changed_rule_that_counts_from_a_field_moves_too(self):
        domain = "[('state', 'in', ['new', 'waiting'])]"
        rule = self.make_rule(start_domain=domain, start_field="received_at")
        with freeze_time(MONDAY):
            host = self.make_hosts(received_at="2026-03-01 02:00:00")
            rule.amount = 9
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-10 02:00:00"))

    def test_a_pause_is_not_forgotten_when_the_rule_changes(self):
        rule = self.make_rule(pause_domain="[('state', '=', 'waiting')]")
        with freeze_time(MONDAY):
            host = self.make_hosts(state="waiting")
        with freeze_time("2026-03-04 02:00:00"):
            host.state = "new"
            rule.amount = 10
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-14 02:00:00"))

    def test_a_new_holiday_moves_what_counts_working_days(self):
        self.make_rule(amount=2, unit="working_day")
        with freeze_time(MONDAY):
            host = self.make_hosts()
            self.assertEqual(host.obligation_ids.due_at, at("2026-03-04 09:00:00"))
            self.env["care.calendar.day"].create(
                {
                    "calendar_id": self.calendar.id,
                    "date": "2026-03-03",
                    "kind": "holiday",
                    "name": "Feast",
                }
            )
        obligation = host.obligation_ids
        self.assertEqual(obligation.due_at, at("2026-03-05 09:00:00"))
        self.assertEqual(obligation.event_ids[-1:].reason, "changed_calendar")
        self.assertEqual(obligation.next_fire_at, obligation.due_at)

    def test_a_big_set_is_moved_by_the_job(self):
        rule = self.make_rule()
        with freeze_time(MONDAY):
            hosts = self.make_hosts(5)
            self.patch_inline(3)
            rule.amount = 14
            self.assertEqual(
                set(hosts.obligation_ids.mapped("due_at")), {at("2026-03-09 02:00")}
            )
            self.assertTrue(all(hosts.obligation_ids.mapped("replan")))
            while self.ledger._process_replans(2):
                pass
        self.env.invalidate_all()
        self.assertEqual(
            set(hosts.obligation_ids.mapped("due_at")), {at("2026-03-16 02:00")}
        )
        self.assertFalse(any(hosts.obligation_ids.mapped("replan")))

    def patch_inline(self, size):
        import odoo.addons.customer_care.models.care_obligation_plan as plan

        self.patch(plan, "INLINE", size)

    def test_a_rule_switched_off_calls_off_what_runs(self):
        rule = self.make_rule(
            escalation_ids=[(0, 0, {"amount": 1, "notify": "responsible"})]
        )
        with freeze_time(MONDAY):
            open_, late = self.make_hosts(2)
        with freeze_time("2026-03-09 12:00:00"):
            open_.obligation_ids._engine().write({"due_at": at("2026-03-20 00:00:00")})
            self.sweep()
            rule.active = False
            self.assertEqual(open_.obligation_ids.state, "cancelled")
            self.assertEqual(open_.obligation_ids.event_ids[-1:].reason, "rule")
            self.assertEqual(late.obligation_ids.state, "missed")
        with freeze_time("2026-04-01 00:00:00"):
            self.sweep()
            self.assertEqual(late.obligation_ids.escalation_level, 0)
            rule.active = True
            self.scan()
        self.assertEqual(
            open_.obligation_ids.sorted("round").mapped("state"), ["cancelled", "open"]
        )

    def test_apply_now_starts_what_fits_already(self):
        with freeze_time(MONDAY):
            hosts = self.make_hosts(3)
            hosts[0].state = "done"
            rule = self.make_rule()
            self.assertFalse(hosts.obligation_ids)
            rule.with_user(self.chief).action_apply_now()
        self.env.invalidate_all()
        self.assertEqual(len(hosts.obligation_ids), 2)
        self.assertFalse(rule.scan_wanted)

    def test_a_changed_condition_is_looked_at_again_by_the_job(self):
        rule = self.make_rule()
        with freeze_time(MONDAY):
            host = self.make_hosts(level=7)
            rule.cancel_domain = "[('level', '=', 7)]"
            self.scan()
        self.assertEqual(host.obligation_ids.state, "cancelled")

    def test_a_rule_with_a_history_is_archived_not_deleted(self):
        rule = self.make_rule()
        self.make_hosts()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            rule.unlink()

    def test_it_says_why_it_is_due_then(self):
        self.make_rule(amount=2, unit="working_day")
        with freeze_time(MONDAY):
            obligation = self.make_hosts().obligation_ids
        self.assertIn("2026", obligation.explanation)
        self.assertTrue(obligation.event_ids.text)

    def test_a_key_user_writes_a_rule_on_the_screen(self):
        rules = self.env["care.obligation.rule"].with_user(self.chief)
        with Form(rules) as form:
            form.name = "Answer"
            form.code = "screen"
            form.model_id = self.env["ir.model"]._get("test.care.host")
            form.ends_by_condition = True
            form.done_domain = "[('state', '=', 'done')]"
            form.is_pausable = True
            form.pause_domain = "[('state', '=', 'waiting')]"
            with form.escalation_ids.new() as line:
                line.notify = "user"
                line.user_id = self.worker
        rule = form.record
        self.assertEqual(rule.model_name, "test.care.host")
        self.assertEqual(rule.escalation_ids.level, 1)
        with Form(rule) as form:
            form.is_pausable = False
        self.assertFalse(rule.pause_domain)
        self.assertTrue(rule.done_domain)
        self.assertEqual(len(self.make_hosts().obligation_ids), 1)
