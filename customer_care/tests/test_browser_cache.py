"""What the client may keep on the disk of a computer."""

import re

from odoo import fields
from odoo.tests import HttpCase, tagged

from .secrecy_common import SecrecyCase


@tagged("post_install", "-at_install")
class TestBrowserCache(SecrecyCase, HttpCase):
    def key(self, login):
        """Return the key the client gets for its disk, None without one."""
        self.authenticate(login, login)
        page = self.url_open("/odoo").text
        found = re.search(r'"browser_cache_secret": "(\w+)"', page)
        return found and found[1]

    def test_secrets_are_not_kept_on_disk(self):
        self.assertTrue(self.key("lv_plain"))
        self.assertFalse(self.key("lv_cleared"))
        self.assertFalse(self.key("lv_top"))

    def test_a_key_from_before_access_was_given_opens_nothing_after_it(self):
        before = self.key("lv_plain")
        self.assertEqual(self.key("lv_plain"), before)
        row = self.grant(self.plain, self.secret)
        self.assertFalse(self.key("lv_plain"))
        self.env.cr.execute(
            "UPDATE care_access_grant SET revoked_at = %s WHERE id = %s",
            [fields.Datetime.now(), row],
        )
        after = self.key("lv_plain")
        self.assertTrue(after)
        self.assertNotEqual(after, before)
