from odoo.tests import freeze_time
from odoo.tests.common import new_test_user

from .working_time_case import USER, WorkingTimeCase, utc


class DutyCase(WorkingTimeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "duty_clerk", groups=USER)
        cls.other = new_test_user(cls.env, "duty_other", groups=USER)
        cls.env.company.resource_calendar_id = cls.calendar
        cls.duties = cls.env["care.duty"].with_user(cls.manager)
        cls.duties.sudo().search([]).action_archive()
        ledger = cls.env["care.obligation"]
        cls.others = ledger.search([("duty_id", "!=", False)])

    def make(self, **vals):
        """A monthly duty from the 1st to the 10th, since 2026, unless told else."""
        values = {
            "code": "statistics",
            "name": "Monthly statistics",
            "rrule": "FREQ=MONTHLY;BYMONTHDAY=1",
            "produce_from": "2026-01-01",
            "amount": 9,
            "unit": "day",
            "user_id": self.clerk.id,
        }
        return self.duties.create(values | vals)

    def run_on(self, moment):
        """Run the job at a UTC moment; return all occurrences, oldest first."""
        with freeze_time(moment):
            # As the job runs; committing is not possible inside a test.
            duties = self.env["care.duty"].sudo()
            for duty in duties.search([("next_start_at", "<=", utc(moment))]):
                duty._produce(utc(moment))
        return self.occurrences()

    def occurrences(self):
        return self.env["care.obligation"].search(
            [("duty_id", "!=", False), ("id", "not in", self.others.ids)],
            order="start_at",
        )

    def spans(self, occurrences):
        return [
            (self.local(one.start_at), self.local(one.due_at)) for one in occurrences
        ]
