from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .disclosure_common import DisclosureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestCareLeakIncident(DisclosureCase):
    """A leak from its report by anybody to its lessons."""

    def report(self, user=None, text="A list of customers lay in the canteen"):
        user = user or self.plain
        reports = self.env["care.leak.report"].with_user(user)
        reports.create({"description": text}).action_report()
        self.env.invalidate_all()
        return self.env["care.leak.incident"].search([], limit=1)

    def by(self, login, incident):
        return incident.with_user(self.people[login])

    def owed(self, incident):
        found = self.env["care.obligation"].search(
            [("res_model", "=", incident._name), ("res_id", "=", incident.id)]
        )
        return {row.rule_id.code: row for row in found}

    def assessed(self):
        """Return an incident of the supervisor about the secret customer, assessed."""
        mine = self.by("supervisor", self.report())
        self.secret.email = "boss@secret.example"
        mine.write(
            {
                "certainty": "confirmed",
                "severity": "3_high",
                "measure_ids": [Command.create({"name": "List shredded"})],
                "kind_ids": [
                    Command.link(
                        self.env.ref("customer_care.care_leak_kind_contact").id
                    )
                ],
                "affected_ids": [Command.create({"partner_id": self.secret.id})],
                "person_count": 12,
                "cause": "Printed and forgotten",
                "harm": "Fraudulent calls",
                "contact_name": "Li Na",
                "contact_phone": "010 1234 5678",
            }
        )
        mine.action_contain()
        mine.action_assess()
        return mine

    def test_anybody_inside_reports_and_the_roles_are_told(self):
        outside = new_test_user(self.env, "di_inside", "base.group_user")
        incident = self.report(outside)
        self.assertEqual(incident.reported_by_id, outside)
        self.assertEqual(incident.state, "reported")
        told = {self.people["supervisor"], self.people["manager"]}
        self.assertEqual(set(incident.activity_ids.user_id), told)
        notes = self.env["mail.notification"].search(
            [("mail_message_id.res_id", "=", incident.id)]
        )
        partners = {user.partner_id for user in told}
        self.assertLessEqual(partners, set(notes.res_partner_id))
        self.assertIn(incident.handler_id, told)

    def test_without_the_roles_the_officers_are_told(self):
        self.env["care.role.assignment"].search([]).unlink()
        incident = self.report()
        self.assertIn(self.people["officer"], incident.activity_ids.user_id)

    def test_reporters_see_their_own_and_handlers_all(self):
        incident = self.report(self.clerk)
        incident.affected_ids = [Command.create({"partner_id": self.open.id})]
        table = [
            (self.clerk, True, False),
            (self.plain, False, False),
            (self.people["general"], False, False),
            (self.people["supervisor"], True, True),
            (self.people["manager"], True, True),
            (self.people["officer"], True, True),
        ]
        for user, reads, writes in table:
            with self.subTest(user=user.login):
                this = incident.with_user(user)
                found = this.search([("id", "=", incident.id)])
                self.assertEqual(bool(found), reads)
                self.assertEqual(this.has_access("read"), reads)
                self.assertEqual(this.has_access("write"), writes)
                rows = self.env["care.leak.affected"].with_user(user)
                self.assertEqual(bool(rows.search([])), writes)

    def test_a_role_that_changes_hands_counts_at_once(self):
        incident = self.report()
        manager = self.by("manager", incident)
        self.assertTrue(manager.has_access("write"))
        if incident.handler_id == self.people["manager"]:
            incident.handler_id = self.people["supervisor"]
        self.assign("customer_service_manager", self.people["general"])
        self.env.invalidate_all()
        self.assertFalse(manager.search([("id", "=", incident.id)]))
        self.assertTrue(self.by("general", incident).search([]))

    def test_nobody_reports_in_anothers_name_or_writes_steps(self):
        with self.assertRaises(AccessError):
            self.env["care.leak.incident"].with_user(self.plain).create(
                {"description": "x"}
            )
        incident = self.by("supervisor", self.report())
        for vals in (
            {"state": "closed"},
            {"reported_by_id": self.clerk.id},
            {"person_notice": "told"},
            {"authority_told_at": "2026-03-25 04:00:00"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                incident.write(vals)
        with self.assertRaises(UserError):
            incident.sudo().unlink()

    def test_deadlines_start_and_are_met(self):
        incident = self.by("supervisor", self.report())
        owed = self.owed(incident)
        self.assertEqual(
            set(owed), {"leak_act", "leak_remedy", "leak_assess", "leak_lessons"}
        )
        self.assertEqual(str(owed["leak_act"].due_at), "2026-03-25 06:00:00")
        with freeze_time("2026-03-25 05:00:00"):
            incident.action_receive()
        with freeze_time("2026-03-25 09:00:00"):
            incident.measure_ids = [Command.create({"name": "Shredded"})]
            incident.action_contain()
        self.env["care.obligation"].flush_model()
        self.assertEqual(owed["leak_act"].state, "met")
        self.assertEqual(owed["leak_remedy"].state, "missed")
        incident.certainty = "confirmed"
        self.assertLessEqual(
            {"leak_authority", "leak_persons"}, set(self.owed(incident))
        )

    def test_each_step_wants_its_facts(self):
        incident = self.by("supervisor", self.report())
        with self.assertRaisesRegex(UserError, "Remedies"):
            incident.action_contain()
        incident.measure_ids = [Command.create({"name": "Shredded"})]
        incident.action_contain()
        with self.assertRaisesRegex(UserError, "still suspected"):
            incident.action_assess()
        incident.certainty = "confirmed"
        with self.assertRaisesRegex(UserError, "Possible harm"):
            incident.action_assess()
        with self.assertRaises(UserError):
            incident.action_close()

    def test_the_notice_says_what_the_law_wants(self):
        incident = self.assessed()
        text = incident.notice_preview
        for part in (
            "Names, addresses and telephone numbers",
            "Printed and forgotten",
            "Fraudulent calls",
            "List shredded",
            "We never ask for passwords",
            "Li Na",
            "010 1234 5678",
            f"information which {incident.company_id.name} keeps became known",
        ):
            self.assertIn(part, text)
        self.assertNotIn("LV Secret", text)
        reports = self.env["ir.actions.report"].with_user(self.people["supervisor"])
        page, _type = reports._render_qweb_html(
            "customer_care.care_leak_notice_document", incident.ids
        )
        self.assertIn(b"Fraudulent calls", page)
        incident.contact_name = False
        with self.assertRaisesRegex(UserError, "Contact"):
            incident.action_tell_persons()

    def test_authority_and_customers_are_told(self):
        incident = self.assessed()
        with self.assertRaisesRegex(UserError, "authority"):
            incident.action_finish_notices()
        with self.assertRaisesRegex(UserError, "Authority"):
            incident.action_told_authority()
        incident.authority_name = "Cyberspace Administration"
        incident.action_told_authority()
        with self.assertRaisesRegex(UserError, "do not know yet"):
            incident.action_finish_notices()
        incident.action_tell_persons()
        self.assertEqual(incident.person_notice, "told")
        mail = incident.affected_ids.mail_id.sudo()
        self.assertEqual(mail.recipient_ids, self.secret)
        self.assertIn("Fraudulent calls", mail.body_html)
        incident.action_finish_notices()
        self.assertEqual(incident.state, "notified")

    def test_who_has_no_address_is_told_otherwise(self):
        incident = self.assessed()
        self.secret.email = False
        incident.action_tell_persons()
        self.assertEqual(incident.person_notice, "open")
        context = incident.affected_ids.action_told()["context"]
        steps = self.env["care.leak.step"].with_user(self.people["supervisor"])
        steps.with_context(**context).create({"channel": "phone"}).action_confirm()
        self.assertEqual(incident.person_notice, "told")

    def test_not_telling_persons_needs_a_reason_and_another_person(self):
        incident = self.assessed()
        with self.assertRaisesRegex(UserError, "Why persons"):
            incident.action_ask_no_notice()
        incident.no_notice_reason = "The list was found unread and destroyed"
        incident.action_ask_no_notice()
        self.assertEqual(incident.person_notice, "open")
        with self.assertRaises(UserError):
            self.decide(incident, "supervisor")
        self.decide(incident, "general")
        self.assertEqual(incident.person_notice, "not_needed")
        incident.harm = "Worse than thought"
        self.assertEqual(incident.person_notice, "open")

    def test_it_closes_with_lessons_or_a_reason(self):
        incident = self.assessed()
        incident.authority_name = "CAC"
        incident.action_told_authority()
        incident.action_told_publicly()
        incident.action_finish_notices()
        with self.assertRaisesRegex(UserError, "lessons"):
            incident.action_close()
        incident.action_open_improvement()
        self.env["care.improvement"]._open(
            "manual", "leak", {"name": "Shredder"}, records=incident
        )
        self.env.invalidate_all()
        incident.action_close()
        self.assertEqual(incident.state, "closed")
        with self.assertRaises(UserError):
            incident.cause = "Another one"
        with self.assertRaises(UserError):
            incident.measure_ids.write({"name": "Another one"})

    def test_what_was_no_leak_closes_without_notices(self):
        incident = self.by("supervisor", self.report())
        incident.write(
            {
                "certainty": "refuted",
                "cause": "An empty form",
                "measure_ids": [Command.create({"name": "Looked at it"})],
                "no_lesson_reason": "It was an empty form",
            }
        )
        incident.action_contain()
        incident.action_assess()
        incident.action_finish_notices()
        incident.action_close()
        self.assertEqual(incident.state, "closed")
