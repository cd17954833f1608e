import base64
import io
import zipfile

from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tests import freeze_time, tagged

from .pack_p18_common import DOT, PackP18Case


@tagged("post_install", "-at_install")
class TestPackP18Answers(PackP18Case):
    """Policy P18 as shipped: checks, rounds, letters, exemptions and figures."""

    def drawn(self, count=2, **values):
        """Return the callbacks about `count` complaints handled on 3 March."""
        cases = self.closed(count, **values)
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-04 01:00:00")
        self.startPatcher(freeze_time("2026-03-04 02:00:00"))
        return self.calls_about(cases)

    def test_p18_07_the_supervisor_checks_with_opinion_and_signature(self):
        """P18.07: opinion and signature of the supervisor, never of the caller."""
        row = self.called(self.drawn()[0])
        owed = self.owed(row, "callback_review")
        self.assertEqual((owed.state, owed.user_id), ("open", self.supervisor))
        with self.assertRaisesRegex(UserError, "signature"):
            self.step(self.supervisor, row, "review", text="Polite and complete")
        self.step(
            self.supervisor, row, "review", text="Polite and complete", signature=DOT
        )
        self.assertEqual(row.state, "reviewed")
        self.assertEqual(self.owed(row, "callback_review").state, "met")

    def test_p18_07_no_supervisor_checks_an_own_call(self):
        self.hold("service_assistant", self.supervisor)
        row = self.called(self.drawn()[0], user=self.supervisor)
        with self.assertRaisesRegex(UserError, "Another supervisor"):
            self.step(self.supervisor, row, "review", text="Fine", signature=DOT)

    def test_p18_08_an_appointed_time_and_further_rounds_by_phone(self):
        """P18.08: what is open gets a time; round two by phone."""
        row = self.drawn()[0]
        self.assertEqual(row.channel, "site")
        row.with_user(self.supervisor)._assign(self.assistant)
        row = row.with_user(self.assistant)
        row.action_reached()
        row.write(
            {
                "outcome_id": self.satisfied.id,
                "signature": DOT,
                "signed_by": "Mei Chen",
                "raised": "The lift stops between floors",
            }
        )
        with self.assertRaisesRegex(UserError, "appointed time"):
            row.action_done()
        row.write({"appointment_at": "2026-03-06 09:00:00"})
        row.action_done()
        second = row.next_round_id
        self.assertEqual((second.round, second.channel), (2, "phone"))
        owed = self.owed(second, "callback_appointment")
        self.assertEqual(owed.due_at, Datetime.to_datetime("2026-03-06 10:00:00"))
        self.assertEqual(owed.user_id, self.assistant)
        with freeze_time("2026-03-06 09:10:00"):
            second.with_user(self.assistant).action_reached()
        self.assertEqual(self.owed(second, "callback_appointment").state, "met")

    def test_p18_08_an_appointment_that_is_missed(self):
        row = self.drawn()[0]
        row.with_user(self.supervisor)._assign(self.assistant)
        self.step(
            self.assistant, row, "appointment", appointment_at="2026-03-05 09:00:00"
        )
        with freeze_time("2026-03-05 11:00:00"):
            self.env.flush_all()
            while self.env["care.obligation"]._sweep_batch():
                pass
        self.assertEqual(self.owed(row, "callback_appointment").state, "missed")

    def test_p18_08_the_gravest_kind_is_visited_again(self):
        row = self.drawn(1, severity="critical")
        manager = self.holder["company_manager"]
        row.with_user(self.supervisor)._assign(manager)
        row = row.with_user(manager)
        row.action_reached()
        row.write(
            {
                "outcome_id": self.dissatisfied.id,
                "signature": DOT,
                "signed_by": "Mei Chen",
                "raised": "Still no water",
                "appointment_at": "2026-03-05 09:00:00",
            }
        )
        row.action_done()
        self.assertEqual(row.next_round_id.channel, "site")

    def test_p18_09_an_open_letter_for_one_issue(self):
        """P18.09: one letter answers many, filed with the callbacks."""
        rows = self.drawn(4)
        rows._engine().write({"raised": "Noise at night"})
        letters = self.env["care.callback.letter"].with_user(self.supervisor)
        letter = letters.create(
            {"name": "Works at night", "callback_ids": [(6, 0, rows.ids)]}
        )
        with self.assertRaisesRegex(UserError, "Letter"):
            letter.action_send()
        letter.write({"issue": "Noise", "body": "<p>Works end on 8 March.</p>"})
        letter.action_send()
        self.assertEqual(set(rows.mapped("state")), {"done"})
        self.assertEqual(set(rows.mapped("raised_state")), {"settled"})
        self.assertEqual(letter.filed_ids, rows)
        self.assertEqual(set(rows.mapped("has_letter")), {True})

    def test_p18_10_the_handling_rate_is_measured(self):
        """P18.10: settled of raised, target 100 %."""
        rows = self.drawn(4)
        first = self.called(rows[0], raised="Leak", settled=True, answer="Sealed")
        self.called(rows[1], raised="Smell", appointment_at="2026-03-06 09:00:00")
        indicator = self.env["care.indicator"].search(
            [("code", "=", "callback_handling_rate")]
        )
        self.assertEqual((indicator.has_target, indicator.target), (True, 100))
        month = (
            Datetime.to_datetime("2026-03-01").date(),
            Datetime.to_datetime("2026-03-31").date(),
        )
        (value,) = indicator._evaluate(*month, company=self.company).values()
        self.assertEqual((value.value, value.denominator), (50, 2))
        self.step(self.supervisor, rows[1], "settle", text="The drain was cleaned")
        (value,) = indicator._evaluate(*month, company=self.company).values()
        self.assertEqual(value.value, 100)
        self.assertEqual(first.raised_state, "settled")

    def test_p18_11_the_same_issue_counts_once(self):
        """P18.11: raised at several departments, even on other days, counts once."""
        category = self.env["complaint.category"].search([], limit=1)
        issue = self.env["complaint.issue"].create(
            {"name": "Lift", "category_id": category.id}
        )
        customer = self.customer(77)
        other = self.env["hr.department"].create({"name": "Area 2"})
        same = {"partner_id": customer.id, "issue_id": issue.id}
        first = self.closed(1, **same)
        again = self.closed(1, **same, department_id=other.id)
        merged = self.closed(1, merged_into_id=first.id)
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-04 01:00:00")
        lines = self.programme("callback_complaints").draw_ids.line_ids
        kinds = {line.res_id: line.kind for line in lines}
        self.assertEqual(kinds, {first.id: "drawn", again.id: "excluded"})
        self.assertNotIn(merged.id, kinds)
        self.assertEqual(lines.exemption_id.clause_id, self.clause("P18.11"))
        later = self.closed(1, at="2026-03-05 10:00:00", **same)
        self.job("2026-03-06 01:00:00")
        lines = self.programme("callback_complaints").draw_ids.line_ids
        line = lines.filtered(lambda one: one.res_id == later.id)
        self.assertEqual(line.kind, "excluded")

    def test_p18_12_anonymous_or_letter_only_needs_no_callback(self):
        """P18.12: exempt, and the letter is attached."""
        anonymous = self.closed(1, anonymous=True)
        letter = self.closed(1, reply_wanted="letter")
        plain = self.closed(1)
        rows = self.drawn(0) | self.calls_about(anonymous | letter | plain)
        exempt = rows.filtered(lambda row: row.state == "exempt")
        self.assertEqual(
            sorted(exempt.mapped("exempt_reason")),
            ["Anonymous complaint", "Only a letter is asked for"],
        )
        self.assertEqual(exempt.clause_id, self.clause("P18.12"))
        owed = self.owed(exempt[0], "callback_letter")
        self.assertEqual((owed.state, owed.user_id), ("open", self.supervisor))
        files = self.env["ir.attachment"].with_user(self.supervisor)
        file = files.create(
            {
                "name": "answer.pdf",
                "datas": base64.b64encode(b"Dear customer"),
                "res_model": "care.callback",
                "res_id": exempt[0].id,
            }
        )
        exempt[0].with_user(self.supervisor).write(
            {"letter_attachment_ids": [(4, file.id)]}
        )
        self.assertEqual(self.owed(exempt[0], "callback_letter").state, "met")
        draw = exempt.draw_id
        self.assertEqual((draw.counted_count, draw.required_count), (1, 1))

    def test_p18_13_the_monthly_statistics_go_to_management(self):
        """P18.13: a duty of each month, fulfilled by the report sent."""
        self.called(self.drawn(4)[0])
        with freeze_time("2026-04-01 00:30:00"):
            self.env["care.duty"].search(
                [("code", "=", "monthly_callback_statistics")]
            )._produce(Datetime.now())
        report = (
            self.env["care.callback.report"]
            .search([("company_id", "=", self.company.id)])
            .filtered(lambda one: str(one.date_from) == "2026-03-01")
        )
        self.assertEqual((report.required, report.done), (2, 1))
        self.assertEqual(report.state, "sent")
        self.assertEqual(report.sent_to_ids, self.holder["company_manager"])
        duty = self.env["care.obligation"].search(
            [
                ("duty_id.code", "=", "monthly_callback_statistics"),
                ("period_start", "=", "2026-03-01"),
            ]
        )
        self.assertEqual(duty.state, "met")
        book = zipfile.ZipFile(io.BytesIO(report.attachment_id.raw))
        self.assertIn("xl/charts/chart1.xml", book.namelist())

    def test_what_was_said_reaches_the_complaint(self):
        row = self.called(
            self.drawn()[0],
            outcome_id=self.dissatisfied.id,
            raised="It leaks again",
            appointment_at="2026-03-06 09:00:00",
        )
        case = self.env["complaint.case"].browse(row.res_id)
        self.assertEqual(case.satisfaction, "dissatisfied")
        clerk = self.new_user(
            "p18_clerk",
            "customer_care.customer_care_group_user,"
            "complaint_handling.complaint_handling_group_user",
        )
        row._engine().write({"supervisor_ids": [(4, clerk.id)]})
        self.env.invalidate_all()
        opened = row.with_user(clerk).action_open_case()
        new = self.env["complaint.case"].browse(opened["res_id"])
        self.assertEqual(
            (new.name, new.partner_id), ("It leaks again", case.partner_id)
        )
        self.assertFalse(row.with_user(self.assistant).can_open_case)
