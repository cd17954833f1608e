from odoo.fields import Datetime
from odoo.tests import TransactionCase, freeze_time, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"


class CallbackCase(TransactionCase):
    """A programme that calls back after occasions, its supervisor and two callers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.env["care.callback.programme"].search([]).active = False
        cls.supervisor = cls.new_user("supervisor")
        cls.caller = cls.new_user("caller")
        cls.other = cls.new_user("other")
        cls.stranger = cls.new_user("stranger")
        cls.manager = cls.new_user("manager", MANAGER)
        cls.role = cls.new_role("test_caller", cls.caller, cls.other)
        cls.lead = cls.new_role("test_supervisor", cls.supervisor)
        cls.department = cls.env["hr.department"].create({"name": "Service"})
        cls.env["resource.calendar"].search([]).tz = "UTC"
        with freeze_time("2026-03-01 08:00:00"):
            cls.programme = cls.new_programme()

    @classmethod
    def new_user(cls, name, groups=USER, **values):
        return new_test_user(
            cls.env,
            login=f"callback_{name}",
            name=f"Callback {name}",
            groups=groups,
            **values,
        )

    @classmethod
    def new_role(cls, code, *users):
        role = cls.env["care.role"].create(
            {"code": code, "name": code, "company_id": False}
        )
        for user in users:
            cls.env["care.role.assignment"].create(
                {
                    "role_id": role.id,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "date_from": "2026-01-01",
                }
            )
        return role

    @classmethod
    def new_programme(cls, **values):
        return cls.env["care.callback.programme"].create(
            {
                "code": "test",
                "name": "After moving in",
                "model_name": "care.callback.occasion",
                "domain": "[('kind', '=', 'moving_in')]",
                "event_field": "date",
                "period": "month",
                "start_date": "2026-03-01",
                "rate_pct": 50,
                "role_id": cls.role.id,
                "supervisor_role_id": cls.lead.id,
                "excluded_paths": "user_id",
                "not_after_amount": 10,
                "not_after_unit": "day",
                **values,
            }
        )

    def new_occasions(self, count, day="2026-03-10", **values):
        partners = self.env["res.partner"].create(
            [
                {"name": f"Resident {number}", "phone": f"+86 10 5555 {number:04}"}
                for number in range(count)
            ]
        )
        return self.env["care.callback.occasion"].create(
            [
                {
                    "partner_id": partner.id,
                    "date": day,
                    "company_id": self.company.id,
                    **values,
                }
                for partner in partners
            ]
        )

    def run_at(self, moment, programme=None):
        """Let the job come at `moment`; return the draws of the programme."""
        programme = programme or self.programme
        with freeze_time(moment):
            programme._run(Datetime.now())
        return programme.draw_ids.sorted("date_from")

    def drawn(self, count=4, **values):
        """Return the callbacks of a month with `count` events."""
        self.new_occasions(count, **values)
        self.run_at("2026-03-02 08:00:00")
        return self.run_at("2026-04-01 08:00:00")[0].callback_ids

    def step(self, user, rows, kind, **values):
        """Open the window of a button as the client does and confirm it."""
        opened = rows.with_user(user)._open_step(kind)
        window = (
            self.env["care.callback.step"]
            .with_user(user)
            .with_context(**opened["context"])
            .create(values)
        )
        return window.action_apply()
