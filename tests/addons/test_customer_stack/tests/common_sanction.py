from datetime import date

from odoo.tests import freeze_time, new_test_user

from .obligation_common import ObligationCase, at

CAR = "test.hand.over"


class SanctionCase(ObligationCase):
    """Sales and service of a company in Shanghai, their heads, and rules that fine.

    1 March 2026 is a Sunday.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        companies = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }
        group = "customer_care.customer_care_group_user"
        cls.people = {
            login: new_test_user(cls.env, login, group, **companies)
            for login in ("seller", "mechanic", "sales_head", "service_head", "other")
        }
        cls.boss = new_test_user(
            cls.env, "boss", "customer_care.customer_care_group_manager", **companies
        )
        departments = cls.env["hr.department"]
        cls.sales = departments.create({"name": "Sales", "company_id": cls.company.id})
        cls.service = departments.create(
            {"name": "Service", "company_id": cls.company.id}
        )
        cls.employees = {}
        for login, department in [
            ("seller", cls.sales),
            ("sales_head", cls.sales),
            ("mechanic", cls.service),
            ("service_head", cls.service),
        ]:
            user = cls.people[login]
            cls.employees[login] = cls.env["hr.employee"].create(
                {
                    "name": login,
                    "user_id": user.id,
                    "department_id": department.id,
                    "company_id": cls.company.id,
                }
            )
        cls.sales.manager_id = cls.employees["sales_head"]
        cls.service.manager_id = cls.employees["service_head"]
        cls.seller, cls.mechanic = cls.people["seller"], cls.people["mechanic"]
        cls.sales_head = cls.people["sales_head"]
        cls.service_head = cls.people["service_head"]
        cls.sanctions = cls.env["care.sanction"]
        cls.fines = cls.env["care.sanction.rule"]

    @classmethod
    def make_fine(cls, **vals):
        """Return a rule: 50 for each hand-over that happened."""
        values = {
            "code": f"fine_{cls.fines.search_count([])}",
            "name": "Late hand-over",
            "trigger": "record",
            "model_name": CAR,
            "date_field": "happened_on",
            "date_from": date(2026, 3, 1),
            "user_path": "user_id",
            "amount": 50,
            "company_id": cls.company.id,
        }
        return cls.fines.create({**values, **vals})

    @classmethod
    def make_group(cls, **vals):
        values = {
            "code": f"group_{cls.env['care.sanction.group'].search_count([])}",
            "name": "Sales",
            "company_id": cls.company.id,
        }
        return cls.env["care.sanction.group"].create({**values, **vals})

    @classmethod
    def make_cars(cls, *days, **vals):
        values = {
            "name": "Car",
            "company_id": cls.company.id,
            "user_id": cls.seller.id,
            "department_id": cls.sales.id,
        }
        return cls.env[CAR].create(
            [{**values, "happened_on": day, **vals} for day in days]
        )

    def propose(self, now="2026-03-31 09:00:00"):
        """Find what the rules charge, as the job does, without its commits."""
        self.no_commits()
        with freeze_time(now):
            self.sanctions._cron_propose()
        self.env.invalidate_all()
        return self.sanctions.search([], order="occurrence_date, id")

    def recur(self, now):
        self.no_commits()
        with freeze_time(now):
            self.sanctions._cron_recur()
        self.env.invalidate_all()

    def no_commits(self):
        self.patch(
            type(self.env["ir.cron"]),
            "_commit_progress",
            lambda *args, **kw: float("inf"),
        )

    def decide(self, sanction, user, decision, now="2026-04-01 09:00:00", **given):
        """Decide as `user`, through the same door as the window does."""
        given.setdefault("reason", "as seen")
        with freeze_time(now):
            sanction.with_user(user)._decide(decision, **given)
        self.env.invalidate_all()


__all__ = ["CAR", "SanctionCase", "at"]
