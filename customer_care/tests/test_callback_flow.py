import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import freeze_time, tagged

from .callback_common import CallbackCase

# a picture of one pixel
DOT = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
)


@tagged("post_install", "-at_install")
class TestCallbackFlow(CallbackCase):
    """A callback from its assignment to its review, through its buttons."""

    def setUp(self):
        super().setUp()
        self.rows = self.drawn(4)
        self.row = self.rows[0]
        self.outcome = {
            code: self.env["care.callback.outcome"].search([("code", "=", code)])
            for code in ("satisfied", "dissatisfied")
        }
        self.startPatcher(freeze_time("2026-04-01 09:00:00"))

    def assigned(self, row=None, user=None):
        row = row or self.row
        row.with_user(self.supervisor)._assign(user or self.caller)
        return row.with_user(user or self.caller)

    def finished(self, row=None, **values):
        row = self.assigned(row)
        row.action_reached()
        row.write({"outcome_id": self.outcome["satisfied"].id, **values})
        row.action_done()
        return row

    # ---- the plan

    def test_half_is_planned_and_waits_for_the_supervisor(self):
        self.assertEqual(len(self.rows), 2)
        self.assertEqual(set(self.rows.mapped("state")), {"planned"})
        self.assertFalse(self.rows.user_id)
        self.assertEqual(self.rows.supervisor_ids, self.supervisor)
        todo = self.env["care.callback"].with_user(self.supervisor)
        self.assertEqual(todo.search(todo._my_day_domain()), self.rows)
        told = self.rows.activity_ids.filtered(lambda a: a.user_id == self.supervisor)
        self.assertEqual(len(told), 1)

    def test_it_is_due_some_days_after_the_event(self):
        self.assertEqual(self.row.event_at, Datetime.to_datetime("2026-03-10"))
        self.assertEqual(self.row.due_at, Datetime.to_datetime("2026-03-21 00:00:00"))

    def test_the_supervisor_assigns_one_by_one_or_many(self):
        self.step(self.supervisor, self.row, "assign", user_id=self.caller.id)
        self.assertEqual(self.row.user_id, self.caller)
        self.assertEqual(self.row.assigned_by_id, self.supervisor)
        self.rows.with_user(self.supervisor).action_assign_suggested()
        self.assertEqual(self.rows.user_id, self.caller | self.other)
        mine = self.env["care.callback"].with_user(self.caller)
        self.assertEqual(mine.search(mine._my_day_domain()), self.row)

    def test_others_do_not_assign_and_see_nothing(self):
        for user in (self.caller, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.row.with_user(user)._assign(user)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.row.with_user(self.stranger).read(["notes"])
        self.assertFalse(self.env["care.callback"].with_user(self.stranger).search([]))

    def test_only_holders_of_the_role_are_assigned(self):
        with self.assertRaisesRegex(UserError, "does not hold the role"):
            self.row.with_user(self.supervisor)._assign(self.stranger)

    # ---- calling

    def test_attempts_are_counted_and_cannot_be_edited(self):
        row = self.assigned()
        row.action_not_reached()
        row.action_reached()
        self.assertEqual(row.attempt_ids.mapped("result"), ["reached", "no_answer"])
        self.assertEqual((row.attempt_count, row.failed_count), (2, 1))
        with self.assertRaises(AccessError):
            row.attempt_ids[0].write({"result": "refused"})

    def test_nobody_but_the_caller_calls(self):
        self.assigned()
        with self.assertRaises(AccessError):
            self.row.with_user(self.other).action_reached()

    def test_three_failed_attempts_give_way_to_the_next_reserve(self):
        row = self.assigned()
        for _number in range(3):
            row.action_not_reached()
        self.assertEqual(row.state, "unreachable")
        line = self.row.draw_line_id
        reserve = line.replaced_by_id
        self.assertEqual((reserve.kind, reserve.replaces_id), ("reserve", line))
        self.assertEqual(reserve.callback_id.state, "planned")
        self.assertEqual(line.replaced_user_id, self.caller)
        self.assertIn("3 attempts", line.replace_reason)
        best = line.draw_id.line_ids.filtered(lambda one: one.kind == "reserve")
        self.assertEqual(reserve, best.sorted("rank")[0])
        self.assertEqual(line.draw_id._redraw(), [])

    def test_without_reserve_the_supervisor_hears_of_it(self):
        for row in self.rows:
            self.step(self.supervisor, row, "replace", text="Moved abroad")
        last = self.row.draw_id.callback_ids.filtered(lambda r: r.state == "planned")
        self.assertEqual(len(last), 2)
        self.step(self.supervisor, last[0], "replace", text="Moved abroad")
        self.assertEqual(last[0].state, "unreachable")
        self.assertIn("No reserve is left", last[0].message_ids[0].body)
        self.assertIn(self.supervisor, last[0].activity_ids.user_id)

    def test_an_appointment_is_kept_by_the_next_attempt(self):
        row = self.assigned()
        self.step(self.caller, row, "appointment", appointment_at="2026-04-02 10:00:00")
        self.assertEqual(row.state, "attempted")
        self.assertFalse(row.appointment_kept_at)
        with freeze_time("2026-04-02 10:01:00"):
            row.action_reached()
        self.assertEqual(
            row.appointment_kept_at, Datetime.to_datetime("2026-04-02 10:01:00")
        )

    def test_not_before_its_time(self):
        self.row._engine().write({"not_before": "2026-04-03 00:00:00"})
        row = self.assigned()
        with self.assertRaisesRegex(UserError, "not to be called before"):
            row.action_reached()

    def test_the_handler_never_calls(self):
        occasion = self.env["care.callback.occasion"].browse(self.row.res_id)
        occasion.user_id = self.other
        with self.assertRaisesRegex(UserError, "had to do with"):
            self.row.with_user(self.supervisor)._assign(self.other)
        self.row._engine().write({"user_id": self.other.id})
        with self.assertRaisesRegex(UserError, "had to do with"):
            self.row.with_user(self.other).action_reached()

    # ---- done

    def test_done_in_time_or_late(self):
        row = self.finished()
        self.assertEqual(row.state, "done")
        self.assertFalse(row.in_time)  # it was due on 20 March
        self.rows[1]._engine().write({"due_at": "2026-04-05 00:00:00"})
        self.assertTrue(self.finished(self.rows[1]).in_time)

    def test_its_sheet_is_closed_when_it_is_done(self):
        row = self.finished(notes="All fine")
        with self.assertRaises(AccessError):
            row.write({"notes": "Better"})
        with self.assertRaises(AccessError):
            row.write({"state": "planned"})

    def test_the_entries_asked_for_are_data(self):
        self.env["care.requirement"].create(
            {
                "code": "test_signature",
                "name": "Signature",
                "model_name": "care.callback",
                "gate": "done",
                "domain": "[('channel', '=', 'site')]",
                "field_names": "signature, signed_by",
            }
        )
        row = self.assigned()
        row.action_reached()
        row.write({"channel": "site"})
        with self.assertRaisesRegex(UserError, "Signature"):
            row.action_done()
        row.write({"signature": DOT, "signed_by": "Mei Chen"})
        row.action_done()
        self.assertEqual(row.state, "done")

    def test_what_is_open_gets_a_further_round_by_phone(self):
        self.programme.next_channel = "phone"
        self.row._engine().write({"channel": "site"})
        row = self.finished(
            raised="The lift is loud", appointment_at="2026-04-07 09:00:00"
        )
        second = row.next_round_id
        self.assertEqual((second.round, second.channel), (2, "phone"))
        self.assertEqual(second.due_at, Datetime.to_datetime("2026-04-07 09:00:00"))
        self.assertEqual(row.raised_state, "open")
        second = second.with_user(self.caller)
        second.action_reached()
        second.write({"settled": True, "answer": "It was oiled"})
        second.action_done()
        self.assertEqual((row.raised_state, second.raised_state), ("settled",) * 2)

    def test_the_gravest_kind_keeps_its_way(self):
        self.programme.next_channel = "phone"
        self.row._engine().write({"channel": "site", "is_gravest": True})
        row = self.finished(raised="The lift fell")
        self.assertEqual(row.next_round_id.channel, "site")

    def test_a_dissatisfied_customer_opens_an_improvement(self):
        row = self.finished(outcome_id=self.outcome["dissatisfied"].id)
        self.assertEqual(row.satisfaction, "dissatisfied")
        self.env.invalidate_all()
        self.assertEqual(row.with_user(self.manager).improvement_count, 1)

    # ---- reviewed

    def test_the_supervisor_reviews_and_signs(self):
        row = self.finished()
        self.step(self.supervisor, self.row, "review", text="Well done", signature=DOT)
        self.assertEqual(row.state, "reviewed")
        self.assertEqual(row.reviewer_id, self.supervisor)
        self.assertEqual(row.review_opinion, "Well done")
        self.assertTrue(self.row.review_signature)

    def test_nobody_reviews_a_call_of_their_own(self):
        self.role.assignment_ids[:1].copy({"user_id": self.supervisor.id})
        row = self.assigned(user=self.supervisor)
        row.action_reached()
        row.action_done()
        self.assertFalse(row.can_review)
        with self.assertRaisesRegex(UserError, "Another supervisor"):
            self.step(self.supervisor, row, "review", text="I am great")

    def test_returned_it_is_done_again(self):
        row = self.finished()
        self.step(self.supervisor, self.row, "review", text="Ask again", accept=False)
        self.assertEqual(row.state, "attempted")
        row.action_done()
        self.assertEqual(row.state, "done")

    # ---- exempt and letters

    def test_exempt_by_hand_with_a_reason_and_the_letter(self):
        self.step(
            self.supervisor,
            self.row,
            "exempt",
            text="Asked for a letter only",
            file=base64.b64encode(b"Dear customer"),
            file_name="letter.txt",
        )
        self.assertEqual(self.row.state, "exempt")
        self.assertEqual(self.row.letter_attachment_ids.name, "letter.txt")
        self.assertTrue(self.row.has_letter)
        with self.assertRaises(UserError):
            self.step(self.supervisor, self.rows[1], "exempt", text=" ")

    def test_an_open_letter_answers_many(self):
        self.row._engine().write({"raised": "No hot water"})
        letters = self.env["care.callback.letter"].with_user(self.supervisor)
        letter = letters.create(
            {
                "name": "Hot water in Building 3",
                "body": "<p>The boiler was replaced.</p>",
                "callback_ids": [(6, 0, self.rows.ids)],
            }
        )
        letter.action_send()
        self.assertEqual(set(self.rows.mapped("state")), {"done"})
        self.assertEqual(set(self.rows.mapped("channel")), {"letter"})
        self.assertEqual(self.row.raised_state, "settled")
        self.assertEqual(letter.filed_ids, self.rows)
        with self.assertRaises(UserError):
            letter.body = "<p>Other words</p>"
        with self.assertRaises(AccessError):
            letter.write({"state": "draft"})

    def test_an_open_letter_of_others_is_refused(self):
        letters = self.env["care.callback.letter"].with_user(self.stranger)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            letters.create({"name": "Mine", "callback_ids": self.rows.ids})
        self.rows._engine().write({"reviewer_id": self.stranger.id})
        letter = letters.create({"name": "Mine", "callback_ids": self.rows.ids})
        with self.assertRaises(AccessError):
            letter.action_send()
        self.assertEqual(set(self.rows.mapped("state")), {"planned"})
