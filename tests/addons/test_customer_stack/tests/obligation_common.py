from datetime import datetime, timedelta

from odoo.tests import TransactionCase, new_test_user

HOST = "test.care.host"


def at(text):
    """Return a naive UTC datetime; the company of the tests lives in UTC+8."""
    return datetime.fromisoformat(text)


class ObligationCase(TransactionCase):
    """A company that works Monday to Friday, 8-12 and 13-17 in Shanghai, and rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Two windows",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "w",
                            "dayofweek": str(day),
                            "hour_from": a,
                            "hour_to": b,
                        },
                    )
                    for day in range(5)
                    for a, b in ((8, 12), (13, 17))
                ],
            }
        )
        cls.company = cls.env["res.company"].create(
            {"name": "Care Ltd", "resource_calendar_id": cls.calendar.id}
        )
        companies = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }
        cls.clerk = new_test_user(
            cls.env, "clerk", "customer_care.customer_care_group_user", **companies
        )
        cls.chief = new_test_user(
            cls.env, "chief", "customer_care.customer_care_group_manager", **companies
        )
        cls.worker = new_test_user(cls.env, "worker", "base.group_user", **companies)
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "tracking_disable": True,
            }
        )
        cls.rules = cls.env["care.obligation.rule"]
        cls.ledger = cls.env["care.obligation"]

    @classmethod
    def make_rule(cls, **vals):
        """Return a rule: answer a host within 7 days, done in state done."""
        values = {
            "code": f"rule_{cls.rules.search_count([])}",
            "name": "Answer",
            "model_name": HOST,
            "amount": 7,
            "unit": "day",
            "done_domain": "[('state', '=', 'done')]",
            "company_id": cls.company.id,
        }
        return cls.rules.create({**values, **vals})

    @classmethod
    def make_hosts(cls, count=1, **vals):
        values = {"name": "case", "company_id": cls.company.id, "user_id": cls.clerk.id}
        return cls.env[HOST].create([{**values, **vals} for _index in range(count)])

    def sweep(self):
        """Fire all that is due, as the job does, without its commits."""
        while self.ledger._sweep_batch():
            pass
        self.env.invalidate_all()

    def scan(self):
        """Look for what no save told, as the job does, without its commits."""
        self.patch(
            type(self.env["ir.cron"]),
            "_commit_progress",
            lambda *args, **kw: float("inf"),
        )
        self.ledger._cron_scan()
        self.env.invalidate_all()

    def kinds(self, obligation):
        return obligation.event_ids.sorted("id").mapped("kind")

    def hours(self, count):
        return timedelta(hours=count)
