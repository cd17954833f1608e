from odoo.tests import freeze_time, tagged

from .test_pack_p03 import P03Case


@tagged("post_install", "-at_install")
class TestPackP03Complaints(P03Case):
    """P03 on signs of dissatisfaction, where complaints are handled."""

    def setUp(self):
        super().setUp()
        if "complaint.case" not in self.env:
            self.skipTest("complaint_handling is not installed")
        self.clerk.group_ids += self.env.ref(
            "complaint_handling.complaint_handling_group_user"
        )

    def case(self, at="2026-03-02 02:00:00", **vals):
        with freeze_time(at):
            case = (
                self.env["complaint.case"]
                .with_user(self.clerk)
                .create(
                    {
                        "name": "Wall is damp",
                        "kind": "complaint",
                        "partner_id": self.customer.id,
                        "company_id": self.company.id,
                        "user_id": self.clerk.id,
                        **vals,
                    }
                )
            )
            self.env.flush_all()
        return case

    def test_p03_17_told_at_once_answered_in_two_days(self):
        """P03.17"""
        case = self.case()
        owed = self.owed("P03.17", case)
        self.assertEqual(self.day(owed.due_at), "2026-03-04")
        self.sweep("2026-03-02 02:05:00")
        self.assertEqual(self.told(case), {"pack_department_head"})
        self.sweep("2026-03-03 18:00:00")
        self.assertIn("pack_vice_president", self.told(case))
        self.sweep("2026-03-05 18:00:00")
        self.assertIn("pack_general_manager", self.told(case))
        self.assertEqual(self.owed("P03.17", case).state, "missed")

    def test_p03_17_closed_with_the_customer_s_confirmation(self):
        """P03.17"""
        rule = self.rule("care.requirement", "p03_confirmation")
        case = self.case()
        self.env.cr.execute(
            "UPDATE complaint_case SET state = 'answered' WHERE id = %s", [case.id]
        )
        case.invalidate_recordset()
        with self.assertRefused("customer confirms"):
            case._requirement_check("close")
        self.env["ir.attachment"].create(
            {
                "name": "confirmed.pdf",
                "raw": b"scan",
                "res_model": case._name,
                "res_id": case.id,
            }
        )
        case.invalidate_recordset()
        case._requirement_check("close")
        self.assertEqual(rule.check_ids.res_id, case.id)

    def test_p03_19_the_third_time_is_a_key_point_of_improvement(self):
        """P03.19"""
        category = self.env["complaint.category"].create(
            {"name": "Building", "company_id": self.company.id}
        )
        issue = self.env["complaint.issue"].create(
            {"name": "Damp walls", "category_id": category.id}
        )
        rule = self.rule("care.improvement.rule", "p03_repeated")
        for day in (2, 9):
            self.case(f"2026-03-{day:02} 02:00:00", issue_id=issue.id)
        self.assertFalse(rule._look())
        self.case("2026-03-20 02:00:00", issue_id=issue.id)
        with freeze_time("2026-03-20 03:00:00"):
            found = rule._look()
        self.assertEqual(len(found.link_ids), 3)
        self.assertEqual(found.clause_id.code, "P03.19")
