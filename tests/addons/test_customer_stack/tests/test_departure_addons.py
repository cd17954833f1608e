import base64

from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

USER = "customer_care.customer_care_group_user"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestDepartureOfAddons(TransactionCase):
    """Visits and complaints of a leaver join his hand-over from their own add-ons."""

    def setUp(self):
        super().setUp()
        self.ann, self.ben, self.cai = (
            new_test_user(self.env, f"leave_{name}", groups=USER)
            for name in ("ann", "ben", "cai")
        )
        self.acme = self.env["res.partner"].create(
            {"name": "Acme", "is_company": True, "user_id": self.ann.id}
        )

    def hand_over(self):
        departure = self.env["care.departure"].create(
            {
                "user_id": self.ann.id,
                "successor_id": self.ben.id,
                "date_leaving": "2026-03-25",
            }
        )
        departure.action_ask_signatures()
        for row in departure.signature_ids:
            departure.with_user(row.user_id)._sign(
                row.with_user(row.user_id), row.user_id.name, PNG
            )
        return departure

    def test_visits_to_come_go_along(self):
        if "visit.visit" not in self.env:
            self.skipTest("visit_planning is not installed")
        visit = self.env["visit.visit"].create(
            {
                "partner_id": self.acme.id,
                "purpose_id": self.env["visit.purpose"].search([], limit=1).id,
                "user_ids": [self.ann.id, self.cai.id],
                "planned_at": "2026-04-02 02:00:00",
            }
        )
        departure = self.hand_over()
        self.assertEqual(visit.user_ids, self.cai | self.ben)
        self.assertFalse(departure.left_count)

    def test_complaints_go_along_but_not_to_the_accused(self):
        if "complaint.case" not in self.env:
            self.skipTest("complaint_handling is not installed")
        mine, against = self.env["complaint.case"].create(
            [
                {"name": name, "partner_id": self.acme.id, "user_id": self.ann.id}
                for name in ("Late", "Rude")
            ]
        )
        against.accused_ids = self.ben
        departure = self.hand_over()
        self.assertEqual(mine.user_id, self.ben)
        self.assertEqual(against.user_id, self.ann)
        left = departure.line_ids.filtered(lambda line: line.state == "left")
        self.assertIn(
            ("complaint", against.id), left.mapped(lambda x: (x.kind, x.res_id))
        )
        self.assertTrue(left[0].reason)
