from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"


def at(moment):
    """Return a moment as the database has it."""
    return fields.Datetime.to_datetime(moment)


class RegistrationCase(TransactionCase):
    """A company that registers customers: two in sales, one manager, one on duty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Harbour Leasing"})
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        departments = cls.env["hr.department"]
        cls.east = departments.create({"name": "East", "company_id": cls.company.id})
        cls.west = departments.create({"name": "West", "company_id": cls.company.id})
        cls.wang = cls.person("Wang", cls.east)
        cls.li = cls.person("Li", cls.west)
        cls.duty = cls.person("Duty", cls.west)
        cls.boss = cls.person("Boss", None, f"{USER},{MANAGER}")
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=cls.company.ids,
                tracking_disable=True,
            )
        )

    @classmethod
    def person(cls, name, department, groups=USER):
        user = new_test_user(
            cls.env,
            login=f"reg_{name.lower()}",
            name=name,
            groups=groups,
            email=f"{name.lower()}@harbour.example",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            tz="Asia/Shanghai",
        )
        if department:
            cls.env["hr.employee"].create(
                {
                    "name": name,
                    "user_id": user.id,
                    "department_id": department.id,
                    "company_id": cls.company.id,
                }
            )
        return user

    @classmethod
    def assign(cls, role, user):
        cls.env["care.role.assignment"].create(
            {
                "role_id": cls.env.ref(f"customer_care.care_role_{role}").id,
                "user_id": user.id,
                "company_id": cls.company.id,
            }
        )

    def window(self, user, **vals):
        """Return the entry window of `user`, filled in."""
        vals = {"name": "Ms Chen", "phone": "13800000001", **vals}
        window = (
            self.env["care.registration.enter"]
            .with_user(user)
            .with_company(self.company)
        )
        return window.create(vals)

    def enter(self, user, **vals):
        """Enter a customer; return (window, the last line of the register)."""
        window = self.window(user, **vals)
        window.action_register()
        self.env.flush_all()
        return window, self.lines()[:1]

    def lines(self, **values):
        domain = [("company_id", "=", self.company.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["care.registration"].search(domain, order="id desc")

    def term(self, **vals):
        return self.env["care.registration.term"].create(
            {
                "name": "Thirty days",
                "code": "thirty",
                "protection_days": 30,
                "warn_days": 5,
                "company_id": self.company.id,
                **vals,
            }
        )
