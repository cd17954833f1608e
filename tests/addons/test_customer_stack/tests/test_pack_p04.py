from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .pack_secrecy_common import NOW, SecrecyPackCase, picture


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPackP04(SecrecyPackCase):
    """Policy P04, key accounts: what is secret, who may see it, disclosure, backup."""

    PACK = "P04"

    def test_all_clauses_are_there_and_these_are_carried_out(self):
        self.assertEqual(len(self.policy.clause_ids), 24)
        numbers = (1, 2, 3, 4, 5, 8, 9, 10, 11, 13, 16, 17, 21, 22, 23, 24)
        wanted = {f"P04.{number:02}" for number in numbers}
        self.assertEqual(self.carried(), wanted)

    def test_p04_21_the_guide_names_what_is_secret(self):
        """P04.21"""
        classes = self.env["care.secrecy.class"].search(
            [("company_id", "=", self.company.id), ("clause_id.code", "=", "P04.21")]
        )
        self.assertEqual(len(classes), 6)
        self.assertEqual(min(classes.mapped("level")), 2)
        self.clear(self.seller)
        bolt = self.env["res.partner"].with_user(self.seller).create({"name": "Bolt"})
        self.assertTrue(self.sees(self.clerk, bolt))
        finance = self.rule("care.secrecy.class", "p04_finance")
        bolt.secrecy_class_id = finance.with_user(self.seller)
        self.assertEqual(bolt.secrecy_level, 2)
        self.assertFalse(self.sees(self.clerk, bolt))
        strategy = self.rule("care.secrecy.class", "p04_strategy")
        with self.assertRaises(UserError):  # above the seller's own clearance
            bolt.secrecy_class_id = strategy.with_user(self.seller)

    def test_p04_21_negotiations_and_private_telephones_are_sealed(self):
        """P04.21"""
        self.clear(self.seller)
        for code in ("p04_negotiation", "p04_private_phone"):
            kind = self.rule("care.secret.kind", code)
            self.assertEqual((kind.level, kind.model_name), ("2", "res.partner"))
        kinds = self.env["care.secret.kind"].with_user(self.seller)
        self.assertIn(kind, kinds._for("res.partner", self.company))

    def test_p04_22_no_secrets_before_check_training_and_agreement(self):
        """P04.22"""
        clearance = self.propose(self.seller, 2)
        for step in (
            lambda: None,
            lambda: self.prove(self.seller, "training"),
            lambda: self.check_background(self.seller),
        ):
            step()
            with self.assertRaises(UserError):
                clearance.action_submit()
            self.assertFalse(self.sees(self.seller))
        self.sign(self.seller)
        self.give(clearance)
        self.assertTrue(self.sees(self.seller))
        with freeze_time("2027-01-06 04:00:00"):  # the training of 2026 is over
            self.assertFalse(self.sees(self.seller))

    def check_background(self, user):
        window = self.env["care.clearance.background"].with_user(self.officer)
        window.create(
            {
                "user_id": user.id,
                "company_id": self.company.id,
                "date": "2026-03-20",
                "file": picture(),
                "file_name": "check.png",
            }
        ).action_confirm()

    def test_p04_22_the_secret_papers_are_looked_at_twice_a_year(self):
        """P04.22"""
        owed = self.start_duty("p04_secret_check", "2026-07-01 01:00:00")
        self.assertEqual(owed.user_id, self.holders["information_supervisor"])
        self.sweep("2026-08-01 01:00:00")
        self.assertEqual(owed.state, "missed")
        self.assertTrue(self.counted("P04.22")[1])

    def test_p04_23_disclosure_with_the_customers_word_and_two_decisions(self):
        """P04.23"""
        boss = self.holders["general_manager"]
        self.clear(self.seller, self.head, boss)
        bare = self.draft(authorisation_file_ids=[Command.clear()])
        with self.assertRaises(UserError):
            bare.action_ask()
        record = self.draft()
        with self.assertRaises(UserError):
            record.action_make_copies()
        record.action_ask()
        self.assertEqual(self.waiting(record), self.head)
        self.decide(record, self.head)
        self.assertEqual((record.state, self.waiting(record)), ("asked", boss))
        self.decide(record, boss)
        self.assertEqual(record.state, "approved")
        record.action_make_copies()
        self.assertEqual(len(record.copy_ids), 1)
        self.assertFalse(record.with_user(self.clerk).read(["recipient_name"]))
        self.clear(self.manager)
        self.assertEqual(self.counted("P04.23")[0], 2)  # word and decisions

    def test_p04_24_files_are_sealed_and_backed_up_each_week(self):
        """P04.24"""
        self.clear(self.seller)
        file = self.attach(record=self.acme)
        plain = file.with_user(self.seller)._care_plain()
        self.assertTrue(plain.startswith(b"\x89PNG"))
        stored = file.sudo()._file_read(file.sudo().store_fname)
        self.assertTrue(stored.startswith(b"CCS"))
        owed = self.start_duty("p04_backup", "2026-03-23 01:00:00")
        self.back_up("2026-03-25 03:00:00", verified_at="2026-03-25 03:00:00")
        self.env.invalidate_all()
        self.assertEqual(owed.state, "met")
        self.assertEqual(self.counted("P04.24")[0], 1)
