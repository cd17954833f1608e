from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .pack_secrecy_common import NOW, SecrecyPackCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPackP02(SecrecyPackCase):
    """Policy P02, any company: secrecy, backup, one customer base, teaching."""

    PACK = "P02"
    ROLES = (*SecrecyPackCase.ROLES, "p02_check_group")

    def test_all_clauses_are_there_and_these_are_carried_out(self):
        self.assertEqual(len(self.policy.clause_ids), 16)
        numbers = (1, 2, 3, 4, 5, 6, 7, 8, 11, 14, 15, 16)
        wanted = {f"P02.{number:02}" for number in numbers}
        self.assertLessEqual(wanted, self.carried())

    def test_p02_05_no_secrets_without_the_agreement_signed(self):
        """P02.05"""
        row = self.rule("care.secrecy.class", "p02_secret")
        self.assertEqual((row.level, row.clause_id.code), (2, "P02.05"))
        self.prove(self.seller, "background", "training")
        clearance = self.propose(self.seller, 2)
        with self.assertRaises(UserError):
            clearance.action_submit()
        self.assertFalse(self.sees(self.seller))
        self.sign(self.seller)
        self.give(clearance)
        self.assertTrue(self.sees(self.seller))
        self.assertIn("Confidentiality agreement", clearance.proof_text)

    def test_p02_06_only_a_verified_backup_meets_the_day(self):
        """P02.06"""
        owed = self.start_duty("p02_backup", "2026-03-25 01:00:00")
        holder = self.holders["information_supervisor"]
        self.assertEqual((owed.state, owed.user_id), ("open", holder))
        self.back_up("2026-03-25 02:00:00")
        self.back_up("2026-03-25 02:30:00", error="The disk is full")
        self.env.invalidate_all()
        self.assertEqual(owed.state, "open")
        done = self.back_up("2026-03-25 03:00:00", verified_at="2026-03-25 03:00:00")
        self.env.invalidate_all()
        self.assertEqual((owed.state, owed.evidence_id), ("met", done.id))
        met, _missed, _open = self.counted("P02.06")
        self.assertEqual(met, 1)

    def test_p02_06_a_day_without_a_backup_is_missed_and_reported(self):
        """P02.06"""
        owed = self.start_duty("p02_backup", "2026-03-25 01:00:00")
        self.sweep("2026-03-25 16:30:00")
        self.assertEqual(owed.state, "missed")
        told = self.env["mail.activity"].search(
            [("user_id", "=", self.holders["general_manager"].id)]
        )
        words = "No verified backup was made today"
        self.assertIn(words, told.sorted("id")[-1:].summary)
        self.assertTrue(self.counted("P02.06")[1])

    def test_p02_11_service_standards_are_confirmed_by_every_reader(self):
        """P02.11"""
        asked = self.env["care.policy.acknowledgement"]
        asked._cron_ask()
        asked = asked.search(
            [("policy_id", "=", self.policy.id), ("user_id", "=", self.clerk.id)]
        )
        self.assertEqual(asked.state, "waiting")
        with freeze_time("2026-01-10 04:00:00"):
            self.policy.with_user(self.clerk).action_acknowledge()
        self.env.invalidate_all()
        self.assertEqual(asked.state, "confirmed")
        self.assertEqual(self.counted("P02.11")[0], 1)
        template = self.rule("care.inspection.template", "p02_standards")
        self.assertEqual(len(template.item_ids), 2)

    def test_p02_14_another_department_sees_what_it_was_given_while_it_was(self):
        """P02.14"""
        boss = self.holders["general_manager"]
        self.clear(boss)
        self.clear(self.reader, level=1)
        self.assertFalse(self.sees(self.reader))
        request = self.ask(self.reader)
        self.assertEqual(self.waiting(request), boss)
        self.link(request, boss)
        self.decide(request, boss)
        self.assertEqual(request.state, "granted")
        self.assertTrue(self.sees(self.reader))
        self.assertFalse(self.sees(self.clerk))
        with freeze_time("2026-04-01 04:00:00"):
            self.assertFalse(self.sees(self.reader))
        clauses = request.sudo().approval_ids.clause_id.mapped("code")
        self.assertEqual(clauses, ["P02.14"])
        self.clear(self.manager)
        self.assertEqual(self.counted("P02.14")[0], 1)

    def test_p02_16_the_check_group_inspects_each_quarter(self):
        """P02.16"""
        owed = self.start_duty("p02_inspection", "2026-04-01 01:00:00")
        group = self.holders["p02_check_group"]
        self.assertEqual(owed.user_id, group)
        template = self.rule("care.inspection.template", "p02_execution")
        inspection = (
            self.env["care.inspection"]
            .with_user(group)
            .create(
                {
                    "template_id": template.id,
                    "date_planned": "2026-04-10",
                    "inspector_ids": [Command.set(group.ids)],
                    "company_id": self.company.id,
                }
            )
        )
        with freeze_time("2026-04-10 02:00:00"):
            inspection.item_ids.write({"result": "passed"})
            inspection.action_done()
        self.env.invalidate_all()
        self.assertEqual(owed.state, "met")
        revision = self.start_duty("p02_revision", "2026-12-01 01:00:00")
        self.assertEqual(revision.user_id, self.holders["customer_service_manager"])
