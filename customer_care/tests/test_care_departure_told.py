from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .departure_common import DepartureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestDepartureTold(DepartureCase):
    """Customers are told, and what became of each letter is the proof."""

    def moved(self, **vals):
        departure = self.plan(successor_id=self.ben.id, **vals)
        departure.action_ask_signatures()
        self.sign(departure, self.ann)
        self.sign(departure, self.ben)
        self.assertEqual(departure.state, "moved")
        return departure

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_care.care_departure_cron").method_direct_trigger()
        self.env.invalidate_all()

    def told(self, user, lines, **vals):
        form = Form(
            self.env["care.departure.note"]
            .with_user(user)
            .with_context(default_line_ids=lines.ids)
        )
        form.note = "Told Ms Li"
        for name, value in vals.items():
            setattr(form, name, value)
        form.save().action_note()

    def test_a_letter_in_the_customers_language_and_its_proof(self):
        departure = self.moved()
        acme = self.line(departure, "customer", self.acme)
        bolt = self.line(departure, "customer", self.bolt)
        self.assertEqual((acme.told_state, bolt.told_state), ("queued", "no_address"))
        self.run_job()
        mail = acme.sudo().mail_id
        self.assertEqual(mail.recipient_ids, self.acme)
        self.assertIn("team_ben", mail.body_html)
        self.assertIn("team_ben", acme.mail_body)
        self.assertEqual(departure.untold_count, 2)
        mail.write({"state": "sent"})
        self.run_job()
        self.assertEqual((acme.told_state, acme.told_channel), ("sent", "mail"))
        self.assertEqual(departure.state, "moved", "Bolt does not know yet")
        self.told(self.ben, bolt)
        self.assertEqual((bolt.told_state, bolt.told_by_id), ("noted", self.ben))
        self.assertEqual(departure.state, "closed")
        self.assertTrue(departure.told_at)
        with self.assertRaises(UserError):
            self.told(self.ben, bolt)

    def test_a_letter_that_failed_has_a_way_out(self):
        departure = self.moved()
        self.run_job()
        acme = self.line(departure, "customer", self.acme)
        acme.sudo().mail_id.write({"state": "exception", "failure_reason": "No such"})
        self.run_job()
        self.assertEqual((acme.told_state, acme.told_note), ("failed", "No such"))
        self.assertEqual(departure.failed_count, 2)
        first = acme.sudo().mail_id
        acme.action_send_again()
        self.assertEqual(acme.told_state, "queued")
        self.run_job()
        self.assertNotEqual(acme.sudo().mail_id, first)
        with self.assertRaises(UserError):
            acme.action_send_again()

    def test_only_who_took_over_or_a_manager_notes_it(self):
        departure = self.moved(kind="post")
        lines = departure.customer_line_ids
        self.env.invalidate_all()
        for user, error in ((self.cai, AccessError), (self.ann, UserError)):
            with self.assertRaises(error) as refused:
                departure.with_user(user)._note_told(
                    lines.with_user(user), "phone", "x"
                )
        self.assertIn("team_ben", str(refused.exception))
        self.told(self.mia, lines)
        self.assertEqual(departure.state, "closed")

    def test_running_the_job_twice_writes_once(self):
        departure = self.moved()
        self.run_job()
        self.run_job()
        acme = self.line(departure, "customer", self.acme)
        mails = self.env["mail.mail"].search(
            [("model", "=", "care.departure.line"), ("res_id", "=", acme.id)]
        )
        self.assertEqual(len(mails), 1)
