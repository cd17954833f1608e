from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .pack_secrecy_common import NOW, SecrecyPackCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPackP14(SecrecyPackCase):
    """Policy P14, leasing: nobody reads or copies a register without the general
    manager."""

    PACK = "P14"
    ROLES = (*SecrecyPackCase.ROLES, "p14_register_keeper")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.holders["general_manager"]
        cls.keeper = cls.holders["p14_register_keeper"]
        cls.clear(cls.boss, cls.keeper, cls.seller)

    def test_all_clauses_are_there_and_this_is_carried_out(self):
        self.assertEqual(len(self.policy.clause_ids), 9)
        numbers = (1, 2, 3, 4, 5, 6, 9)
        self.assertEqual(self.carried(), {f"P14.0{number}" for number in numbers})

    def test_p14_06_reading_is_the_general_managers_and_ends(self):
        """P14.06"""
        row = self.rule("care.secrecy.class", "p14_register")
        self.assertEqual(row.level, 2)
        self.assertTrue(self.sees(self.keeper))
        with self.assertRaises(UserError):
            self.ask(self.reader)  # no clearance for single records
        self.clear(self.reader, level=1)
        request = self.ask(self.reader)
        self.assertEqual(self.waiting(request), self.boss)
        with self.assertRaises(UserError):
            self.decide(request, self.head)
        self.link(request, self.boss)
        self.decide(request, self.boss)
        self.assertTrue(self.sees(self.reader))
        with freeze_time("2026-04-01 04:00:00"):
            self.assertFalse(self.sees(self.reader))
        self.assertEqual(request.sudo().approval_ids.clause_id.code, "P14.06")
        self.assertEqual(self.counted("P14.06")[0], 1)

    def test_p14_06_access_given_is_given_back_at_once(self):
        """P14.06"""
        self.clear(self.reader, level=1)
        request = self.ask(self.reader)
        self.link(request, self.boss)
        self.decide(request, self.boss)
        self.assertTrue(self.sees(self.reader))
        request.grant_ids.with_user(self.officer)._revoke("No longer needed")
        self.assertFalse(self.sees(self.reader))

    def test_p14_06_copying_too(self):
        """P14.06"""
        self.clear(self.head)
        copy = self.draft(
            kind="internal",
            recipient_user_id=self.head.id,
            recipient_name=False,
            recipient_organisation=False,
        )
        copy.action_ask()
        self.assertEqual(self.waiting(copy), self.boss)
        with self.assertRaises(UserError):
            copy.action_make_copies()
        self.decide(copy, self.boss)
        copy.action_make_copies()
        self.assertEqual(len(copy.copy_ids), 1)

    def test_p14_06_a_refusal_opens_nothing(self):
        """P14.06"""
        self.clear(self.reader, level=1)
        request = self.ask(self.reader)
        waiting = request.sudo().approval_ids.with_user(self.boss)
        waiting._decide("reject", "Not needed for the work")
        self.env.invalidate_all()
        self.assertEqual(request.state, "refused")
        self.assertFalse(self.sees(self.reader))
