"""Rules whose record says itself when it is due."""

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged

from .obligation_common import ObligationCase, at

MONDAY = "2026-03-02 02:00:00"  # ten o'clock in Shanghai


@tagged("post_install", "-at_install")
class TestObligationDueField(ObligationCase):
    """The due time is the record's own date, and goes where that goes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.make_rule(due_field="received_on", amount=0)

    def start(self, moment=MONDAY, **vals):
        with freeze_time(moment):
            return self.make_hosts(**vals)

    def test_a_date_means_the_end_of_that_day_in_the_zone_of_the_hours(self):
        host = self.start(received_on="2026-03-07")  # a Saturday
        obligation = host.obligation_ids
        self.assertEqual(obligation.due_at, at("2026-03-07 16:00:00"))
        self.assertEqual(obligation.start_at, at(MONDAY))
        self.assertEqual(str(obligation.due_on), "2026-03-07")

    def test_at_a_time_it_is_that_time_of_the_day(self):
        self.rule.at_time = "10:00"
        host = self.start(received_on="2026-03-07")
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-07 02:00:00"))

    def test_what_is_added_counts_from_the_date(self):
        for amount, unit, due in [
            (2, "day", "2026-03-09 16:00:00"),
            (1, "month", "2026-04-07 16:00:00"),
            (1, "working_day", "2026-03-09 09:00:00"),
            (3, "hour", "2026-03-07 19:00:00"),
            (3, "working_hour", "2026-03-09 03:00:00"),
        ]:
            self.rule.write({"amount": amount, "unit": unit})
            host = self.start(received_on="2026-03-07")
            self.assertEqual(host.obligation_ids.due_at, at(due), unit)

    def test_a_moment_is_due_at_that_moment_whatever_the_unit_of_nought(self):
        self.rule.write({"due_field": "received_at", "unit": "working_day"})
        host = self.start(received_at="2026-03-07 05:06:07")
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-07 05:06:07"))
        self.assertFalse(host.obligation_ids.due_on)

    def test_without_a_date_nothing_is_owed_yet(self):
        host = self.start()
        self.assertFalse(host.obligation_ids)
        with freeze_time("2026-03-04 02:00:00"):
            host.received_on = "2026-03-09"
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-09 16:00:00"))
        self.assertEqual(host.obligation_ids.start_at, at("2026-03-04 02:00:00"))

    def test_it_moves_with_the_field_and_says_so(self):
        host = self.start(received_on="2026-03-06")
        with freeze_time("2026-03-05 02:00:00"):
            host.received_on = "2026-03-12"
        obligation = host.obligation_ids
        self.assertEqual(obligation.due_at, at("2026-03-12 16:00:00"))
        self.assertEqual(obligation.next_fire_at, obligation.due_at)
        event = obligation.event_ids[-1:]
        self.assertEqual((event.kind, event.reason), ("move", "changed_due"))
        self.assertEqual(event.due_before, at("2026-03-06 16:00:00"))

    def test_a_pause_still_counts_after_the_date_moved(self):
        self.rule.pause_domain = "[('state', '=', 'waiting')]"
        host = self.start(received_on="2026-03-06")
        with freeze_time("2026-03-03 02:00:00"):
            host.state = "waiting"
        with freeze_time("2026-03-05 02:00:00"):
            host.state = "new"
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-08 16:00:00"))
        with freeze_time("2026-03-05 03:00:00"):
            host.received_on = "2026-03-10"
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-12 16:00:00"))

    def test_once_it_has_passed_a_later_date_does_not_undo_the_miss(self):
        host = self.start(received_on="2026-03-06")
        with freeze_time("2026-03-06 16:02:00"):  # the job has not come by yet
            host.received_on = "2026-04-06"
        obligation = host.obligation_ids
        self.assertEqual(obligation.state, "missed")
        self.assertEqual(obligation.missed_at, at("2026-03-06 16:00:00"))

    def test_a_mistyped_date_is_put_right_before_the_job_comes(self):
        host = self.start(received_on="2025-03-06")
        self.assertEqual(host.obligation_ids.state, "open")
        with freeze_time("2026-03-02 02:01:00"):
            host.received_on = "2026-03-06"
            self.sweep()
        self.assertEqual(host.obligation_ids.state, "open")

    def test_a_date_in_the_past_is_missed_unless_done_by_then(self):
        self.rule.done_field = "done_at"
        late, good = (
            self.start(received_on="2026-02-20"),
            self.start(
                received_on="2026-02-20", done_at="2026-02-19 02:00:00", state="done"
            ),
        )
        with freeze_time("2026-03-02 02:05:00"):
            self.sweep()
        self.assertEqual(late.obligation_ids.state, "missed")
        self.assertEqual(good.obligation_ids.state, "met")

    def test_a_date_taken_away_calls_it_off_and_a_new_one_starts_again(self):
        host = self.start(received_on="2026-03-06")
        with freeze_time("2026-03-03 02:00:00"):
            host.received_on = False
        self.assertEqual(host.obligation_ids.state, "cancelled")
        self.assertEqual(host.obligation_ids.event_ids[-1:].reason, "no_due")
        with freeze_time("2026-03-04 02:00:00"):
            host.received_on = "2026-03-09"
        second = host.obligation_ids.sorted("round")[-1:]
        self.assertEqual((second.round, second.state), (2, "open"))
        self.assertEqual(second.due_at, at("2026-03-09 16:00:00"))

    def test_done_and_date_cleared_in_one_save_is_met(self):
        host = self.start(received_on="2026-03-06")
        with freeze_time("2026-03-03 02:00:00"):
            host.write({"received_on": False, "state": "done"})
        self.assertEqual(host.obligation_ids.state, "met")

    def test_a_rule_that_gets_or_loses_the_field_moves_what_runs(self):
        host = self.start(received_on="2026-03-06", received_at="2026-03-20 01:00:00")
        with freeze_time("2026-03-03 02:00:00"):
            self.rule.due_field = "received_at"
            self.assertEqual(host.obligation_ids.due_at, at("2026-03-20 01:00:00"))
            self.rule.write({"due_field": False, "amount": 7, "unit": "day"})
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-09 02:00:00"))
        self.assertFalse(host.obligation_ids.due_from)

    def test_another_zone_of_the_hours_moves_what_is_due_on_a_date(self):
        host = self.start(received_on="2026-03-06")
        with freeze_time("2026-03-03 02:00:00"):
            self.calendar.tz = "UTC"
        self.assertEqual(host.obligation_ids.due_at, at("2026-03-07 00:00:00"))

    def test_a_foreign_model_is_followed_by_the_job(self):
        for field, vals, moved, due, later in [
            (
                "start_date",
                {"allday": True, "start_date": "2026-03-06", "stop_date": "2026-03-06"},
                {"start_date": "2026-03-11", "stop_date": "2026-03-11"},
                "2026-03-06 16:00:00",
                "2026-03-11 16:00:00",
            ),
            (
                "stop",
                {"start": "2026-03-06 01:00:00", "stop": "2026-03-06 02:00:00"},
                {"start": "2026-03-11 01:00:00", "stop": "2026-03-11 02:00:00"},
                "2026-03-06 02:00:00",
                "2026-03-11 02:00:00",
            ),
        ]:
            rule = self.make_rule(
                model_name="calendar.event",
                start_domain=f"[('name', '=', 'Visit by {field}')]",
                due_field=field,
                amount=0,
                done_domain="[('location', '=', 'done')]",
            )
            with freeze_time(MONDAY):
                event = self.env["calendar.event"].create(
                    {"name": f"Visit by {field}", **vals}
                )
                self.scan()
                self.assertEqual(rule.obligation_ids.due_at, at(due))
                event.write(moved)
                self.scan()
                self.assertEqual(rule.obligation_ids.due_at, at(later))
                before = len(rule.obligation_ids.event_ids)
                self.scan()
                self.assertEqual(len(rule.obligation_ids.event_ids), before)

    def test_a_field_that_the_system_fills_counts_as_well(self):
        rule = self.make_rule(
            model_name="res.partner.bank",
            start_domain="[('acc_number', 'like', 'DUE')]",
            due_field="write_date",
            amount=3,
            done_domain="[('allow_out_payment', '=', True)]",
        )
        with freeze_time(MONDAY):
            self.patch(self.env.cr, "now", lambda: at(MONDAY))
            self.env["res.partner.bank"].create(
                {"acc_number": "DUE 1", "partner_id": self.clerk.partner_id.id}
            )
            self.env.flush_all()
            self.scan()
        self.assertEqual(rule.obligation_ids.due_at, at("2026-03-05 02:00:00"))

    def test_only_a_date_or_a_time_may_be_the_field(self):
        with self.assertRaisesRegex(ValidationError, "a date or time"):
            self.make_rule(due_field="name")

    def test_it_is_set_on_the_screen_and_travels_in_a_pack(self):
        rules = self.env["care.obligation.rule"].with_user(self.chief)
        with Form(rules) as form:
            form.name = "Keep the promise"
            form.code = "promise"
            form.model_id = self.env["ir.model"]._get("test.care.host")
            form.due_field = "received_at"
            form.amount = 0
            form.ends_by_condition = True
            form.done_domain = "[('state', '=', 'done')]"
        self.assertIn("due_field", form.record._pack_fields)
        host = self.start(received_at="2026-03-20 01:00:00")
        promised = host.obligation_ids.filtered(lambda o: o.rule_id == form.record)
        self.assertEqual(promised.due_at, at("2026-03-20 01:00:00"))

    def test_it_says_that_the_record_says_so(self):
        host = self.start(received_on="2026-03-06")
        text = str(host.obligation_ids.with_user(self.clerk).explanation)
        self.assertIn("Received On is 03/06/2026", text)
