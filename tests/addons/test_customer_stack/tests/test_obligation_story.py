"""Several rounds and several clocks on one record, and what they say of themselves."""

from odoo.tests import freeze_time, tagged

from .obligation_common import ObligationCase, at

FRIDAY = "2026-03-06 02:00:00"  # ten o'clock in Shanghai


@tagged("post_install", "-at_install")
class TestObligationRounds(ObligationCase):
    """A record that is opened again owes again; what was stays as it was."""

    def ladder(self):
        return [
            (0, 0, {"amount": 1, "direction": "before"}),
            (0, 0, {"amount": 1, "direction": "after"}),
        ]

    def frozen(self, obligation):
        """Return all that is on record of an ended round."""
        obligation.invalidate_recordset()
        vals = obligation.read()[0]
        return {k: v for k, v in vals.items() if k not in ("document", "can_waive")}

    def test_each_round_has_its_own_clock_ladder_and_end(self):
        self.make_rule(responsible_path="user_id", escalation_ids=self.ladder())
        with freeze_time(FRIDAY):
            host = self.make_hosts()
        first = host.obligation_ids
        with freeze_time("2026-03-14 03:00:00"):
            self.sweep()
        with freeze_time("2026-03-15 02:00:00"):
            host.state = "done"
        self.assertEqual((first.state, first.escalation_level), ("missed", 2))
        kept = self.frozen(first)
        with freeze_time("2026-03-20 02:00:00"):
            host.state = "new"
        second = host.obligation_ids - first
        self.assertEqual((second.round, second.start_at), (2, at("2026-03-20 02:00")))
        self.assertEqual(second.due_at, at("2026-03-27 02:00:00"))
        with freeze_time("2026-03-26 03:00:00"):
            self.sweep()
        self.assertEqual(self.kinds(second), ["start", "escalate"])
        with freeze_time("2026-03-26 04:00:00"):
            host.state = "done"
            host.state = "new"
        third = host.obligation_ids - first - second
        self.assertEqual((second.state, third.round), ("met", 3))
        self.assertEqual(self.frozen(first), kept)
        self.assertEqual(
            self.kinds(first), ["start", "escalate", "miss", "escalate", "late_done"]
        )

    def test_saved_twice_is_one_round(self):
        self.make_rule()
        with freeze_time(FRIDAY):
            host = self.make_hosts()
            host.state = "done"
            host.state = "new"
            host.write({"state": "new", "level": 3})
            self.scan()
        self.assertEqual(sorted(host.obligation_ids.mapped("round")), [1, 2])

    def test_a_date_of_the_record_counts_in_every_round(self):
        self.make_rule(due_field="received_on", amount=0)
        with freeze_time(FRIDAY):
            host = self.make_hosts(received_on="2026-03-10")
            host.state = "done"
        with freeze_time("2026-03-12 02:00:00"):
            host.write({"state": "new", "received_on": "2026-03-20"})
        first, second = host.obligation_ids.sorted("round")
        self.assertEqual(first.due_at, at("2026-03-10 16:00:00"))
        self.assertEqual(second.due_at, at("2026-03-20 16:00:00"))

    def test_the_clock_on_the_wall_runs_beside_the_one_of_working_time(self):
        wall = self.make_rule(code="warn", name="Early warning", amount=24, unit="hour")
        work = self.make_rule(
            code="work",
            amount=8,
            unit="working_hour",
            pause_domain="[('state', '=', 'waiting')]",
        )
        with freeze_time(FRIDAY):
            host = self.make_hosts()
        one, two = (
            host.obligation_ids.filtered(lambda o, r=r: o.rule_id == r)
            for r in (wall, work)
        )
        self.assertEqual(one.due_at, at("2026-03-07 02:00:00"))  # Saturday
        self.assertEqual(two.due_at, at("2026-03-09 02:00:00"))  # Monday
        with freeze_time("2026-03-06 04:00:00"):
            host.state = "waiting"
        with freeze_time("2026-03-09 01:00:00"):
            host.state = "new"  # Friday afternoon and an hour of Monday
        self.assertEqual((one.state, one.due_at), ("open", at("2026-03-07 02:00:00")))
        self.assertEqual(two.due_at, at("2026-03-09 08:00:00"))
        with freeze_time("2026-03-09 02:00:00"):
            self.sweep()
        self.assertEqual((one.state, two.state), ("missed", "open"))

    def test_it_tells_its_story(self):
        self.chief.tz = "Asia/Shanghai"
        rule = self.make_rule(
            responsible_path="user_id",
            pause_domain="[('state', '=', 'waiting')]",
            escalation_ids=self.ladder(),
        )
        with freeze_time(FRIDAY):
            host = self.make_hosts()
            host = host.with_user(self.clerk)
        with freeze_time("2026-03-07 02:00:00"):
            host.state = "waiting"
        with freeze_time("2026-03-08 02:00:00"):
            host.state = "new"
        with freeze_time("2026-03-09 02:00:00"):
            rule.with_user(self.chief).amount = 8
        with freeze_time("2026-03-14 02:30:00"):
            self.sweep()
            found = host.sudo().obligation_ids.with_user(self.chief)
            found._waive("The customer withdrew")
        lines = found.event_ids.sorted("id").mapped("text")
        expected = [
            "The clock started; due 3/13/26, 10:00 AM.",
            "The clock was stopped; clerk saved it.",
            "The clock runs again; due 3/14/26, 10:00 AM instead of 3/13/26, 10:00 AM.",
            "Due 3/15/26, 10:00 AM instead of 3/14/26, 10:00 AM. The rule was changed.",
            "Level 1: clerk was told.",
            "Waived by chief: The customer withdrew",
        ]
        for line, words in zip(lines, expected, strict=True):
            for name in (self.clerk, self.chief):
                line = line.replace(name.name, name.login)
            line = " ".join(line.split())
            self.assertEqual(line, words)
        self.assertIn(
            "3/6/26, 10:00 AM · The clock started",
            str(found.story).replace("\u202f", " "),
        )
        self.assertIn("Time allowed: 8 days from 3/6/26", str(found.explanation))
        self.assertIn("Paused for 24.0 hours", str(found.explanation))
