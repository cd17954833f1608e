from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tests import freeze_time, tagged
from odoo.tools.misc import file_open

from .common import REPORT, ComplaintCommon
from .common import USER as CLERK

CARE_USER = "customer_care.customer_care_group_user"
CARE_MANAGER = "customer_care.customer_care_group_manager"
# {role: login of the one who holds it}
HOLDERS = {
    "customer_service_manager": "p05_desk_head",
    "department_head": "p05_head",
    "administration": "p05_administration",
    "general_manager": "p05_general_manager",
    "finance": "p05_finance",
}


@tagged("post_install", "-at_install")
class TestPackP05(ComplaintCommon):
    """Policy P05 as shipped: each clause holds on a case of the clerk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("zh_CN", "zh_TW"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.loader = cls._new_user("p05_loader", CARE_MANAGER)
        cls.holder = {}
        for code, login in HOLDERS.items():
            cls.holder[code] = cls._new_user(login, f"{CARE_USER},{CLERK}")
            cls.env["care.role.assignment"].create(
                {
                    "role_id": cls._role(code).id,
                    "user_id": cls.holder[code].id,
                    "company_id": cls.company.id,
                }
            )
        cls.Pack = cls.env["care.policy.pack"].with_user(cls.loader)
        with freeze_time("2025-08-01 01:00:00"):
            report = cls.Pack.load_pack("P05", cls.company.id)
        cls.outcomes = {row["code"]: row["outcome"] for row in report["rows"]}
        cls.policy = cls.Pack.env["care.policy"].browse(report["policy_id"])

    @classmethod
    def _role(cls, code):
        return cls.env["care.role"].search([("code", "=", code)], limit=1)

    def clause(self, code):
        return self.policy.clause_ids.filtered(lambda clause: clause.code == code)

    def claim(self, **values):
        return self._new_case(
            **{
                "claimant_kind": "dealer",
                "demand": "exchange",
                "justified": "yes",
                "department_id": self.department.id,
                "user_id": self.clerk.id,
                **values,
            }
        )

    def decide(self, case, *codes):
        """The holders of the roles approve what waits for them, in this order."""
        for code in codes:
            waiting = case.approval_ids.filtered(
                lambda approval: approval.state == "pending"
            )
            waiting.with_user(self.holder[code]).action_approve()

    def accepted(self, **values):
        case = self.claim(**values)
        case.action_accept()
        self.decide(case, "customer_service_manager")
        return case

    def met(self, case, clause):
        """The required entries of `clause` that `case` was noted to meet."""
        checks = self.env["care.requirement.check"].search(
            [("res_model", "=", case._name), ("res_id", "=", case.id)]
        )
        return checks.filtered(lambda check: check.clause_id.code == clause)

    # ------------------------------------------------------------------ the pack

    def test_nine_clauses_in_three_languages(self):
        codes = [f"P05.{number:02}" for number in range(1, 10)]
        self.assertEqual(self.policy.clause_ids.mapped("code"), codes)
        for clause in self.policy.clause_ids:
            for field in ("name", "text"):
                words = {
                    clause.with_context(lang=lang)[field]
                    for lang in ("en_US", "zh_CN", "zh_TW")
                }
                with self.subTest(clause=clause.code, field=field):
                    self.assertEqual(len(words), 3)

    def test_every_clause_is_carried_out_by_a_rule(self):
        self.env.invalidate_all()
        idle = self.policy.clause_ids.filtered(lambda clause: not clause.rule_count)
        self.assertEqual(idle.mapped("code"), [])

    def test_no_rule_of_it_sleeps(self):
        self.assertEqual(set(self.outcomes.values()), {"created"})
        for model in ("care.obligation.rule", "care.approval.rule", "care.requirement"):
            rules = self.env[model].search(
                [("clause_id", "in", self.policy.clause_ids.ids)]
            )
            self.assertTrue(rules)
            self.assertFalse(rules.filtered("dormant"))

    def test_it_is_exported_as_it_is_shipped(self):
        with file_open("complaint_handling/packs/P05.yaml") as file:
            self.assertEqual(self.Pack.export(self.policy), file.read())

    def test_loading_it_again_changes_nothing(self):
        report = self.Pack.load_pack("P05", self.company.id)
        self.assertEqual({row["outcome"] for row in report["rows"]}, {"unchanged"})

    def test_the_screen_offers_it(self):
        offered = dict(self.Pack.with_context(lang="zh_CN")._selection_shipped())
        self.assertIn("投诉", offered["complaint_handling/P05"])

    # --------------------------------------------------------------- its clauses

    def test_p05_01_complainant_and_demand_are_asked(self):
        case = self.claim(demand=False)
        with self.assertRaisesRegex(UserError, "Demand"):
            case.action_accept()
        case.demand = "damages"
        case.action_accept()
        self.assertTrue(self.met(case, "P05.01"))

    def test_p05_02_the_superior_decides_on_acceptance(self):
        case = self.claim()
        case.action_accept()
        self.assertEqual(case.state, "new")
        approval = case.approval_ids
        self.assertEqual(approval.clause_id, self.clause("P05.02"))
        with self.assertRaises(UserError):
            approval.with_user(self.clerk).action_approve()
        self.decide(case, "customer_service_manager")
        self.assertEqual(case.state, "accepted")

    def test_p05_02_an_unjustified_one_is_explained_at_once(self):
        case = self.claim(justified="no", justified_reason="Dropped by the customer.")
        with self.mock_mail_gateway():
            self._wizard(self.clerk, case, "action_reject", channel="written")
        self.assertEqual(case.state, "rejected")
        self.assertFalse(case.approval_ids)

    def test_p05_03_the_card_has_a_customer(self):
        case = self.claim(partner_id=False, contact_name=False)
        with self.assertRaisesRegex(UserError, "anonymous"):
            case.action_accept()
        case.anonymous = True
        case.action_accept()
        self.assertTrue(self.met(case, "P05.03"))

    def test_p05_04_a_department_is_named_before_the_investigation(self):
        case = self.accepted()
        case.action_investigate()
        self.assertEqual(self.met(case, "P05.04").gate, "investigate")

    def test_p05_05_the_report_has_its_six_parts(self):
        case = self.accepted()
        case.action_investigate()
        for part in REPORT:
            case.write({**REPORT, part: " "})
            label = case._fields[part]._description_string(self.env)
            with self.subTest(part=part), self.assertRaisesRegex(UserError, label):
                case.action_submit_report()
        case.write(REPORT)
        case.action_submit_report()
        self.assertTrue(self.met(case, "P05.05"))

    def test_p05_06_supervisor_administration_general_manager(self):
        case = self.accepted()
        case.action_investigate()
        case.write(REPORT)
        case.action_submit_report()
        chain = ("department_head", "administration", "general_manager")
        for code in reversed(chain[1:]):
            with self.subTest(early=code), self.assertRaises(UserError):
                self.decide(case, code)
        self.decide(case, *chain[:2])
        self.assertEqual(case.state, "investigating")
        self.decide(case, chain[2])
        self.assertEqual(case.state, "solving")

    def solving(self, **values):
        case = self.accepted()
        case.action_investigate()
        case.write(REPORT)
        case.action_submit_report()
        self.decide(case, "department_head", "administration", "general_manager")
        case.write({"handling_opinion": "Ours", "solution": "A new seal", **values})
        case.action_submit_solution()
        return case

    def test_p05_07_the_amount_names_who_decides(self):
        for amount, codes in [
            (500, ["customer_service_manager"]),
            (800, ["general_manager"]),
            (5000, ["general_manager"]),
            (5001, ["finance", "general_manager"]),
        ]:
            case = self.solving(compensation=amount)
            approval = case.approval_ids.filtered(lambda a: a.gate == "compensation")
            with self.subTest(amount=amount):
                self.assertEqual(approval.clause_id, self.clause("P05.07"))
                lines = approval.line_ids.sorted("sequence")
                deciders = [line.user_ids for line in lines]
                self.assertEqual(deciders, [self.holder[code] for code in codes])

    def test_p05_07_without_money_nobody_is_asked(self):
        case = self.solving()
        self.assertEqual(
            case.approval_ids.filtered(lambda a: a.state == "pending").gate, "solution"
        )

    @freeze_time("2025-09-01 02:00:00")
    def test_p05_08_seven_days_from_receipt(self):
        case = self.claim()
        self.env.flush_all()
        obligation = case.obligation_ids
        self.assertEqual(obligation.clause_id, self.clause("P05.08"))
        self.assertEqual(obligation.start_at, case.received_at)
        self.assertEqual(obligation.due_at, Datetime.to_datetime("2025-09-08 02:00:00"))
        self.assertEqual(obligation.user_id, self.clerk)

    def test_p05_08_praise_has_no_deadline(self):
        case = self.claim(kind="praise")
        self.env.flush_all()
        self.assertFalse(case.obligation_ids)

    def test_p05_08_a_late_case_climbs_the_ladder_and_stays_missed(self):
        with freeze_time("2025-09-01 02:00:00"):
            case = self.claim()
            self.env.flush_all()
        obligation = case.obligation_ids
        # (day, level, who has been told by then)
        for day, level, code in [
            ("2025-09-08 03:00:00", 1, "department_head"),
            ("2025-09-10 03:00:00", 2, "customer_service_manager"),
            ("2025-09-12 03:00:00", 3, "general_manager"),
        ]:
            with freeze_time(day), self.subTest(level=level):
                self.env["care.obligation"]._sweep_batch()
                self.env["care.obligation"]._sweep_batch()
                told = case.activity_ids.mapped("user_id")
                self.assertIn(self.holder[code], told)
                self.assertEqual(obligation.state, "missed")
                self.assertEqual(obligation.escalation_level, level)
        with freeze_time("2025-09-13 03:00:00"):
            case.sudo().write({"state": "closed", "closed_at": "2025-09-13"})
            self.env.flush_all()
        self.assertEqual(obligation.state, "missed")

    def test_p05_09_statistics_reach_the_general_manager_by_the_tenth(self):
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time("2025-08-12 02:00:00"):
            self.claim()
            self.env.flush_all()
        duty = self.env["care.duty"].search(
            [("clause_id", "=", self.clause("P05.09").id)]
        )
        duty.produce_from = "2025-09-01"
        now = Datetime.to_datetime("2025-08-31 16:00:00")  # the 1st in Shanghai
        with freeze_time(now), self.mock_mail_gateway():
            occurrence = duty._produce(now)
        self.assertEqual(len(occurrence), 1)
        tenth_ends = Datetime.to_datetime("2025-09-10 16:00:00")
        self.assertEqual(occurrence.due_at, tenth_ends)
        self.assertEqual(occurrence.user_id, self.holder["customer_service_manager"])
        report = self.env["complaint.report"].search([("duty_code", "=", duty.code)])
        self.assertEqual(str(report.date_from), "2025-08-01")
        self.assertEqual(report.sent_to_ids, self.holder["general_manager"])
        self.assertEqual(occurrence.state, "met")

    def test_the_figures_of_the_clauses_follow(self):
        with freeze_time("2025-09-01 02:00:00"):
            case = self.solving()
            self.decide(case, "department_head")
            with self.mock_mail_gateway():
                self._wizard(self.clerk, case, "action_answer", channel="written")
            case.action_close()
            self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time("2025-10-01 02:00:00"):
            figures = {
                clause.code: (clause.due_count, clause.met_count, clause.rate)
                for clause in self.policy.with_user(self.clerk).clause_ids
            }
        self.assertEqual(case.state, "closed")
        for code in ("P05.01", "P05.02", "P05.04", "P05.05", "P05.08"):
            with self.subTest(clause=code):
                self.assertEqual(figures[code], (1, 1, 100.0))
        self.assertEqual(figures["P05.03"], (2, 2, 100.0))
        self.assertEqual(figures["P05.06"], (3, 3, 100.0))
        self.assertEqual(figures["P05.07"], (0, 0, 0.0))
