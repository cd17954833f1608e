from odoo.exceptions import UserError
from odoo.tests import freeze_time

from .common import VisitCase


class TestVisitEngines(VisitCase):
    """Deadlines and required entries work on visits as data."""

    @freeze_time("2026-03-01 06:00:00")
    def test_a_deadline_for_the_report_is_kept(self):
        self.env["care.obligation.rule"].create(
            {
                "code": "test_visit_report",
                "name": "Report a visit",
                "model_name": "visit.visit",
                "company_id": self.company.id,
                "start_domain": "[('state', '=', 'confirmed')]",
                "start_field": "planned_at",
                "amount": 2,
                "unit": "day",
                "done_domain": "[('state', '=', 'done')]",
                "responsible_path": "user_ids",
            }
        )
        visit = self._new_visit()
        self.assertEqual(visit.obligation_state, "none")
        visit.action_confirm()
        obligation = visit.obligation_ids
        self.assertEqual(str(obligation.due_at), "2026-03-04 02:00:00")
        self.assertEqual(obligation.user_id, self.visitor)
        self.assertEqual(obligation.partner_id, self.customer)
        visit.write({"needs": "Two pallets", "state": "done"})
        self.assertEqual(obligation.state, "met")

    def test_a_required_entry_holds_the_visit_back(self):
        self.env["care.requirement"].create(
            {
                "code": "test_visit_training",
                "name": "Training is given",
                "model_name": "visit.visit",
                "company_id": self.company.id,
                "gate": "done",
                "field_names": "training_minutes",
            }
        )
        visit = self._new_visit(needs="Two pallets")
        with self.assertRaisesRegex(UserError, "Training"):
            visit.action_done()
        visit.write({"training_minutes": 15, "state": "done"})
        self.assertEqual(visit.state, "done")
