from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .secrecy_common import USER, SecrecyCase

OFFICER = "customer_care.customer_care_group_security"


@tagged("post_install", "-at_install")
class TestSecrecyLevel(SecrecyCase):
    """Levels of customers: what they follow, and who may set them."""

    # ---- what a level follows

    def test_level_of_a_contact_is_its_customers(self):
        self.assertEqual(self.contacts.mapped("secrecy_level"), [0, 2, 3])

    def test_a_contact_set_higher_stays_higher(self):
        self.contacts[1].secrecy_own = 3
        self.assertEqual(self.contacts[1].secrecy_level, 3)
        self.assertEqual(self.secret.secrecy_level, 2)

    def test_a_contact_that_moves_takes_the_new_level_and_keeps_it(self):
        contact = self.contacts[0]
        contact.parent_id = self.secret
        self.assertEqual((contact.secrecy_level, contact.secrecy_own), (2, 0))
        contact.parent_id = self.open  # lowering is approved
        self.assertEqual((contact.secrecy_level, contact.secrecy_own), (2, 2))

    def test_a_new_contact_has_the_level_at_once(self):
        contact = self.env["res.partner"].create(
            {"name": "New", "parent_id": self.secret.id}
        )
        self.assertEqual(contact.secrecy_level, 2)

    def test_raising_goes_down_to_the_last_contact(self):
        below = self.env["res.partner"].create(
            {"name": "Below", "parent_id": self.contacts[0].id}
        )
        self.open.secrecy_own = 2
        self.assertEqual((self.contacts[0] + below).mapped("secrecy_level"), [2, 2])

    def test_a_copy_keeps_the_own_level(self):
        copy = self.secret.copy()
        self.assertEqual((copy.secrecy_own, copy.secrecy_level), (2, 2))

    def test_writers_in_sql_need_no_thought(self):
        self.env.cr.execute(
            "INSERT INTO res_partner (name, parent_id) VALUES ('By SQL', %s) "
            "RETURNING secrecy_level",
            [self.topsecret.id],
        )
        self.assertEqual(self.env.cr.fetchone(), (3,))
        self.env.cr.execute(
            "UPDATE res_partner SET secrecy_level = 0 WHERE id = %s "
            "RETURNING secrecy_level",
            [self.secret.id],
        )
        self.assertEqual(self.env.cr.fetchone(), (2,))

    def test_merged_partners_keep_the_higher_level(self):
        other = self.env["res.partner"].create({"name": "LV Double", "ref": "LVD"})
        contact = self.env["res.partner"].create(
            {"name": "Of the double", "parent_id": other.id}
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.secret + other).ids, other)
        self.assertEqual(other.secrecy_own, 2)
        self.assertEqual((other + contact).mapped("secrecy_level"), [2, 2])

    # ---- who may set it

    def test_nobody_classifies_above_his_own_sight(self):
        for user, level, allowed in [
            (self.plain, 1, True),
            (self.plain, 2, False),
            (self.cleared, 2, True),
            (self.cleared, 3, False),
            (self.top, 3, True),
            (self.admin, 2, False),
        ]:
            with self.subTest(user=user.login, level=level):
                vals = {"name": "Raised", "secrecy_own": level}
                partners = self.env["res.partner"].with_user(user)
                record = partners.sudo().create({"name": "To raise"}).sudo(False)
                if allowed:
                    self.assertEqual(partners.create(vals).secrecy_level, level)
                    record.secrecy_own = level
                    self.assertEqual(record.secrecy_level, level)
                else:
                    with self.assertRaises(AccessError):
                        partners.create(vals)
                    with self.assertRaises(AccessError):
                        record.secrecy_own = level

    def test_a_default_from_a_client_is_no_way_above(self):
        partners = self.env["res.partner"].with_user(self.plain)
        with self.assertRaises(AccessError):
            partners.with_context(default_secrecy_own=3).create({"name": "Sly"})
        with self.assertRaises(AccessError):
            partners.with_context(default_secrecy_choice="3").create({"name": "Sly"})
        sly = partners.with_context(default_secrecy_level=3).create({"name": "Sly"})
        self.assertEqual(sly.secrecy_level, 0)

    def test_the_level_itself_is_written_by_nobody(self):
        for user in (self.plain, self.top, self.admin, self.env.ref("base.user_root")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.open.with_user(user).write({"secrecy_level": 1})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.open.with_user(user).sudo().write({"secrecy_level": 1})
        with self.assertRaises(AccessError):
            self.env["res.partner"].create({"name": "Sly", "secrecy_level": 2})

    def test_import_is_no_way_around(self):
        partners = self.env["res.partner"].with_user(self.plain)
        result = partners.load(["name", "secrecy_own"], [["Sly", "3"]])
        self.assertFalse(result["ids"])
        result = partners.load(["name", "secrecy_level"], [["Sly", "3"]])
        self.assertFalse(result["ids"])

    def test_lowering_needs_a_request(self):
        for user in (self.cleared, self.top, self.env.ref("base.user_root")):
            with (
                self.subTest(user=user.login),
                self.assertRaisesRegex(AccessError, "approved request"),
            ):
                self.secret.with_user(user).sudo().secrecy_own = 0
        with self.assertRaises(AccessError):
            self.secret.with_user(self.top).write({"secrecy_choice": "0"})
        with self.assertRaises(AccessError):
            self.secret.with_context(care_engine=True).secrecy_own = 0
        with self.assertRaises(AccessError):
            self.secret.with_user(self.top)._secrecy_set_own(0)

    def test_the_engine_lowers_and_all_follows(self):
        engine = self.env["care.obligation"]._engine()
        self.secret.with_env(engine.env)._secrecy_set_own(1)
        self.assertEqual(
            (self.secret + self.contacts[1]).mapped("secrecy_level"), [1, 1]
        )

    def test_a_level_that_does_not_exist_is_refused(self):
        for level in (4, -1):
            with self.subTest(level=level), self.assertRaises(UserError):
                self.env["res.partner"].create({"name": "Odd", "secrecy_own": level})

    # ---- our own people

    def test_our_own_companies_and_users_stay_public(self):
        for partner in (self.company.partner_id, self.plain.partner_id):
            with self.subTest(partner=partner.name), self.assertRaises(UserError):
                partner.secrecy_own = 2

    def test_our_people_take_no_level_from_a_parent(self):
        self.plain.partner_id.parent_id = self.secret
        self.assertEqual(self.plain.partner_id.secrecy_level, 0)
        self.assertEqual(
            self.plain.partner_id.with_user(self.admin).name, self.plain.name
        )
        self.topsecret.child_ids = [(4, self.company.partner_id.id)]
        self.assertEqual(self.company.partner_id.secrecy_level, 0)

    def test_a_classified_contact_becomes_no_internal_user(self):
        for partner in (self.secret, self.contacts[1]):
            with (
                self.subTest(partner=partner.name),
                self.assertRaises(ValidationError),
            ):
                new_test_user(self.env, "lv_new", USER, partner_id=partner.id)
        portal = new_test_user(
            self.env, "lv_portal", "base.group_portal", partner_id=self.contacts[1].id
        )
        with self.assertRaises(ValidationError):
            portal.group_ids = self.env.ref("base.group_user")

    def test_form_of_a_new_customer(self):
        with Form(self.env["res.partner"].with_user(self.cleared)) as form:
            form.name = "By hand"
            form.secrecy_choice = "2"
        self.assertEqual(form.record.secrecy_level, 2)
