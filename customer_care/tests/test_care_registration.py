from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .registration_common import RegistrationCase, at


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 02:00:00")
class TestRegistration(RegistrationCase):
    """Customers are entered at the desk with the time of the server."""

    def test_the_entry_creates_and_registers_a_customer(self):
        _window, line = self.enter(
            self.wang,
            origin="own",
            intent_id=self.env.ref("customer_care.care_intent_buys").id,
            care_need="Two rooms",
        )
        partner = line.partner_id
        self.assertEqual(line.outcome, "new")
        self.assertEqual(line.user_id, self.wang)
        self.assertEqual(partner.name, "Ms Chen")
        self.assertEqual(partner.user_id, self.wang)
        self.assertEqual(partner.registered_at, at("2026-03-02 02:00:00"))
        self.assertEqual(partner.registered_by, self.wang)
        self.assertEqual(partner.registered_department_id, self.east)
        self.assertTrue(partner.is_intending)
        self.assertTrue(line.is_intending)
        self.assertEqual(partner.care_pool_state, "owned")
        self.assertFalse(partner.protected_until)

    def test_a_known_customer_is_answered_in_plain_words(self):
        self.term()
        self.enter(self.wang, origin="own")
        window, line = self.enter(self.li, origin="own")
        self.assertEqual(window.state, "known")
        self.assertEqual(
            window.answer, "Registered by East, protected until 04/01/2026."
        )
        self.assertEqual(line.outcome, "known")
        self.assertEqual(
            self.env["res.partner"].search_count([("name", "=", "Ms Chen")]), 1
        )

    def test_no_client_sets_when_a_customer_was_registered(self):
        early = "2020-01-01 00:00:00"
        partners = self.env["res.partner"]
        with self.assertRaises(AccessError):
            partners.create({"name": "Early", "registered_at": early})
        sly = partners.with_context(default_registered_at=early).create({"name": "Sly"})
        self.assertFalse(sly.registered_at)
        with self.assertRaises(AccessError):
            sly.write({"registered_at": early})
        with self.assertRaises(AccessError):
            sly.with_context(care_register=True).write({"registered_at": early})
        result = partners.load(["name", "registered_at"], [["Load", early]])
        self.assertTrue(result["messages"])
        with self.assertRaises(AccessError):
            self.lines().sudo().create({"name": "R1"})
        __, line = self.enter(self.wang)
        with self.assertRaises(AccessError):
            line.sudo().write({"registered_at": early})

    def test_nobody_was_met_in_the_future(self):
        window = self.window(self.wang, contact_at="2026-03-03 00:00:00")
        window.action_register()  # typed on: it counts as now
        self.assertEqual(self.lines()[:1].contact_at, at("2026-03-02 02:00:00"))
        with self.assertRaises(ValidationError):
            self.env["res.partner"].create(
                {"name": "Soon", "contact_at": "2026-03-03 00:00:00"}
            )
        with self.assertRaises(UserError):
            self.env["care.registration.desk"].with_user(self.wang)._enter(
                {"name": "Soon", "contact_at": at("2026-03-03 00:00:00")}
            )
