import io

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo.tests import HttpCase, new_test_user, tagged

from .evaluation_common import EvaluationCase


@tagged("post_install", "-at_install")
class TestEvaluationLists(EvaluationCase, HttpCase):
    """The lists as a workbook, with what its reader may see."""

    @classmethod
    def setUpClass(cls):
        with freeze_time("2026-03-25 04:00:00"):
            super().setUpClass()
            cls.evaluation.action_open()

    def names(self, login):
        self.authenticate(login, login)
        answer = self.url_open(f"/customer_care/evaluation/{self.evaluation.id}/lists")
        book = load_workbook(io.BytesIO(answer.content))
        return {
            row[0].value
            for sheet in book
            for row in sheet.iter_rows(min_row=3)
            if row[0].value
        }

    def test_a_manager_reads_all_and_a_section_its_own(self):
        self.assertEqual(self.names("tier_manager"), {"Acme", "Bolt", "Cord"})
        self.assertEqual(self.names("tier_clerk"), {"Acme", "Bolt"})
        new_test_user(self.env, "tier_foreign", groups="base.group_user")
        self.authenticate("tier_foreign", "tier_foreign")
        answer = self.url_open(f"/customer_care/evaluation/{self.evaluation.id}/lists")
        self.assertEqual(answer.status_code, 404)
