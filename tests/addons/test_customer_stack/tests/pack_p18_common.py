import base64

from odoo.fields import Datetime
from odoo.tests import TransactionCase, freeze_time, new_test_user

CARE = "customer_care.customer_care_group_user"
CARE_MANAGER = "customer_care.customer_care_group_manager"
DOT = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
)
# {role: login of who holds it}
HOLDERS = {
    "service_supervisor": "p18_supervisor",
    "service_assistant": "p18_assistant",
    "culture_clerk": "p18_culture",
    "company_manager": "p18_manager",
}


class PackP18Case(TransactionCase):
    """Policy P18 as shipped, in a company whose people hold its roles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("zh_CN", "zh_TW"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.env["care.callback.programme"].search([]).active = False
        cls.company = cls.env.company
        cls.company.resource_calendar_id.tz = "UTC"
        cls.loader = cls.new_user("p18_loader", CARE_MANAGER)
        cls.handler = cls.new_user("p18_handler", CARE)
        cls.head = cls.new_user("p18_head", CARE)
        cls.Pack = cls.env["care.policy.pack"].with_user(cls.loader)
        with freeze_time("2026-02-27 01:00:00"):
            report = cls.Pack.load_pack("P18", cls.company.id)
        cls.policy = cls.Pack.env["care.policy"].browse(report["policy_id"])
        cls.outcomes = {row["code"]: row["outcome"] for row in report["rows"]}
        cls.holder = {}
        for code, login in HOLDERS.items():
            cls.holder[code] = cls.new_user(login, CARE)
            cls.hold(code, cls.holder[code])
        cls.supervisor = cls.holder["service_supervisor"]
        cls.assistant = cls.holder["service_assistant"]
        employee = cls.env["hr.employee"].create(
            {"name": "Head", "user_id": cls.head.id}
        )
        cls.department = cls.env["hr.department"].create(
            {"name": "Area 1", "manager_id": employee.id}
        )
        cls.severity = {
            row.code: row for row in cls.env["complaint.severity"].search([])
        }
        cls.satisfied = cls.env["care.callback.outcome"].search(
            [("code", "=", "satisfied")]
        )
        cls.dissatisfied = cls.env["care.callback.outcome"].search(
            [("code", "=", "dissatisfied")]
        )

    @classmethod
    def new_user(cls, login, groups):
        return new_test_user(cls.env, login=login, name=login, groups=groups)

    @classmethod
    def hold(cls, code, user, **values):
        """Let `user` hold a role of the company from long ago."""
        role = cls.env["care.role"].search(
            [("code", "=", code), ("company_id", "in", (cls.company.id, False))],
            limit=1,
        )
        return cls.env["care.role.assignment"].create(
            {
                "role_id": role.id,
                "user_id": user.id,
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                **values,
            }
        )

    def clause(self, code):
        return self.policy.clause_ids.filtered(lambda clause: clause.code == code)

    def programme(self, code):
        return self.env["care.callback.programme"].search(
            [("code", "=", code), ("company_id", "=", self.company.id)]
        )

    def customer(self, number=1):
        return self.env["res.partner"].create(
            {"name": f"Resident {number}", "phone": f"+86 10 5555 {number:04}"}
        )

    def closed(self, count, at="2026-03-03 10:00:00", severity="minor", **values):
        """Make complaints of different customers that were handled at `at`."""
        return (
            self.env["complaint.case"]
            .sudo()
            .create(
                [
                    {
                        "name": f"Leak {number}",
                        "kind": "complaint",
                        "partner_id": self.customer(number).id,
                        "contact_name": f"Resident {number}",
                        "contact_phone": f"+86 10 5555 {number:04}",
                        "severity_id": self.severity[severity].id,
                        "department_id": self.department.id,
                        "user_id": self.handler.id,
                        "state": "closed",
                        "received_at": "2026-03-01 08:00:00",
                        "closed_at": at,
                        **values,
                    }
                    for number in range(count)
                ]
            )
        )

    def job(self, moment):
        """The hourly job comes at `moment`."""
        with freeze_time(moment):
            now = Datetime.now()
            for programme in self.env["care.callback.programme"].search([]):
                programme._run(now)

    def calls_about(self, records):
        return self.env["care.callback"].search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )

    def step(self, user, rows, kind, **values):
        """Open the window of a button as the client does and confirm it."""
        opened = rows.with_user(user)._open_step(kind)
        return (
            self.env["care.callback.step"]
            .with_user(user)
            .with_context(**opened["context"])
            .create(values)
            .action_apply()
        )

    def called(self, row, user=None, **values):
        """The supervisor assigns the call, and it is made by phone."""
        user = user or self.assistant
        row.with_user(self.supervisor)._assign(user)
        row = row.with_user(user)
        row.action_reached()
        row.write(
            {
                "channel": "phone",
                "phone_mark": True,
                "outcome_id": self.satisfied.id,
                **values,
            }
        )
        row.action_done()
        return row

    def owed(self, row, code):
        """The obligation of a rule on a callback."""
        self.env.invalidate_all()
        return self.env["care.obligation"].search(
            [
                ("rule_id.code", "=", code),
                ("res_model", "=", row._name),
                ("res_id", "=", row.id),
            ]
        )
