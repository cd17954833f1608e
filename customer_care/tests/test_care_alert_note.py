from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .tier_common import TierCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestAlertNote(TierCase):
    """What is unusual about a customer is noted and seen."""

    def test_notes_are_marked_as_seen_by_each(self):
        note = (
            self.env["care.alert.note"]
            .with_user(self.clerk)
            .create({"name": "Buyer left", "partner_id": self.acme.id})
        )
        self.assertEqual(note.author_id, self.clerk)
        self.assertTrue(note.is_seen)
        theirs = note.with_user(self.head)
        self.assertFalse(theirs.is_seen)
        theirs.action_seen()
        self.env.invalidate_all()
        self.assertTrue(theirs.is_seen)
        self.assertEqual(self.acme.care_alert_count, 1)
        with self.assertRaises(AccessError):
            theirs.seen_user_ids = [Command.clear()]
        with self.assertRaises(AccessError):
            theirs.author_id = self.head
        with self.assertRaises(UserError):
            theirs.text = "Not so"
