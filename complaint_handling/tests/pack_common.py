from odoo.tests import freeze_time
from odoo.tools.misc import file_open

from .common import USER as CLERK
from .common import ComplaintCommon

CARE_USER = "customer_care.customer_care_group_user"
CARE_MANAGER = "customer_care.customer_care_group_manager"


class PackCommon(ComplaintCommon):
    """A policy loaded as shipped into the clerk's company, its roles held by one
    person each, without any right beyond a clerk's."""

    PACK = ""
    ROLES = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("zh_CN", "zh_TW"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.loader = cls._new_user("pack_loader", CARE_MANAGER)
        cls.Pack = cls.env["care.policy.pack"].with_user(cls.loader)
        with freeze_time("2026-01-05 01:00:00"):
            report = cls.Pack.load_pack(cls.PACK, cls.company.id)
        cls.outcomes = {row["code"]: row["outcome"] for row in report["rows"]}
        cls.policy = cls.Pack.env["care.policy"].browse(report["policy_id"])
        cls.holder = {}
        for code in cls.ROLES:
            cls.holder[code] = cls._new_user(f"role_{code}", f"{CARE_USER},{CLERK}")
            cls.env["care.role.assignment"].create(
                {
                    "role_id": cls._role(code).id,
                    "user_id": cls.holder[code].id,
                    "company_id": cls.company.id,
                }
            )

    @classmethod
    def _role(cls, code):
        return cls.env["care.role"].search(
            [("code", "=", code), ("company_id", "in", (False, cls.company.id))],
            order="company_id",
            limit=1,
        )

    def clause(self, code):
        return self.policy.clause_ids.filtered(lambda clause: clause.code == code)

    def obligation(self, case, code):
        self.env.flush_all()
        case.invalidate_recordset(["obligation_ids"])
        return case.sudo().obligation_ids.filtered(lambda o: o.rule_id.code == code)

    def decide(self, record, *codes):
        """The holders of the roles approve what waits for them, in this order."""
        for code in codes:
            record.invalidate_recordset(["approval_ids"])
            lines = record.sudo().approval_ids.line_ids.filtered(
                lambda line, user=self.holder[code]: (
                    line.approval_id.state == line.state == "pending"
                    and user in line.user_ids
                )
            )
            waiting = lines.approval_id
            self.assertTrue(waiting, code)
            for approval in waiting:
                approval.with_user(self.holder[code]).action_approve()

    def propose(self):
        """Run the job that proposes sanctions."""
        job = self.env.ref("customer_care.care_sanction_propose_cron")
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()

    def sanctions(self, case, code):
        return self.env["care.sanction"].search(
            [("rule_id.code", "=", code), ("res_id", "=", case.id)]
        )

    def met(self, record, clause):
        """The required entries of `clause` that `record` was noted to meet."""
        checks = self.env["care.requirement.check"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )
        return checks.filtered(lambda check: check.clause_id.code == clause)

    def compliance(self, code):
        """(met, missed, open) of a clause over all months and sources."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["care.clause.compliance"].search(
            [("clause_id", "=", self.clause(code).id)]
        )
        return tuple(sum(rows.mapped(name)) for name in ("met", "missed", "open"))

    def send(self, case, action, **values):
        opened = getattr(case, action)()
        wizard = (
            self.env[opened["res_model"]]
            .with_user(case.env.user)
            .with_context(**opened["context"])
            .create(values)
        )
        wizard.action_send()

    # ---- what every shipped pack keeps

    def check_words(self, count):
        codes = [f"{self.PACK}.{number:02}" for number in range(1, count + 1)]
        self.assertEqual(self.policy.clause_ids.mapped("code"), codes)
        for clause in self.policy.clause_ids:
            for field in ("name", "text"):
                words = {
                    clause.with_context(lang=lang)[field]
                    for lang in ("en_US", "zh_CN", "zh_TW")
                }
                with self.subTest(clause=clause.code, field=field):
                    self.assertEqual(len(words), 3)

    def check_carried_out(self):
        self.env.invalidate_all()
        idle = self.policy.clause_ids.filtered(lambda clause: not clause.rule_count)
        self.assertEqual(idle.mapped("code"), [])
        self.assertEqual(set(self.outcomes.values()), {"created"})

    def check_round_trip(self):
        with file_open(f"complaint_handling/packs/{self.PACK}.yaml") as file:
            shipped = file.read()
        rows = [line for line in shipped.splitlines(True) if line[0] != "#"]
        self.assertEqual(self.Pack.export(self.policy), "".join(rows))
        report = self.Pack.load_pack(self.PACK, self.company.id)
        self.assertEqual({row["outcome"] for row in report["rows"]}, {"unchanged"})
