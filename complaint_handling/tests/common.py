from odoo.tests import new_test_user

from odoo.addons.mail.tests.common import MailCommon

USER = "complaint_handling.complaint_handling_group_user"
MANAGER = "complaint_handling.complaint_handling_group_manager"
REPORT = {
    "cause": "The seal was mounted the wrong way round.",
    "course": "Delivered on the 3rd, leaked on the 5th.",
    "responsible": "Assembly, second shift.",
    "conclusion": "Our fault.",
    "countermeasure": "Exchange the unit.",
    "prevention": "A jig that fits one way only.",
}


class ComplaintCommon(MailCommon):
    """Two desks' worth of people: a clerk, a colleague, a manager; one customer.

    Deadlines and approvals of loaded policies are off: each story loads its own.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.env["complaint.desk"]._ensure_default(cls.company)
        cls.desk = cls.env["complaint.desk"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.desk.alias_id.write(
            {"alias_name": "complaint", "alias_domain_id": cls.mail_alias_domain.id}
        )
        cls.address = f"complaint@{cls.mail_alias_domain.name}"
        cls.clerk = cls._new_user("clerk", USER)
        cls.colleague = cls._new_user("colleague", USER)
        cls.manager = cls._new_user("manager", MANAGER)
        cls.department = cls.env["hr.department"].create({"name": "After sales"})
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Mei Chen",
                "email": "mei.chen@customer.example",
                "phone": "+86 138 0013 8000",
                "country_id": cls.env.ref("base.cn").id,
            }
        )

    @classmethod
    def _new_user(cls, name, groups, **values):
        return new_test_user(
            cls.env,
            login=f"complaint_{name}",
            name=f"Complaint {name}",
            email=f"{name}@staff.example",
            groups=groups,
            **values,
        )

    @classmethod
    def _new_case(cls, user=None, **values):
        cases = cls.env["complaint.case"].with_user(user or cls.clerk)
        return cases.create(
            {"name": "Water runs out", "partner_id": cls.customer.id, **values}
        )

    @classmethod
    def _wizard(cls, user, case, action, **values):
        """Open the window of a button as the client does and confirm it."""
        opened = getattr(case.with_user(user), action)()
        wizard = (
            cls.env[opened["res_model"]]
            .with_user(user)
            .with_context(**opened["context"])
            .create(values)
        )
        button = {
            "complaint.answer.wizard": "action_answer",
            "complaint.promise.wizard": "action_promise",
            "complaint.reason.wizard": "action_apply",
            "complaint.merge.wizard": "action_merge",
        }[wizard._name]
        getattr(wizard, button)()
        return wizard
