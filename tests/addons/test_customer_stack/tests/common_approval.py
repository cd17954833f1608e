from odoo import Command
from odoo.tests import TransactionCase, new_test_user

CARE_USER = "base.group_user,customer_care.customer_care_group_user"


class ApprovalCase(TransactionCase):
    """A company with a shop clerk, her head, administration and a general manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yuan = cls.env.ref("base.CNY")
        cls.yuan.active = True
        cls.company = cls.env["res.company"].create(
            {"name": "North Retail", "currency_id": cls.yuan.id}
        )
        people = {
            "sun": "Sun Li",  # the shop clerk who asks
            "he": "He Wei",  # head of the department
            "lin": "Lin Tao",  # administration
            "gao": "Gao Min",  # general manager
            "fang": "Fang Yu",  # finance
        }
        for login, name in people.items():
            setattr(cls, login, cls._user(login, CARE_USER, name=name))
        cls.boss = cls._user(
            "boss", "base.group_user,customer_care.customer_care_group_manager"
        )
        cls.department = cls.env["hr.department"].create(
            {"name": "Shops", "company_id": cls.company.id}
        )
        for code, user in [
            ("department_head", cls.he),
            ("administration", cls.lin),
            ("general_manager", cls.gao),
            ("finance", cls.fang),
        ]:
            cls._assign(code, user)
        cls.env.user.company_ids = [Command.link(cls.company.id)]
        cls.partner = cls.env["res.partner"].create({"name": "Lotus Stores"})

    @classmethod
    def _user(cls, login, groups, **vals):
        return new_test_user(
            cls.env,
            f"appr_{login}",
            groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **vals,
        )

    @classmethod
    def _role(cls, code):
        return cls.env["care.role"].search([("code", "=", code)])

    @classmethod
    def _assign(cls, code, user, **vals):
        return cls.env["care.role.assignment"].create(
            {
                "role_id": cls._role(code).id,
                "user_id": user.id,
                "company_id": cls.company.id,
                **vals,
            }
        )

    @classmethod
    def _rule(cls, gate, *steps, **vals):
        """Make a rule from steps (role code, vals of the step)."""
        return cls.env["care.approval.rule"].create(
            {
                "code": f"test_{gate}",
                "name": gate.capitalize(),
                "model_name": "test.approval.host",
                "gate": gate,
                "company_id": cls.company.id,
                "step_ids": [
                    Command.create(
                        {
                            "sequence": position,
                            "name": cls._role(code).name,
                            "role_id": cls._role(code).id,
                            **more,
                        }
                    )
                    for position, (code, more) in enumerate(steps)
                ],
                **vals,
            }
        )

    @classmethod
    def _report_rule(cls, **vals):
        return cls._rule(
            "report",
            ("department_head", {}),
            ("administration", {}),
            ("general_manager", {}),
            **vals,
        )

    @classmethod
    def _compensation_rule(cls, **vals):
        return cls._rule(
            "compensation",
            ("department_head", {"max_amount": 500}),
            ("finance", {"min_amount": 500, "max_amount": 2000}),
            ("general_manager", {"min_amount": 2000}),
            amount_field="compensation",
            **vals,
        )

    def _host(self, user=None, **vals):
        """Make a case as the clerk and return it in her hands."""
        return (
            self.env["test.approval.host"]
            .with_user(user or self.sun)
            .with_company(self.company)
            .create(
                {
                    "name": "Broken kettle",
                    "department_id": self.department.id,
                    "partner_id": self.partner.id,
                    "company_id": self.company.id,
                    **vals,
                }
            )
        )

    def _ask(self, gate="report", **vals):
        """Return an approval the clerk asks for, in her hands."""
        host = self._host(**vals)
        return (
            self.env["care.approval"].with_user(self.sun).browse(host.action_ask(gate))
        )

    def _reject(self, approval, user, comment, decision="reject", **vals):
        """Answer through the dialog, as the client does."""
        wizard = self.env["care.approval.comment"].with_user(user)
        wizard.create(
            {
                "approval_ids": [Command.set(approval.ids)],
                "decision": decision,
                "comment": comment,
                **vals,
            }
        ).action_confirm()
