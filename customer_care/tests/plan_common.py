"""Builders for tests of service plans and incentives: a customer and our people."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"
SELLER = f"{USER},base.group_partner_manager,sales_team.group_sale_salesman"


class PlanCase(TransactionCase):
    """Ann looks after Acme; Han heads her department, Gao is the executive; Ben is in
    the team, Zoe works elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Harbour Service"})
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.people = {
            login: new_test_user(
                cls.env,
                f"plan_{login}",
                groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for login, groups in [
                ("ann", SELLER),
                ("ben", USER),
                ("zoe", USER),
                ("han", USER),
                ("gao", USER),
                ("mia", f"{SELLER},{MANAGER}"),
            ]
        }
        employees = {
            login: cls.env["hr.employee"].create(
                {"name": login, "user_id": user.id, "company_id": cls.company.id}
            )
            for login, user in cls.people.items()
        }
        cls.sales = cls.env["hr.department"].create(
            {
                "name": "Key accounts",
                "company_id": cls.company.id,
                "manager_id": employees["han"].id,
            }
        )
        (employees["ann"] + employees["ben"]).department_id = cls.sales
        cls.env["care.role.assignment"].create(
            {
                "role_id": cls.env.ref("customer_care.care_role_general_manager").id,
                "user_id": cls.people["gao"].id,
                "company_id": cls.company.id,
            }
        )
        cls.acme = cls.make_customer("Acme")
        cls.member = cls.make_member()

    @classmethod
    def make_member(cls):
        return cls.env["care.team.member"].create(
            {
                "partner_id": cls.acme.id,
                "user_id": cls.people["ben"].id,
                "role_id": cls.env.ref("customer_care.care_team_role_after_sales").id,
                "date_from": "2026-01-01",
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def make_customer(cls, name, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "user_id": cls.people["ann"].id,
                "company_id": cls.company.id,
                **vals,
            }
        )

    @contextmanager
    def refused(self, words):
        """Refused with a sentence that has these words; nothing of it stays."""
        with self.assertRaises(UserError) as refusal:
            yield
        self.assertIn(words, str(refusal.exception))

    def by(self, login, records):
        return records.with_user(self.people[login])

    def make_plan(self, login="ann", **vals):
        plans = self.env["care.service.plan"].with_user(self.people[login])
        return plans.create(
            {
                "name": "Service 2026",
                "partner_id": self.acme.id,
                "date_from": "2026-01-01",
                "line_ids": [
                    Command.create(
                        {
                            "name": "Answer",
                            "measure": "Mean hours",
                            "target": 4,
                            "better": "lower",
                            "unit": "h",
                        }
                    ),
                    Command.create(
                        {
                            "name": "Deliveries",
                            "measure": "On time",
                            "target": 95,
                            "unit": "%",
                        }
                    ),
                ],
                "step_ids": [
                    Command.create(
                        {
                            "name": "Train the users",
                            "date_due": "2026-03-31",
                            "user_id": self.people["ben"].id,
                        }
                    )
                ],
                "cost_ids": [Command.create({"name": "Training", "budget": 5000})],
                **vals,
            }
        )

    def hold_workshop(self, plan):
        plan.write(
            {
                "workshop_on": "2026-01-05",
                "workshop_user_ids": [Command.link(self.people["ben"].id)],
                "minutes": "All agreed on four hours.",
            }
        )
        plan.action_workshop()

    def decide(self, record, login, verdict="approve"):
        approval = record.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        self.by(login, approval)._decide(verdict, "Looked at")

    def run_plan(self, **vals):
        """Return a plan that is approved."""
        plan = self.make_plan(**vals)
        self.hold_workshop(plan)
        plan.action_submit()
        self.decide(plan, "han")
        self.decide(plan, "gao")
        return plan
