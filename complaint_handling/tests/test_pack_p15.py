from odoo.exceptions import UserError
from odoo.fields import Command, Datetime
from odoo.tests import freeze_time, tagged

from .pack_common import PackCommon

MONDAY = "2026-03-02 02:00:00"  # 10:00 in Shanghai


@tagged("post_install", "-at_install")
class TestPackP15(PackCommon):
    """Policy P15 as shipped: each clause holds on a case of the clerk."""

    PACK = "P15"
    ROLES = (
        "relations_manager",
        "business_manager",
        "general_manager",
        "department_head",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        calendar = cls.env["resource.calendar"].create(
            {"name": "Dealer", "tz": "Asia/Shanghai", "company_id": cls.company.id}
        )
        cls.company.resource_calendar_id = calendar
        cls.category = cls.env["complaint.category"].search(
            [("code", "=", "p15_repair_quality")]
        )

    def claim(self, **values):
        return self._new_case(
            **{
                "description": "The brakes squeal after the repair.",
                "plate": "粤B12345",
                "category_id": self.category.id,
                "cause": "Wrong pads",
                "justified": "yes",
                "demand": "damages",
                "demand_fair": "yes",
                "department_id": self.department.id,
                "user_id": self.clerk.id,
                **values,
            }
        )

    def accepted(self, **values):
        case = self.claim(**values)
        case.action_accept()
        self.decide(case, "relations_manager")
        self.assertEqual(case.state, "accepted")
        return case

    def proposed(self, **values):
        case = self.accepted()
        case.action_investigate()
        case.action_submit_report()
        case.write(
            {
                "solution": "New pads for free",
                "culprit_ids": [Command.link(self.colleague.id)],
                **values,
            }
        )
        case.action_submit_solution()
        return case

    def answered(self, **values):
        case = self.proposed(**values)
        self.decide(case, "general_manager")
        self._wizard(self.clerk, case, "action_answer", channel="oral", body="Told")
        return case

    def ask(self, case, satisfaction="fairly", reaction="Content with it"):
        opened = case.action_ask_satisfaction()
        wizard = self.env[opened["res_model"]].with_user(self.clerk)
        wizard = wizard.with_context(**opened["context"])
        wizard.create(
            {"satisfaction": satisfaction, "reaction": reaction}
        ).action_save()

    def improve(self, case):
        """The improvement of the case, planned, approved and supervised."""
        improvement = self.env["care.improvement"].browse(
            case.action_open_improvement()["domain"][0][2]
        )
        improvement = improvement.with_user(self.clerk)
        improvement.write(
            {
                "user_id": self.clerk.id,
                "measure": "Pads are matched by the VIN",
                "cause": "Mixed up shelves",
                "check_user_id": self.manager.id,
            }
        )
        improvement.action_plan()
        self.decide(improvement, "general_manager")
        improvement.with_user(self.holder["general_manager"])._name_supervisor(
            self.holder["department_head"]
        )
        return improvement

    # ------------------------------------------------------------------ the pack

    def test_eight_clauses_in_three_languages(self):
        self.check_words(8)

    def test_every_clause_is_carried_out_by_a_rule(self):
        self.check_carried_out()

    def test_it_is_exported_as_it_is_shipped(self):
        self.check_round_trip()

    # --------------------------------------------------------------- its clauses

    def test_p15_01_one_of_five_kinds(self):
        kinds = self.env["complaint.category"].search([("code", "=like", "p15_%")])
        self.assertEqual(len(kinds), 5)
        self.assertEqual(kinds.clause_id, self.clause("P15.01"))
        other = self.env.ref("complaint_handling.complaint_category_price")
        case = self.claim(category_id=other.id)
        with self.assertRaisesRegex(UserError, "five kinds"):
            case.action_accept()
        case.category_id = kinds[0]
        case.action_accept()
        self.assertTrue(self.met(case, "P15.01"))

    def test_p15_02_time_contents_complainant_and_plate(self):
        for values, words in [
            ({"description": False}, "Description"),
            ({"partner_id": False}, "Name the complainant"),
            ({"plate": False}, "number plate"),
            ({"plate": False, "category_id": False}, "number plate"),
        ]:
            with self.subTest(**values), self.assertRaisesRegex(UserError, words):
                self.claim(**values).action_accept()
        case = self.claim()
        case.action_accept()
        self.assertTrue(case.received_at)
        self.assertEqual(len(self.met(case, "P15.02")), 3)

    def test_p15_02_a_contract_has_no_plate_yet(self):
        contract = self.env["complaint.category"].search(
            [("code", "=", "p15_sales_contract")]
        )
        case = self.claim(category_id=contract.id, plate=False)
        case.action_accept()
        self.assertTrue(case.approval_ids, "its acceptance is asked for")
        self.assertEqual(len(self.met(case, "P15.02")), 2, "the plate is not asked")

    def test_p15_03_the_relations_manager_decides(self):
        for values, words in [
            ({"cause": False}, "Cause"),
            ({"demand_fair": "undecided"}, "demand fair"),
            ({"justified": "undecided"}, "is justified"),
            ({"department_id": False}, "Handling department"),
        ]:
            with self.subTest(**values), self.assertRaisesRegex(UserError, words):
                self.claim(**values).action_accept()
        case = self.claim()
        case.action_accept()
        self.assertEqual(case.state, "new")
        approval = case.approval_ids
        self.assertEqual(approval.clause_id, self.clause("P15.03"))
        with self.assertRaises(UserError):
            approval.with_user(self.holder["general_manager"]).action_approve()
        case.demand_fair = "no"  # what was approved must be what holds
        self.assertEqual(approval.state, "cancelled")
        case.action_accept()
        self.decide(case, "relations_manager")
        self.assertEqual(case.state, "accepted")

    def test_p15_03_an_unjustified_one_goes_to_the_relations_manager_too(self):
        case = self.claim(justified="no", justified_reason="Worn by use")
        case.action_reject()
        self.assertEqual(case.approval_ids.clause_id, self.clause("P15.03"))
        self.decide(case, "relations_manager")
        self._wizard(self.clerk, case, "action_reject", channel="oral", body="Told")
        self.assertEqual(case.state, "rejected")

    def test_p15_04_one_working_day(self):
        friday = "2026-03-06 02:00:00"
        with freeze_time(friday):
            case = self.accepted()
            obligation = self.obligation(case, "p15_solution")
        self.assertEqual(obligation.clause_id, self.clause("P15.04"))
        self.assertEqual(obligation.user_id, self.clerk)
        self.assertEqual(obligation.start_at, Datetime.to_datetime(friday))
        # the end of Monday, its last working hour
        self.assertEqual(str(obligation.due_at), "2026-03-09 09:00:00")

    def test_p15_04_met_by_the_proposal_with_cause_and_culprit(self):
        with freeze_time(MONDAY):
            case = self.accepted()
            case.action_investigate()
            case.action_submit_report()
            case.solution = "New pads"
            with self.assertRaisesRegex(UserError, "found responsible"):
                case.action_submit_solution()
            self.assertFalse(case.proposed_at)
            case.no_culprit = True
            case.action_submit_solution()
            obligation = self.obligation(case, "p15_solution")
        self.assertEqual(str(case.proposed_at), MONDAY)
        self.assertEqual(obligation.state, "met")
        self.assertTrue(self.met(case, "P15.04"))

    def test_p15_04_late_is_told_to_the_general_manager(self):
        with freeze_time(MONDAY):
            case = self.accepted()
            self.obligation(case, "p15_solution")
        with freeze_time("2026-03-05 03:00:00"):
            self.env["care.obligation"]._sweep_batch()
            obligation = self.obligation(case, "p15_solution")
            self.assertEqual(obligation.state, "missed")
            self.assertIn(
                self.holder["general_manager"], case.activity_ids.mapped("user_id")
            )

    def test_p15_04_counts_anew_after_reopening(self):
        with freeze_time(MONDAY):
            case = self.closed()
        with freeze_time("2026-03-09 02:00:00"):
            self._wizard(self.clerk, case, "action_reopen", reason="Squeals again")
            rounds = self.obligation(case, "p15_solution").sorted("id")
        self.assertFalse(case.proposed_at)
        self.assertEqual(rounds.mapped("state"), ["met", "open"])
        self.assertEqual(str(rounds[-1].due_at), "2026-03-10 09:00:00")

    def test_p15_05_the_general_manager_agrees_then_the_customer_is_told(self):
        with freeze_time(MONDAY):
            case = self.proposed()
            approval = case.approval_ids.filtered(lambda a: a.gate == "solution")
            self.assertEqual(approval.clause_id, self.clause("P15.05"))
            with self.assertRaises(UserError):
                case.action_answer()
            self.assertFalse(self.obligation(case, "p15_tell"))
            self.decide(case, "general_manager")
            tell = self.obligation(case, "p15_tell")
            self.assertEqual(tell.start_at, case.solution_approved_at)
        with freeze_time("2026-03-02 05:30:00"):
            self._wizard(self.clerk, case, "action_answer", channel="oral", body="Told")
            self.assertEqual(self.obligation(case, "p15_tell").state, "met")
            reaction = self.obligation(case, "p15_reaction")
            self.assertEqual(reaction.state, "open")
            case.reaction = "Content"
            self.assertEqual(self.obligation(case, "p15_reaction").state, "met")

    def test_p15_06_satisfaction_summary_prevention_supervisor(self):
        with freeze_time(MONDAY):
            case = self.answered()
            with self.assertRaisesRegex(UserError, "Reaction.*Satisfaction"):
                case.action_close()
            self.ask(case)
            self.assertEqual(case.satisfaction_asked_by_id, self.clerk)
            case.summary = "Pads were mixed up on the shelf"
            with self.assertRaisesRegex(UserError, "not planned yet"):
                case.action_close()
            improvement = self.improve(case)
            self.assertEqual(improvement.clause_id, self.clause("P15.06"))
            self.assertEqual(improvement.kind, "preventive")
            self.assertEqual(improvement.approval_ids.clause_id, self.clause("P15.06"))
            case.invalidate_recordset()
            case.action_close()
        self.assertEqual(case.state, "closed")

    def test_p15_06_no_measure_begins_without_a_supervisor(self):
        with freeze_time(MONDAY):
            case = self.answered()
            improvement = self.env["care.improvement"].browse(
                case.action_open_improvement()["domain"][0][2]
            )
            improvement = improvement.with_user(self.clerk)
            improvement.write(
                {
                    "user_id": self.clerk.id,
                    "measure": "Match by VIN",
                    "cause": "Mixed up shelves",
                    "check_user_id": self.manager.id,
                }
            )
            improvement.action_plan()
            self.assertEqual(improvement.state, "draft")
            self.decide(improvement, "general_manager")
            with self.assertRaisesRegex(UserError, "names the supervisor"):
                improvement.action_start()
            again = case.action_open_improvement()["domain"][0][2]
            self.env["care.improvement.rule"].search(
                [("code", "=", "p15_improvement")]
            )._look()
        self.assertEqual(again, improvement.ids)
        self.assertEqual(case.improvement_count, 1)

    def test_p15_07_major_is_told_at_once_and_meets(self):
        major = self.env.ref("complaint_handling.complaint_severity_major")
        with freeze_time(MONDAY):
            case = self.claim(severity_id=major.id)
            told = self.obligation(case, "p15_told")
            self.assertEqual(told.state, "met")
            self.assertEqual(
                case.notice_ids.user_id,
                self.holder["department_head"] | self.holder["general_manager"],
            )
            self.assertEqual(case.notice_ids.clause_id, self.clause("P15.07"))
            meeting = self.obligation(case, "p15_meeting")
            self.assertEqual(str(meeting.due_at), "2026-03-02 03:00:00")
            crisis = case.env["complaint.crisis"].browse(
                case.action_call_crisis()["res_id"]
            )
            self.assertEqual(self.obligation(case, "p15_meeting").state, "met")
        self.assertLessEqual(
            self.holder["business_manager"] | self.holder["relations_manager"],
            crisis.member_ids.user_id,
        )

    def test_p15_07_nobody_called_the_meeting(self):
        major = self.env.ref("complaint_handling.complaint_severity_major")
        with freeze_time(MONDAY):
            case = self.claim(severity_id=major.id)
            self.obligation(case, "p15_meeting")
        with freeze_time("2026-03-02 03:05:00"):
            self.env["care.obligation"]._sweep_batch()
            self.assertEqual(self.obligation(case, "p15_meeting").state, "missed")
        self.assertIn(
            self.holder["general_manager"], case.activity_ids.mapped("user_id")
        )

    def test_p15_07_both_managers_settle_together(self):
        major = self.env.ref("complaint_handling.complaint_severity_major")
        with freeze_time(MONDAY):
            case = self.answered(severity_id=major.id)
            case.action_call_crisis()
            self.ask(case)
            case.summary = "Learnt"
            self.improve(case)
            case.invalidate_recordset()
            case.settler_ids = self.holder["business_manager"]
            with self.assertRaisesRegex(UserError, "settle a major complaint"):
                case.action_close()
            case.settler_ids |= self.holder["relations_manager"]
            case.action_close()
        self.assertEqual(case.state, "closed")
        self.assertTrue(self.met(case, "P15.07"))

    def closed(self, **values):
        case = self.answered(**values)
        self.ask(case)
        case.summary = "Learnt"
        self.improve(case)
        case.invalidate_recordset()
        case.action_close()
        return case

    def test_p15_08_culprit_and_head_by_the_size_of_the_loss(self):
        with freeze_time("2026-03-02 02:00:00"):
            case = self.closed(loss_amount=3000)
            free = self.closed()
            self.propose()
        culprit = self.sanctions(case, "p15_culprit")
        self.assertEqual(culprit.user_id, self.colleague)
        self.assertEqual(culprit.amount, 300)
        self.assertEqual(culprit.clause_id, self.clause("P15.08"))
        head = self.sanctions(case, "p15_head")
        self.assertEqual(head.user_id, self.holder["department_head"])
        self.assertEqual(head.amount, 150)
        self.assertEqual(culprit.state, "proposed")
        self.assertFalse(self.sanctions(free, "p15_culprit"))

    def test_p15_08_delay_by_the_handler(self):
        with freeze_time(MONDAY):
            case = self.accepted()
            self.obligation(case, "p15_solution")
        with freeze_time("2026-03-04 03:00:00"):
            self.env["care.obligation"]._sweep_batch()
        sanction = self.sanctions(case, "p15_delay")
        self.assertEqual(sanction.user_id, self.clerk)
        self.assertEqual(sanction.amount, 50)

    def test_the_figures_of_the_clauses_follow(self):
        with freeze_time(MONDAY):
            case = self.closed(loss_amount=100)
            self.propose()
        self.assertEqual(len(self.sanctions(case, "p15_culprit")), 1)
        for code in ("P15.01", "P15.02", "P15.03", "P15.04", "P15.05", "P15.06"):
            with self.subTest(clause=code):
                self.assertGreater(self.compliance(code)[0], 0)
        self.assertEqual(self.compliance("P15.08")[2], 2)
