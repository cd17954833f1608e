from datetime import datetime

from odoo import Command, fields
from odoo.tests import TransactionCase
from odoo.tests.common import new_test_user

MANAGER = "customer_care.customer_care_group_manager"
USER = "customer_care.customer_care_group_user"


def utc(text):
    return datetime.fromisoformat(text)


class WorkingTimeCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "wt_manager", groups=MANAGER)
        cls.user = new_test_user(cls.env, "wt_user", groups=USER)
        cls.outsider = new_test_user(cls.env, "wt_outsider", groups="base.group_user")
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office Shanghai",
                "tz": "Asia/Shanghai",
                "company_id": cls.env.company.id,
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Window",
                            "dayofweek": str(weekday),
                            "hour_from": start,
                            "hour_to": stop,
                            "day_period": period,
                        }
                    )
                    for weekday in range(5)
                    for start, stop, period in [
                        (8, 12, "morning"),
                        (12, 13, "lunch"),
                        (13, 17, "afternoon"),
                    ]
                ],
            }
        )
        cls.days = cls.env["care.calendar.day"]

    def local(self, moment):
        """Return a naive UTC datetime as text in the calendar's zone."""
        shanghai = self.calendar.with_context(tz="Asia/Shanghai")
        shown = fields.Datetime.context_timestamp(shanghai, moment)
        return shown.strftime("%Y-%m-%d %H:%M")

    def ends(self, start, amount, unit, at_time=None, user=None):
        """Return the end as local text; `start` is UTC text."""
        calendar = self.calendar.with_user(user or self.user)
        return self.local(calendar.care_add(utc(start), amount, unit, at_time))

    def add_day(self, day, kind="holiday", **vals):
        return self.days.with_user(self.manager).create(
            {
                "calendar_id": self.calendar.id,
                "date": day,
                "kind": kind,
                "name": "Tested day",
                **vals,
            }
        )
