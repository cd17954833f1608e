from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .score_common import ScoreCase


@tagged("post_install", "-at_install")
class TestScorecardEntry(ScoreCase):
    """Figures that people enter for a measure."""

    def test_entered_measures_count_with_the_last_entry_of_the_period(self):
        card = self.scorecard("judged", [{"weight": 100}])
        entries = self.env["care.scorecard.entry"].with_user(self.user)
        for day, value in (("2026-03-05", 70), ("2026-03-09", 90), ("2026-04-01", 10)):
            entries.create(
                {
                    "scorecard_id": card.id,
                    "line_id": card.line_ids.id,
                    "res_id": self.ada.id,
                    "date": day,
                    "value": value,
                }
            )
        card._run(date(2026, 3, 1), self.day)
        found = card._latest((self.ada + self.bela).ids, self.day)
        self.assertEqual(found[self.ada.id].value, 90)
        self.assertIsNone(found[self.bela.id].value)

    def test_an_entry_stays_as_it_was_entered(self):
        card = self.scorecard("judged", [{"weight": 100}])
        entry = (
            self.env["care.scorecard.entry"]
            .with_user(self.user)
            .create(
                {
                    "scorecard_id": card.id,
                    "line_id": card.line_ids.id,
                    "res_id": self.ada.id,
                    "date": "2026-03-05",
                    "value": 70,
                    "user_id": self.manager.id,
                    "res_model": "res.users",
                }
            )
        )
        self.assertEqual((entry.user_id, entry.res_model), (self.user, "res.partner"))
        with self.assertRaises(AccessError):
            entry.value = 100
        with self.assertRaisesRegex(UserError, "stays as it was"):
            entry.with_user(self.manager).value = 100
        with self.assertRaises(AccessError):
            entry.with_user(self.manager).unlink()

    def test_only_the_role_enters_and_with_a_file(self):
        role = self.env["care.role"].create(
            {"code": "judge", "name": "Judge", "company_id": self.company.id}
        )
        card = self.scorecard(
            "judged", [{"weight": 100, "role_id": role.id, "evidence_wanted": True}]
        )
        vals = {
            "scorecard_id": card.id,
            "line_id": card.line_ids.id,
            "res_id": self.ada.id,
            "date": "2026-03-05",
            "value": 70,
        }
        entries = self.env["care.scorecard.entry"].with_user(self.user)
        with self.assertRaisesRegex(AccessError, "is entered by Judge"):
            entries.create(vals)
        self.env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": self.user.id, "company_id": self.company.id}
        )
        with self.assertRaisesRegex(ValidationError, "wants a file"):
            entries.create(vals)
        file = (
            self.env["ir.attachment"]
            .with_user(self.user)
            .create({"name": "scan.txt", "raw": b"x", "res_model": entries._name})
        )
        entry = entries.create(vals | {"attachment_ids": [(6, 0, file.ids)]})
        self.assertEqual(file.sudo().res_id, entry.id)
