from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import REPORT, ComplaintCommon


@tagged("post_install", "-at_install")
class TestCaseFlow(ComplaintCommon):
    """The steps of a case, as a clerk takes them, without any policy loaded."""

    def _to_solving(self):
        case = self._new_case(department_id=self.department.id, user_id=self.clerk.id)
        case.write({"justified": "yes"})
        case.action_accept()
        case.action_investigate()
        case.write({**REPORT, "solution": "A new seal"})
        case.action_submit_report()
        return case

    def test_number_and_time_are_the_servers(self):
        with freeze_time("2025-09-01 08:00:00"):
            first = self._new_case()
            second = self._new_case()
        self.assertRegex(first.number, r"^C\d{4}-\d{5}$")
        self.assertEqual(int(second.number[-5:]), int(first.number[-5:]) + 1)
        self.assertEqual(str(first.received_at), "2025-09-01 08:00:00")

    def test_numbers_of_a_batch_are_drawn_in_one_query(self):
        cases = self.env["complaint.case"]
        cases._next_numbers(self.company, 1)
        with self.assertQueryCount(2):  # find the sequence, draw
            numbers = cases._next_numbers(self.company, 50)
        self.assertEqual(len(set(numbers)), 50)

    def test_batch_tells_each_handler_once(self):
        vals = {"name": "Leaks", "user_id": self.colleague.id}
        with self.mock_mail_gateway():
            cases = self.env["complaint.case"].with_user(self.clerk).create([vals] * 5)
        mails = [m for m in self._mails if "colleague" in m["email_to"][0]]
        self.assertEqual(len(mails), 1)
        self.assertIn("5 new cases", mails[0]["body"])
        for case in cases:
            self.assertIn(self.colleague.partner_id, case.message_partner_ids)

    def test_each_company_counts_for_itself(self):
        other = self.env["res.company"].create({"name": "Second company"})
        numbers = self.env["complaint.case"]._next_numbers(other, 1)
        self.assertTrue(numbers[0].endswith("00001"))

    def test_server_fields_are_refused_from_a_client(self):
        case = self._new_case()
        for field, value in [
            ("number", "C1"),
            ("state", "closed"),
            ("received_at", "2020-01-01"),
            ("acknowledged_at", "2020-01-01"),
            ("promised_at", "2020-01-01"),
            ("answered_at", "2020-01-01"),
            ("closed_at", "2020-01-01"),
            ("access_token", "x"),
            ("merged_into_id", case.id),
        ]:
            with self.subTest(field=field):
                with self.assertRaises(UserError):
                    case.write({field: value})
                with self.assertRaises(UserError):
                    self._new_case(**{field: value})

    def test_whole_way_to_closing(self):
        case = self._to_solving()
        self.assertEqual(case.state, "solving")
        self.assertFalse(case.waiting)
        with self.mock_mail_gateway():
            self._wizard(self.clerk, case, "action_answer", channel="written")
        self.assertEqual(case.state, "answered")
        self.assertTrue(case.answered_at)
        self.assertEqual(case.answer_ids.user_id, self.clerk)
        self.assertIn("A new seal", case.answer_ids.body)
        mails = [m for m in self._mails if "mei.chen" in m["email_to"][0]]
        self.assertEqual(len(mails), 1)
        self.assertIn("A new seal", mails[0]["body"])
        case.action_close()
        self.assertEqual(case.state, "closed")
        self.assertTrue(case.closed_at)

    def test_step_not_in_the_table_is_refused(self):
        case = self._new_case()
        with self.assertRaisesRegex(UserError, "cannot become"):
            case.action_close()
        with self.assertRaisesRegex(UserError, "cannot become"):
            case.action_submit_report()

    def test_investigation_needs_department_and_handler(self):
        case = self._new_case(justified="yes")
        case.action_accept()
        with self.assertRaisesRegex(UserError, "department and a handler"):
            case.action_investigate()

    def test_not_justified_needs_a_reason(self):
        case = self._new_case()
        with self.assertRaisesRegex(ValidationError, "Write the reason"):
            case.justified = "no"

    def test_not_justified_is_rejected_with_an_explanation(self):
        case = self._new_case()
        case.write({"justified": "no", "justified_reason": "Dropped by the customer."})
        with self.assertRaisesRegex(UserError, "Reject it"):
            case.action_accept()
        with self.mock_mail_gateway():
            self._wizard(self.clerk, case, "action_reject", channel="written")
        self.assertEqual(case.state, "rejected")
        self.assertEqual(case.answer_ids.kind, "explanation")
        self.assertIn("Dropped by the customer.", self._mails[-1]["body"])
        case.action_close()
        self.assertEqual(case.state, "closed")

    def test_oral_answer_is_recorded_and_not_mailed(self):
        case = self._to_solving()
        with self.mock_mail_gateway():
            self._wizard(
                self.clerk, case, "action_answer", channel="oral", body="Told by phone"
            )
        self.assertFalse(self._mails)
        self.assertEqual(case.answer_channel, "oral")
        self.assertIn("Told by phone", case.answer_ids.body)

    def test_file_of_the_answer_stays_with_the_case(self):
        case = self._to_solving()
        file = self.env["ir.attachment"].with_user(self.clerk)
        file = file.create({"name": "offer.txt", "raw": b"800"})
        foreign = self.env["ir.attachment"].with_user(self.manager)
        foreign = foreign.create({"name": "private.txt", "raw": b"secret"})
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self._wizard(
                self.clerk, case, "action_answer", attachment_ids=[(4, foreign.id)]
            )
        with self.mock_mail_gateway():
            self._wizard(
                self.clerk, case, "action_answer", attachment_ids=[(4, file.id)]
            )
        self.env.invalidate_all()
        self.assertEqual(file.with_user(self.colleague).raw, b"800")
        self.assertEqual(self._mails[-1]["attachments"][0][0], "offer.txt")

    def test_empty_answer_is_refused(self):
        case = self._to_solving()
        with self.assertRaisesRegex(UserError, "is empty"):
            self._wizard(
                self.clerk, case, "action_answer", channel="oral", body="<p><br></p>"
            )

    def test_closed_case_stays_as_it_is(self):
        case = self._to_solving()
        self._wizard(self.clerk, case, "action_answer", channel="oral", body="Told")
        case.action_close()
        with self.assertRaisesRegex(UserError, "Reopen it first"):
            case.write({"compensation": 5000})

    def test_reopening_in_time_by_a_clerk_and_later_by_a_manager(self):
        with freeze_time("2025-09-01"):
            case = self._to_solving()
            self._wizard(self.clerk, case, "action_answer", channel="oral", body="Told")
            case.action_close()
        with freeze_time("2025-10-02"):
            with self.assertRaisesRegex(UserError, "30 days"):
                self._wizard(self.clerk, case, "action_reopen", reason="Leaks again")
            self._wizard(self.manager, case, "action_reopen", reason="Leaks again")
        self.assertEqual(case.state, "investigating")
        self.assertEqual(case.reopen_count, 1)
        self.assertFalse(case.closed_at)
        self.assertIn("Leaks again", case.message_ids[0].body)

    def test_every_promise_is_kept_with_its_reason(self):
        case = self._new_case()
        first, second = "2025-09-05 09:00:00", "2025-09-08 09:00:00"
        self._wizard(self.clerk, case, "action_promise", promised_at=first)
        with self.assertRaisesRegex(UserError, "Say why"):
            self._wizard(self.clerk, case, "action_promise", promised_at=second)
        self._wizard(
            self.clerk, case, "action_promise", promised_at=second, reason="Part late"
        )
        self.assertEqual(str(case.promised_at), second)
        self.assertEqual(len(case.promise_ids), 2)
        self.assertEqual(str(case.promise_ids.sorted()[0].previous_at), first)

    def test_cancelling_late_is_for_managers(self):
        case = self._to_solving()
        with self.assertRaises(AccessError):
            self._wizard(self.clerk, case, "action_cancel", reason="Withdrawn")
        self._wizard(self.manager, case, "action_cancel", reason="Withdrawn")
        self.assertEqual(case.state, "cancelled")

    def test_merging_goes_one_way(self):
        case, target = self._new_case(), self._new_case()
        self._wizard(self.clerk, case, "action_merge", target_id=target.id)
        self.assertEqual(case.state, "cancelled")
        self.assertEqual(case.merged_into_id, target)
        with self.assertRaisesRegex(UserError, "cannot be merged"):
            target._merge_into(case)

    def test_accused_person_cannot_handle_the_case(self):
        case = self._new_case(user_id=self.colleague.id)
        with self.assertRaisesRegex(ValidationError, "complained about"):
            case.write({"accused_ids": [(4, self.colleague.id)]})

    def test_customer_is_found_from_contact_data(self):
        for field, value in [
            ("contact_email", "Mei.Chen@customer.example"),
            ("contact_phone", "138-0013-8000"),
        ]:
            with self.subTest(field=field):
                case = self._new_case(partner_id=False, **{field: value})
                self.assertEqual(case.partner_id, self.customer)

    def test_issue_proposes_category_severity_and_department(self):
        issue = self.env.ref("complaint_handling.complaint_issue_defect")
        issue.category_id.department_id = self.department
        with Form(self.env["complaint.case"].with_user(self.clerk)) as form:
            form.name = "It leaks"
            form.issue_id = issue
        case = form.save()
        self.assertEqual(case.category_id, issue.category_id)
        self.assertEqual(case.severity_id, issue.severity_id)
        self.assertEqual(case.department_id, self.department)

    def test_copy_starts_anew(self):
        case = self._to_solving()
        copy = case.copy()
        self.assertEqual(copy.state, "new")
        self.assertNotEqual(copy.number, case.number)
        self.assertNotEqual(copy.access_token, case.access_token)
        self.assertFalse(copy.cause)

    def test_new_company_gets_a_desk_with_an_address_of_its_own(self):
        company = self.env["res.company"].create({"name": "Third company"})
        desk = self.env["complaint.desk"].search([("company_id", "=", company.id)])
        self.assertEqual(len(desk), 1)
        self.assertNotEqual(desk.alias_name, self.desk.alias_name)
        self.assertIn(str(company.id), desk.alias_defaults)
        self.assertEqual(desk.name, "Complaint desk")

    def test_the_engines_words_are_translated_on_a_case(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = self.env["complaint.case"].with_context(lang="zh_CN")
        for name in ("obligation_state", "approval_state"):
            words = dict(chinese.fields_get([name])[name]["selection"])
            english = dict(chinese._fields[name]._description_selection(self.env))
            self.assertEqual(words.keys(), english.keys())
            self.assertFalse(set(words.values()) & set(english.values()))
