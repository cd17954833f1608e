"""Builders for scenarios of shipped policies: a company whose roles are all held."""

from contextlib import contextmanager
from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, freeze_time, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"


class PackCase(TransactionCase):
    """A company in Shanghai that loaded the pack `PACK` on 1 January 2026, with a clerk
    and one holder for each role in `ROLES`."""

    PACK = ""
    ROLES = ()
    LOADER = MANAGER  # who loads it
    CLERK = (USER, "base.group_partner_manager", "sales_team.group_sale_salesman")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": f"{cls.PACK} firm"})
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.manager = cls.new_user("pack_manager", cls.LOADER)
        cls.clerk = cls.new_user("pack_clerk", ",".join(cls.CLERK))
        with freeze_time("2026-01-01 00:00:00"):
            packs = cls.env["care.policy.pack"].with_user(cls.manager)
            report = packs.load_pack(cls.PACK, cls.company.id)
        cls.policy = cls.env["care.policy"].browse(report["policy_id"])
        cls.holders = {}
        for code in cls.ROLES:
            cls.holders[code] = cls.new_user(f"pack_{code}", USER)
            role = cls.env["care.role"].search([("code", "=", code)], limit=1)
            cls.env["care.role.assignment"].create(
                {
                    "role_id": role.id,
                    "user_id": cls.holders[code].id,
                    "company_id": cls.company.id,
                }
            )

    @classmethod
    def new_user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @contextmanager
    def assertRefused(self, word):
        """Refused with a sentence that has `word`; nothing of it stays."""
        with self.assertRaises(UserError) as refusal:
            yield
        self.assertIn(word, str(refusal.exception))

    def rule(self, model, code):
        """Return the rule the pack brought."""
        found = self.env[model].search(
            [("code", "=", code), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(found.clause_id.policy_id, self.policy)
        return found

    def owed(self, clause, record=None):
        """Return the obligations under a clause, oldest first."""
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [
            ("clause_id.code", "=", clause),
            ("company_id", "in", (self.company.id, False)),
        ]
        if record is not None:
            domain += [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        return self.env["care.obligation"].search(domain, order="due_at, id")

    def day(self, value):
        return f"{value.date()}" if isinstance(value, datetime) else f"{value}"

    def start_duty(self, code, moment):
        """Let the duty come round as its job does at a UTC moment; return the last."""
        duty = self.rule("care.duty", code)
        with freeze_time(moment):
            duty.sudo()._produce(datetime.fromisoformat(moment))
        return self.owed(duty.clause_id.code).filtered(lambda o: o.duty_id == duty)[-1:]

    def sweep(self, moment):
        with freeze_time(moment):
            while self.env["care.obligation"]._sweep_batch():
                pass
        self.env.invalidate_all()

    def told(self, record):
        """Return the logins that have an activity on the record."""
        found = self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
        return set(found.user_id.mapped("login"))

    def file(self, name="form.pdf"):
        files = self.env["ir.attachment"].with_user(self.clerk)
        return files.create({"name": name, "raw": b"scan"})

    def decide(self, record, *users):
        """Let these users approve what waits on the record, one after the other."""
        for user in users:
            waiting = record.sudo().approval_ids.filtered(
                lambda approval: approval.state == "pending"
            )
            waiting.with_user(user).action_approve()
            self.env.invalidate_all()
