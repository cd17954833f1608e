from odoo import Command
from odoo.tests import freeze_time, tagged

from .callback_common import CallbackCase


@tagged("post_install", "-at_install")
class TestDayItemSources(CallbackCase):
    """What the engines of this add-on put into somebody's day, and when it leaves."""

    def _day(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        items = self.env["care.day.item"].with_user(user).with_context(lang="en_US")
        return items.search([("user_id", "=", user.id)])

    def _names(self, user, kind):
        return sorted(self._day(user).filtered(lambda r: r.kind == kind).mapped("name"))

    def test_a_callback_waits_for_supervisor_caller_and_supervisor_again(self):
        callback = self.drawn(1)
        with freeze_time("2026-04-02 02:00:00"):
            day = self._day(self.supervisor)
            self.assertEqual(day.mapped("name"), ["Assign the callback"])
            self.step(self.supervisor, callback, "assign", user_id=self.caller.id)
            self.assertFalse(self._day(self.supervisor))
            day = self._day(self.caller)
            self.assertEqual(day.mapped("name"), ["Call the customer"])
            self.assertEqual(day.due_at, callback.due_at)
            self.assertIn("Resident", day.document)
            self.assertFalse(self._day(self.other))

    def test_an_improvement_waits_to_be_planned(self):
        self.env["care.improvement"].with_user(self.manager).create(
            {"name": "Late answers", "user_id": self.caller.id}
        )
        self.assertEqual(
            self._names(self.caller, "improvement"), ["Plan the improvement"]
        )
        self.assertEqual(self._day(self.caller).urgency, "7_open")

    def test_an_inspection_waits_for_its_inspectors_until_the_end_of_its_day(self):
        self.other.tz = "Asia/Shanghai"
        self.env["care.inspection"].with_user(self.manager).create(
            {
                "name": "Store",
                "date_planned": "2026-04-02",
                "inspector_ids": [Command.set(self.other.ids)],
            }
        )
        with freeze_time("2026-04-02 15:00:00"):
            item = self._day(self.other)
            self.assertEqual((item.kind, item.urgency), ("inspection", "4_today"))
        with freeze_time("2026-04-02 16:30:00"):
            self.assertEqual(self._day(self.other).urgency, "3_late")

    def test_a_sanction_waits_for_those_who_decide_and_never_for_its_person(self):
        rule = self.env["care.sanction.rule"].create(
            {
                "code": "test_day",
                "name": "Late paper",
                "trigger": "manual",
                "amount": 50,
                "role_id": self.lead.id,
                "company_id": self.company.id,
            }
        )
        self.env["care.sanction"]._engine().create(
            {
                "name": "Late paper",
                "rule_id": rule.id,
                "kind": rule.kind,
                "user_id": self.caller.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "started_at": "2026-04-01 02:00:00",
                "occurrence_date": "2026-04-01",
                "decider_ids": [Command.set((self.supervisor | self.caller).ids)],
            }
        )
        self.assertEqual(
            self._names(self.supervisor, "sanction"), ["Confirm the sanction"]
        )
        self.assertFalse(self._names(self.caller, "sanction"))
