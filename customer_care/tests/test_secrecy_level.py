from odoo.tests import tagged

from .secrecy_common import SecrecyCase


@tagged("post_install", "-at_install")
class TestSecrecyLevel(SecrecyCase):
    """Levels of customers: who sees which, and who may set them."""

    def seen(self, user, records=None):
        """Return the names that the user finds among our customers."""
        partners = self.env["res.partner"].with_user(user)
        return set(partners.search([("ref", "=like", "LV%")]).mapped("ref"))

    def test_level_of_a_contact_is_its_customers(self):
        self.assertEqual(self.contacts.mapped("secrecy_level"), [0, 2, 3])

    def test_who_finds_whom(self):
        both = {"LVOPEN", "LVSECRET"}
        for user, expected in [
            (self.plain, {"LVOPEN"}),
            (self.admin, {"LVOPEN"}),
            (self.cleared, both),
            (self.top, both | {"LVTOP"}),
            (self.env.ref("base.user_root"), both | {"LVTOP"}),
        ]:
            with self.subTest(user=user.login):
                self.assertEqual(self.seen(user), expected)

    def test_who_may_do_what(self):
        for operation in ("read", "write", "unlink"):
            for user, allowed in [(self.plain, False), (self.cleared, True)]:
                with self.subTest(user=user.login, operation=operation):
                    for record in (self.secret, self.contacts[1]):
                        self.assertEqual(
                            record.with_user(user).has_access(operation), allowed
                        )
