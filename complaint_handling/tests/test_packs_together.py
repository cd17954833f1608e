from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import REPORT
from .p17_common import MONDAY, P17Common


@tagged("post_install", "-at_install")
class TestPacksTogether(P17Common):
    """P05, P15 and P17 in one company: the stricter of them holds; in different ones
    each holds alone."""

    ROLES = (
        *P17Common.ROLES,
        "relations_manager",
        "business_manager",
        "administration",
        "finance",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["complaint.category"].search(
            [("code", "=", "p15_repair_quality")]
        )

    @classmethod
    def _role(cls, code):
        role = super()._role(code)
        if not role:  # the first role that P17 does not bring: the others come along
            with freeze_time("2026-01-05 01:00:00"):
                for name in ("P15", "P05"):
                    cls.Pack.load_pack(name, cls.company.id)
            role = super()._role(code)
        return role

    def test_a_case_passes_them_all(self):
        with freeze_time(MONDAY):
            case = self.claim(
                category_id=self.category.id,
                cause="Wrong pads",
                demand_fair="yes",
                branch_id=self.branch.id,
            )
            case.claimant_kind = False
            with self.assertRaisesRegex(UserError, "Complainant"):
                case.action_accept()
            case.claimant_kind = "consumer"
            case.action_accept()
            self.decide(case, "customer_service_manager")  # P05
            self.assertEqual(case.state, "new")
            self.decide(case, "relations_manager")  # P15
            self.assertEqual(case.state, "accepted")
            self.env.flush_all()
            policies = case.sudo().obligation_ids.clause_id.policy_id
            self.assertEqual(set(policies.mapped("code")), {"P05", "P15", "P17"})
            case.action_investigate()
            case.write({**REPORT, "solution": "New pads", "handling_opinion": "Ours"})
            case.write({"culprit_ids": [Command.set(self.colleague.ids)]})
            case.action_submit_report()
            self.decide(case, "department_head", "administration", "general_manager")
            case.compensation = 800
            case.action_submit_solution()
            waiting = case.sudo().approval_ids.filtered(lambda a: a.state == "pending")
            gates = sorted((a.gate, a.clause_id.code) for a in waiting)
            self.assertEqual(
                gates,
                [
                    ("compensation", "P05.07"),
                    ("compensation", "P17.09"),
                    ("solution", "P05.06"),
                    ("solution", "P15.05"),
                ],
            )

    def test_a_major_case_is_told_under_both_and_calls_one_group(self):
        with freeze_time(MONDAY):
            case = self.claim(severity_id=self.major.id)
            case.action_call_crisis()
        told = case.notice_ids.filtered(lambda n: n.stage == "told")
        by_policy = set(told.clause_id.policy_id.mapped("code"))
        self.assertEqual(by_policy, {"P15", "P17"})
        self.assertEqual(case.crisis_ids.plan_id.code, "p15_crisis")

    def test_one_monthly_report_fulfils_both_duties(self):
        with freeze_time(MONDAY):
            self.claim()
        duties = self.env["care.duty"].search(
            [("code", "in", ("p17_monthly", "monthly_complaint_statistics"))]
        )
        duties.produce_from = "2026-04-01"
        occurrences = self.env["care.obligation"]
        moment = "2026-03-31 16:00:00"
        with freeze_time(moment), self.mock_mail_gateway():
            for duty in duties:
                now = self.env.cr.now().fromisoformat(moment)
                occurrences |= duty._produce(now)
        self.assertEqual(len(occurrences), 2)
        self.assertEqual(set(occurrences.mapped("state")), {"met"})
        reports = self.env["complaint.report"].search(
            [("company_id", "=", self.company.id), ("date_from", "=", "2026-03-01")]
        )
        self.assertEqual(len(reports), 1)

    def test_another_company_keeps_its_own_policy(self):
        other = self.env["res.company"].create({"name": "Retail company"})
        self.loader.company_ids |= other
        clerk = self._new_user(
            "retail_clerk",
            "complaint_handling.complaint_handling_group_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.Pack.load_pack("P05", other.id)
        case = (
            self.env["complaint.case"]
            .with_user(clerk)
            .with_company(other)
            .create(
                {
                    "name": "Broken",
                    "anonymous": True,
                    "demand": "return",
                    "severity_id": self.major.id,
                    "claimant_kind": "consumer",
                    "justified": "yes",
                }
            )
        )
        self.env.flush_all()
        clauses = case.sudo().obligation_ids.clause_id
        self.assertEqual(clauses.mapped("code"), ["P05.08"])
        self.assertFalse(case.notice_ids)
        self.assertFalse(case.severity_change_ids)
        codes = (
            self.env["complaint.category"].with_user(clerk).search([]).mapped("code")
        )
        self.assertFalse([code for code in codes if (code or "").startswith("p15")])
