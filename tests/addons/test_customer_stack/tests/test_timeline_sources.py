from odoo import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.customer_care.tests.secrecy_common import SecrecyCase


@tagged("post_install", "-at_install")
class TestTimelineSources(SecrecyCase):
    """Complaints, visits and files of all add-ons on one customer's timeline."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = new_test_user(
            cls.env, "ts_handler", "complaint_handling.complaint_handling_group_user"
        )
        cls.visitor = new_test_user(
            cls.env, "ts_visitor", "visit_planning.visit_planning_group_user"
        )
        cls.keeper = new_test_user(
            cls.env, "ts_keeper", "customer_archive.customer_archive_group_user"
        )
        cls.case = cls.env["complaint.case"].create(
            {"name": "Leaking", "partner_id": cls.contacts[0].id}
        )
        cls.visit = cls.env["visit.visit"].create(
            {
                "name": "Quarterly visit",
                "partner_id": cls.open.id,
                "contact_id": cls.contacts[0].id,
                "user_ids": [Command.set(cls.visitor.ids)],
                "purpose_id": cls.env["visit.purpose"].create({"name": "Care"}).id,
                "planned_at": "2026-03-02 02:00:00",
            }
        )
        kind = cls.env["archive.type"].create(
            {"name": "Customer file", "subject_kind": "partner"}
        )
        cls.file = cls.env["archive.file"].create(
            {"title": "Papers", "type_id": kind.id, "partner_id": cls.open.id}
        )

    def rows(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        timeline = self.env["care.timeline"].with_user(user)
        return timeline.search([("partner_id", "=", self.open.id)])

    def test_each_sees_what_is_his(self):
        for user, kind, name, record in [
            (self.handler, "complaint", "Leaking", self.case),
            (self.visitor, "visit", "Quarterly visit", self.visit),
            (self.keeper, "archive", "Papers", self.file),
        ]:
            with self.subTest(kind=kind):
                row = self.rows(user).filtered(lambda r, kind=kind: r.kind == kind)
                self.assertIn(name, row.name)
                self.assertEqual(row.action_open()["res_id"], record.id)
                self.assertNotIn(kind, self.rows(self.plain).mapped("kind"))

    def test_a_visit_names_whom_it_was_to(self):
        row = self.rows(self.visitor).filtered(lambda r: r.kind == "visit")
        self.assertEqual(row.contact_id, self.contacts[0])
        self.assertEqual(row.user_id, self.visitor)
