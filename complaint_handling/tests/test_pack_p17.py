from odoo.exceptions import UserError
from odoo.fields import Command, Datetime
from odoo.tests import freeze_time, tagged

from .common import REPORT
from .p17_common import MONDAY, P17Common


@tagged("post_install", "-at_install")
class TestPackP17(P17Common):
    """Policy P17 as shipped: each clause holds on a case of the clerk."""

    # ------------------------------------------------------------------ the pack

    def test_nine_clauses_in_three_languages(self):
        self.check_words(9)

    def test_every_clause_is_carried_out_by_a_rule(self):
        self.check_carried_out()

    def test_it_is_exported_as_it_is_shipped(self):
        self.check_round_trip()

    # --------------------------------------------------------------- its clauses

    def test_p17_02_name_phone_model_plate_and_contents(self):
        for values, words in [
            ({"vehicle_model": False}, "Model of the vehicle"),
            ({"plate": False}, "Number plate"),
            ({"description": False}, "Description"),
            ({"partner_id": False, "contact_name": "Li"}, "name and phone"),
        ]:
            with self.subTest(**values), self.assertRaisesRegex(UserError, words):
                self.claim(**values).action_accept()
        case = self.claim()
        case.action_accept()
        self.assertEqual(case.state, "accepted")
        self.assertEqual(len(self.met(case, "P17.02")), 3)

    def test_p17_02_checked_at_once_against_the_customer_base(self):
        other = self.env["res.partner"].create(
            {"name": "Wei", "phone": "+86 139 1111 2222"}
        )
        self.env["complaint.vehicle"].create(
            {"plate": "粤B12345", "partner_id": self.customer.id}
        )
        case = self.claim(
            partner_id=False, contact_name="Wei", contact_phone="13911112222"
        )
        self.assertEqual(case.candidate_ids, other | self.customer)
        with self.assertRaisesRegex(UserError, "Several customers fit"):
            case.action_accept()
        case.partner_id = other
        case.action_accept()
        known = self.claim(partner_id=False, contact_name="Mei")
        self.assertEqual(known.partner_id, self.customer)

    def test_p17_03_the_branch_manager_is_told_in_the_system_and_by_text(self):
        with freeze_time(MONDAY):
            case = self.claim(branch_id=self.branch.id)
            forward = self.obligation(case, "p17_forward")
            self.assertEqual(forward.state, "open")
            self.send(case, "action_forward_branch", note="Please call today")
            self.assertEqual(self.obligation(case, "p17_forward").state, "met")
        self.assertEqual(case.notice_ids.user_id, self.branch_manager)
        self.assertEqual(case.notice_ids.clause_id, self.clause("P17.03"))
        channels = {"message", "sms"} if "sms.sms" in self.env else {"message"}
        self.assertEqual(set(case.notice_ids.mapped("channel")), channels)
        self.assertIn(self.branch_manager, case.activity_ids.user_id)
        self.assertIn("Please call today", case.notice_ids[0].body)

    def test_p17_03_the_result_within_24_hours_of_settlement(self):
        with freeze_time(MONDAY):
            case = self.answered()
            result = self.obligation(case, "p17_result")
        self.assertEqual(str(result.due_at), "2026-03-03 02:00:00")
        self.assertEqual(result.user_id, self.branch_manager)
        with freeze_time("2026-03-02 10:00:00"):
            with self.assertRaisesRegex(UserError, "branch reports the result"):
                case.action_close()
            branch_case = case.with_user(self.branch_manager)
            self.send(branch_case, "action_report_result", note="Pads exchanged")
            self.assertEqual(self.obligation(case, "p17_result").state, "met")
            case.invalidate_recordset()
            case.action_close()
        told = case.notice_ids.filtered(lambda notice: notice.stage == "result")
        self.assertEqual(told.user_id, self.holder["call_centre"])
        self.assertEqual(told.sent_by_id, self.branch_manager)

    def test_p17_03_a_late_result_is_missed_and_climbs(self):
        with freeze_time(MONDAY):
            case = self.answered()
            self.obligation(case, "p17_result")
        with freeze_time("2026-03-03 02:05:00"):
            self.env["care.obligation"]._sweep_batch()
            self.assertEqual(self.obligation(case, "p17_result").state, "missed")
        self.assertIn(self.holder["call_centre"], case.activity_ids.user_id)

    def test_p17_03_the_group_calls_back_and_surveys(self):
        programme = self.env["care.callback.programme"].search(
            [("code", "=", "p17_callback")]
        )
        programme.start_date = "2026-03-01"
        with freeze_time(MONDAY):
            case = self.answered()
            letter = self.answered(reply_wanted="letter")
            for one in (case, letter):
                self.send(one, "action_report_result", note="Pads exchanged")
            self.env.flush_all()
        with freeze_time("2026-03-03 20:00:00"):
            programme._run(Datetime.now())
            callbacks = self.env["care.callback"].search(
                [("programme_id", "=", programme.id)]
            )
        self.assertEqual(callbacks.mapped("res_id"), case.ids)
        self.assertEqual(callbacks.user_id, self.holder["call_centre"])
        self.assertNotIn(self.clerk, callbacks.user_id)
        self.assertIn(self.branch_manager, callbacks.excluded_ids)
        caller = callbacks.with_user(self.holder["call_centre"])
        outcome = self.env.ref("customer_care.care_callback_outcome_average")
        with freeze_time("2026-03-04 02:00:00"):
            caller.write(
                {"outcome_id": outcome.id, "notes": "Slow", "phone_mark": True}
            )
            caller.action_done()
        case.invalidate_recordset()
        self.assertEqual(case.satisfaction, "average")
        self.assertEqual(case.satisfaction_asked_by_id, self.holder["call_centre"])

    def test_p17_04_what_makes_a_complaint_major(self):
        quality = self.env.ref("complaint_handling.complaint_category_quality")
        with freeze_time(MONDAY):
            self.claim(category_id=quality.id)
        for number, (values, code) in enumerate(
            [
                ({"category_id": quality.id}, "p17_repeated"),
                ({"demand": "return"}, "p17_return"),
                ({"demand": "exchange"}, "p17_return"),
                ({"description": "我已经联系电视台"}, "p17_press_words"),
                *(
                    ({"flag_ids": [Command.link(self.flag(name).id)]}, f"p17_{name}")
                    for name in ("manufacturer", "door", "disturbance", "press", "wide")
                ),
            ]
        ):
            with self.subTest(**values), freeze_time("2026-03-03 02:00:00"):
                # another car each time: only the repeat is a repeat
                plate = "粤B12345" if code == "p17_repeated" else f"沪A0000{number}"
                case = self.claim(plate=plate, **values)
                self.assertTrue(case.is_major)
                change = case.severity_change_ids
                self.assertEqual(change.rule_id.code, code)
                self.assertEqual(change.clause_id, self.clause("P17.04"))
        self.assertFalse(self.claim(plate="沪A99999").is_major)

    def test_p17_05_early_warning_within_24_hours_while_handled(self):
        saturday = "2026-03-07 08:00:00"  # by the wall clock: no weekend
        with freeze_time(saturday):
            case = self.claim(severity_id=self.major.id)
            warning = self.obligation(case, "p17_warning")
            self.assertEqual(str(warning.due_at), "2026-03-08 08:00:00")
            self.assertEqual(warning.user_id, self.clerk)
            self.assertEqual(warning.clause_id, self.clause("P17.05"))
        with freeze_time("2026-03-07 12:00:00"):
            self.send(case, "action_warn", note="Television is coming")
            self.assertEqual(self.obligation(case, "p17_warning").state, "met")
            told = case.notice_ids.filtered(lambda n: n.stage == "warning")
            self.assertEqual(
                told.user_id, self.holder["brand_division"] | self.holder["legal"]
            )
            report = self.obligation(case, "p17_report")
            self.assertEqual(report.user_id, self.holder["brand_division"])
            brand = case.with_user(self.holder["brand_division"])
            self.send(brand, "action_report_up", note="Under control")
            self.assertEqual(self.obligation(case, "p17_report").state, "met")
        told = case.notice_ids.filtered(lambda n: n.stage == "report")
        self.assertEqual(
            told.user_id,
            self.holder["vice_president"] | self.holder["chief_executive"],
        )
        self.assertEqual(told.sent_by_id, self.holder["brand_division"])

    def test_p17_05_the_ladder_climbs_to_the_chief_executive(self):
        with freeze_time(MONDAY):
            case = self.claim(severity_id=self.major.id)
            self.obligation(case, "p17_warning")
        for moment, code in [
            ("2026-03-03 00:30:00", "department_head"),
            ("2026-03-03 02:05:00", "general_manager"),
            ("2026-03-03 06:05:00", "vice_president"),
            ("2026-03-03 14:05:00", "chief_executive"),
        ]:
            with freeze_time(moment), self.subTest(code=code):
                told = case.activity_ids.filtered(
                    lambda a: "warning" in (a.summary or "")
                )
                self.assertNotIn(self.holder[code], told.user_id)
                self.env["care.obligation"]._sweep_batch()
                case.invalidate_recordset(["activity_ids"])
                self.assertIn(self.holder[code], case.activity_ids.user_id)

    def test_p17_05_a_case_lowered_with_reason_owes_no_warning(self):
        with freeze_time(MONDAY):
            case = self.claim(severity_id=self.major.id)
            self.obligation(case, "p17_warning")
            minor = self.env.ref("complaint_handling.complaint_severity_minor")
            opened = case.action_lower_severity()
            wizard = self.env[opened["res_model"]].with_user(self.clerk)
            wizard.with_context(**opened["context"]).create(
                {"severity_id": minor.id, "reason": "Another car"}
            ).action_lower()
            self.assertEqual(self.obligation(case, "p17_warning").state, "cancelled")

    def test_p17_06_the_first_receiver_calls_the_crisis_group(self):
        with freeze_time(MONDAY):
            case = self.claim(severity_id=self.major.id)
            self.assertEqual(case.received_by_id, self.clerk)
            self.assertEqual(self.obligation(case, "p17_crisis").user_id, self.clerk)
            opened = case.action_call_crisis()
            self.assertEqual(self.obligation(case, "p17_crisis").state, "met")
        crisis = self.env["complaint.crisis"].browse(opened["res_id"])
        heads = self.holder["department_head"] | self.holder["general_manager"]
        self.assertEqual(crisis.called_by_id, self.clerk)
        self.assertEqual(case.notice_ids.user_id, heads)
        self.assertEqual(case.notice_ids.sent_by_id, self.clerk)
        self.assertLessEqual(heads | self.holder["legal"], crisis.member_ids.user_id)
        boss = crisis.with_user(self.holder["general_manager"])
        boss.write({"decision": "Take the car back"})
        boss.action_decide()
        self.assertEqual(crisis.state, "decided")
        self.assertEqual(self.compliance("P17.06")[1:], (0, 0))

    def test_p17_07_no_warning_and_a_loss(self):
        with freeze_time(MONDAY):
            cases = [
                self.answered(severity_id=self.major.id, **values)
                for values in ({"loss_amount": 2000}, {}, {"loss_amount": 500})
            ]
            self.send(cases[2], "action_warn")
            for case in cases:
                self.send(case, "action_report_result", note="Settled")
                case.invalidate_recordset()
                case.action_close()
            self.propose()
        handler = self.sanctions(cases[0], "p17_no_warning")
        self.assertEqual(handler.user_id, self.clerk)
        self.assertEqual(handler.amount, 200)
        self.assertEqual(handler.clause_id, self.clause("P17.07"))
        managers = self.sanctions(cases[0], "p17_no_warning_managers")
        self.assertEqual(managers.user_id, self.holder["department_head"])
        for case in cases[1:]:
            self.assertFalse(self.sanctions(case, "p17_no_warning"))

    def test_p17_08_weekly_and_monthly_reports(self):
        with freeze_time(MONDAY):
            self.claim()
        for code, start, period in [
            ("p17_weekly", "2026-03-09", ("2026-03-02", "2026-03-08")),
            ("p17_monthly", "2026-04-01", ("2026-03-01", "2026-03-31")),
        ]:
            duty = self.env["care.duty"].search([("code", "=", code)])
            duty.produce_from = start
            now = Datetime.subtract(Datetime.to_datetime(start), hours=8)
            with freeze_time(now), self.mock_mail_gateway():
                occurrence = duty._produce(now)
            report = self.env["complaint.report"].search([("duty_code", "=", code)])
            with self.subTest(code=code):
                self.assertEqual((str(report.date_from), str(report.date_to)), period)
                self.assertEqual(report.received, 1)
                self.assertEqual(report.sent_to_ids, self.holder["general_manager"])
                self.assertEqual(occurrence.state, "met")
                self.assertEqual(occurrence.clause_id, self.clause("P17.08"))

    def test_p17_09_compensation_by_authority_and_not_split(self):
        for amount, codes in [
            (800, ["customer_service_manager"]),
            (3000, ["department_head"]),
            (8000, ["department_head", "general_manager"]),
            (60000, ["department_head", "general_manager", "vice_president"]),
        ]:
            customer = self.env["res.partner"].create({"name": f"Customer {amount}"})
            approval = self._ask(customer, amount)
            with self.subTest(amount=amount):
                self.assertEqual(approval.clause_id, self.clause("P17.09"))
                lines = approval.line_ids.sorted("sequence")
                self.assertEqual(
                    [line.user_ids for line in lines],
                    [self.holder[code] for code in codes],
                )
        split = self.env["res.partner"].create({"name": "Splitter"})
        self._ask(split, 900)
        second = self._ask(split, 900)
        self.assertEqual(second.line_ids.user_ids, self.holder["department_head"])

    def _ask(self, customer, amount):
        with freeze_time(MONDAY):
            case = self.claim(
                partner_id=customer.id,
                contact_phone="13800001234",
                plate=f"沪B{customer.id}",
                compensation=amount,
            )
            case.action_accept()
            case.action_investigate()
            case.write({**REPORT, "solution": "Money"})
            case.action_submit_report()
            case.action_submit_solution()
            return case.sudo().approval_ids.filtered(
                lambda approval: approval.gate == "compensation"
            )
