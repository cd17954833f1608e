from unittest.mock import MagicMock, patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .secrecy_common import SecrecyCase


@tagged("post_install", "-at_install")
class TestSecrecyFall(SecrecyCase):
    """Another link, a deletion or an automated action lowers no secret."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = "sales_team.group_sale_manager"
        for user in (cls.plain, cls.cleared, cls.admin):
            user.group_ids += cls.env.ref(rights)
        cls.contact = cls.contacts[1]
        cls.lead = (
            cls.env["crm.lead"]
            .with_user(cls.cleared)
            .create({"name": "LV lead", "partner_id": cls.secret.id})
        )

    def seen(self, record, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        model = record.with_user(user or self.plain)
        return bool(model.search([("id", "in", record.ids)]))

    def file(self):
        return (
            self.env["ir.attachment"]
            .with_user(self.cleared)
            .create(
                {
                    "name": "s.txt",
                    "raw": b"LV MARKER",
                    "res_model": "res.partner",
                    "res_id": self.secret.id,
                }
            )
        )

    # ---- links

    def test_a_contact_that_moves_keeps_its_level(self):
        for parent in (self.open, self.env["res.partner"]):
            with self.subTest(parent=parent.name):
                self.contact.with_user(self.cleared).parent_id = parent
                self.assertEqual(self.contact.secrecy_own, 2)
                self.assertFalse(self.seen(self.contact))

    def test_a_company_lets_go_of_no_contact(self):
        mine = self.secret.with_user(self.cleared)
        mine.write({"child_ids": [Command.unlink(self.contact.id)]})
        self.assertFalse(self.seen(self.contact))

    def test_the_change_is_in_the_history(self):
        self.contact.with_user(self.cleared).parent_id = self.open
        change = self.env["care.secrecy.change"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.contact.id)]
        )
        self.assertEqual(change.user_id, self.cleared)
        self.assertEqual(change.level_to, 2)

    def test_a_lead_stays_with_its_customer(self):
        for customer in (self.open, self.env["res.partner"]):
            with (
                self.subTest(customer=customer.name),
                self.assertRaisesRegex(UserError, "less secret"),
                self.cr.savepoint(),
            ):
                self.lead.with_user(self.cleared).partner_id = customer
        self.assertFalse(self.seen(self.lead))

    def test_a_lead_moves_between_secrets_and_into_them(self):
        lead = self.lead.with_user(self.cleared)
        lead.partner_id = self.contact
        loose = lead.create({"name": "LV loose", "partner_id": self.open.id})
        loose.partner_id = self.secret
        self.assertFalse(self.seen(loose))

    def test_an_attendee_stays(self):
        people = self.contact | self.cleared.partner_id
        event = (
            self.env["calendar.event"]
            .with_user(self.cleared)
            .create(
                {
                    "name": "LV meeting",
                    "start": "2026-05-01 10:00:00",
                    "stop": "2026-05-01 11:00:00",
                    "partner_ids": [Command.set(people.ids)],
                }
            )
        )
        with self.assertRaisesRegex(UserError, "less secret"), self.cr.savepoint():
            event.write({"partner_ids": [Command.unlink(self.contact.id)]})
        self.assertFalse(self.seen(event))

    def test_an_activity_stays(self):
        activity = self.secret.with_user(self.cleared).activity_schedule(
            "mail.mail_activity_data_todo", summary="LV", user_id=self.cleared.id
        )
        with self.assertRaisesRegex(UserError, "less secret"), self.cr.savepoint():
            activity.write({"res_id": self.open.id})

    def test_deleting_the_customer_opens_nothing(self):
        lone = self.env["res.partner"].create({"name": "LV lone", "secrecy_own": 2})
        self.lead.partner_id = lone
        with self.assertRaisesRegex(UserError, "less secret"), self.cr.savepoint():
            lone.with_user(self.cleared).unlink()
        self.assertFalse(self.seen(self.lead))

    # ---- files

    def test_a_file_stays_with_its_record(self):
        file = self.file()
        with self.assertRaisesRegex(UserError, "stays there"), self.cr.savepoint():
            file.write({"res_id": self.open.id})
        for place in (
            {"res_id": self.open.id},
            {"res_model": False, "res_id": False},
            {"res_model": "mail.compose.message", "res_id": 0},
        ):
            with (
                self.subTest(place=place),
                self.assertRaisesRegex(UserError, "stays there"),
                self.cr.savepoint(),
            ):
                file.copy(place)
        self.assertTrue(file.copy().sudo().care_sealed)
        file.write({"res_id": self.contact.id})

    # ---- automated actions

    def action(self, **vals):
        return (
            self.env["ir.actions.server"]
            .with_user(self.admin)
            .create(
                {
                    "name": "LV action",
                    "model_id": self.env["ir.model"]._get("crm.lead").id,
                    **vals,
                }
            )
        )

    def run_action(self, action, lead):
        action.with_user(self.cleared).with_context(
            active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
        ).sudo().run()
        self.env.flush_all()

    def test_a_webhook_tells_nothing_secret(self):
        name = self.env["ir.model.fields"]._get("crm.lead", "name")
        action = self.action(
            state="webhook",
            webhook_url="http://example.com",
            webhook_field_ids=[Command.set(name.ids)],
        )
        open_lead = self.lead.create({"name": "LV open", "partner_id": self.open.id})
        sent = []

        def post(_url, data, **_more):
            sent.append(data)
            return MagicMock()

        with patch("requests.post", post):
            for lead in (self.lead, open_lead):
                self.run_action(action, lead)
            self.cr.postcommit.run()
        self.assertEqual(len(sent), 1)
        self.assertIn("LV open", sent[0])

    def test_a_template_tells_no_uncleared_colleague(self):
        template = (
            self.env["mail.template"]
            .with_user(self.admin)
            .create(
                {
                    "name": "LV template",
                    "model_id": self.env["ir.model"]._get("crm.lead").id,
                    "subject": "{{ object.name }}",
                    "body_html": "<t t-out='object.partner_id.name'/>",
                    "use_default_to": False,
                    "email_from": "lv@example.com",
                    "auto_delete": False,
                }
            )
        )
        action = self.action(
            state="mail_post", template_id=template.id, mail_post_method="email"
        )
        for user, refused in ((self.plain, True), (self.cleared, False)):
            template.partner_to = str(user.partner_id.id)
            self.run_action(action, self.lead)
            mail = self.env["mail.mail"].search([], limit=1, order="id desc")
            self.assertEqual(mail.recipient_ids, user.partner_id)
            self.assertEqual(bool(mail._care_refusals()), refused)

    # ---- what administrators look through

    def test_an_administrator_reads_no_mail_about_secrets(self):
        mails = self.env["mail.mail"].create(
            [
                {
                    "subject": f"LV mail {record.name}",
                    "model": "res.partner",
                    "res_id": record.id,
                    "recipient_ids": [Command.set(self.cleared.partner_id.ids)],
                }
                for record in (self.secret, self.open)
            ]
        )
        self.assertFalse(self.seen(mails[0], self.admin))
        self.assertTrue(self.seen(mails[1], self.admin))

    def test_a_privacy_lookup_finds_no_secret(self):
        self.contact.email = "lv@secret.example"
        found = {}
        for user in (self.admin, self.cleared):
            user.group_ids += self.env.ref("base.group_system")
            wizard = (
                self.env["privacy.lookup.wizard"]
                .with_user(user)
                .create({"name": "LV Secret", "email": "lv@secret.example"})
            )
            wizard.action_lookup()
            lines = wizard.line_ids.filtered(lambda row: row.res_model == "res.partner")
            found[user] = set(lines.mapped("res_id")) & {*self.contact.ids}
        self.assertEqual(found, {self.admin: set(), self.cleared: {self.contact.id}})
