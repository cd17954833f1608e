from odoo.exceptions import UserError
from odoo.tests import tagged

from .callback_common import CallbackCase
from .secrecy_common import insert


@tagged("post_install", "-at_install")
class TestCallbackSecrecy(CallbackCase):
    """Calls to a secret customer: who plans, calls and supervises may see him."""

    def clear(self, *users):
        for user in users:
            insert(
                self.env,
                "care_clearance",
                user_id=user.id,
                company_id=self.company.id,
                level=2,
                state="active",
                vetted=True,
                effective_from="2026-01-01",
                effective_to=None,
                valid_from="2026-01-01",
            )
        self.env["care.sight"]._forget()

    def drawn_secret(self, count=2):
        """Return the callbacks of a month, one of them to a secret customer."""
        occasions = self.new_occasions(count)
        self.secret = occasions[0].partner_id
        self.secret.secrecy_own = 2
        self.env.flush_all()
        self.run_at("2026-03-02 08:00:00")
        self.draw = self.run_at("2026-04-01 08:00:00")[0]
        return self.draw.callback_ids

    def of_secret(self, rows):
        return rows.filtered(lambda row: row.partner_id == self.secret)

    def test_lines_and_calls_are_as_secret_as_the_customer(self):
        self.programme.rate_pct = 100
        rows = self.drawn_secret()
        lines = self.draw.line_ids
        self.assertEqual(sorted(lines.mapped("secrecy_level")), [0, 2])
        self.assertEqual(sorted(rows.mapped("secrecy_level")), [0, 2])
        seen = rows.with_user(self.manager)._filtered_access("read")
        self.assertEqual(seen, rows - self.of_secret(rows))

    def test_the_caller_is_one_who_may_see_the_customer(self):
        self.programme.write({"assign": "role", "rate_pct": 100})
        self.clear(self.other, self.supervisor)
        self.new_occasions(4).partner_id.secrecy_own = 2
        self.env.flush_all()
        self.run_at("2026-03-02 08:00:00")
        rows = self.run_at("2026-04-01 08:00:00")[0].callback_ids
        self.assertEqual(len(rows), 4)
        self.assertEqual(rows.user_id, self.other)

    def test_without_a_caller_or_supervisor_who_may_it_stays_unassigned(self):
        self.programme.write({"assign": "role", "rate_pct": 100})
        row = self.of_secret(self.drawn_secret())
        self.assertFalse(row.user_id | row.supervisor_ids)
        self.assertFalse(row.activity_ids)

    def test_it_is_assigned_to_nobody_who_may_not_see_it(self):
        self.programme.rate_pct = 100
        self.clear(self.supervisor)
        row = self.of_secret(self.drawn_secret()).with_user(self.supervisor)
        self.assertEqual(row.sudo().supervisor_ids, self.supervisor)
        with self.assertRaisesRegex(UserError, "cannot be asked to call"):
            row._assign(self.caller)
        self.assertFalse(row._get_candidates())
        self.clear(self.caller)
        self.assertEqual(row._get_candidates(), self.caller)

    def test_figures_are_parted_by_level_and_add_up(self):
        self.programme.rate_pct = 100
        self.drawn_secret(3)
        figures = self.env["care.callback.statistics"]
        wanted = [("draw_id", "=", self.draw.id)]
        every = figures.search(wanted)
        self.assertEqual(sum(every.mapped("counted")), 3)
        self.assertEqual(sum(every.mapped("required")), 3)
        mine = figures.with_user(self.manager).search(wanted)
        self.assertEqual(mine.mapped("counted"), [2])
        self.assertEqual(mine.mapped("planned"), [2])
        action = mine.action_view_callbacks()
        found = self.env["care.callback"].search(action["domain"])
        self.assertEqual(len(found), 2)

    def test_a_letter_is_as_secret_as_the_callbacks_it_answers(self):
        self.programme.rate_pct = 100
        rows = self.drawn_secret()
        engine = self.env["care.callback.letter"]._engine()
        letter = engine.create({"name": "Noise", "callback_ids": [(6, 0, rows.ids)]})
        self.env.flush_all()
        letter.invalidate_recordset()
        self.assertEqual(letter.secrecy_level, 2)
        letter.callback_ids = rows - self.of_secret(rows)
        self.env.flush_all()
        letter.invalidate_recordset()
        self.assertEqual(letter.secrecy_level, 0)
        letter.callback_ids.partner_id.secrecy_own = 3
        self.env.flush_all()
        letter.invalidate_recordset()
        self.assertEqual(letter.secrecy_level, 3)
