from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common_sanction import at
from .test_improvement import ImprovementCase


@tagged("post_install", "-at_install")
class TestInspection(ImprovementCase):
    """An inspection from its plan to the improvements of its findings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["care.inspection.template"].create(
            {
                "code": "desk",
                "name": "Service desk",
                "company_id": cls.company.id,
                "item_ids": [
                    (0, 0, {"name": "Register is kept", "severity": "major"}),
                    (0, 0, {"name": "Desk is clean", "severity": "minor"}),
                ],
            }
        )
        cls.inspector = cls.people["other"]

    def plan(self):
        form = Form(self.env["care.inspection"].with_user(self.inspector))
        form.template_id = self.template
        form.date_planned = date(2026, 3, 10)
        form.department_id = self.sales
        return form.save()

    def carry_out(self, *results, now="2026-03-10 03:00:00"):
        inspection = self.plan()
        with freeze_time(now):
            inspection.action_start()
            for item, result in zip(inspection.item_ids, results, strict=True):
                item.write({"result": result, "note": "as seen"})
            inspection.action_done()
        self.env.invalidate_all()
        return inspection

    def test_it_takes_the_items_of_its_checklist_along(self):
        inspection = self.plan()
        self.assertEqual(
            inspection.item_ids.mapped("name"), ["Register is kept", "Desk is clean"]
        )
        self.template.item_ids.name = "Changed"
        self.assertNotIn("Changed", inspection.item_ids.mapped("name"))
        made = self.env["care.inspection"].create({"template_id": self.template.id})
        self.assertEqual(len(made.item_ids), 2)

    def test_every_item_needs_a_result(self):
        inspection = self.plan()
        inspection.action_start()
        inspection.item_ids[0].action_passed()
        with self.assertRaisesRegex(UserError, "Desk is clean"):
            inspection.action_done()

    def test_what_failed_is_a_finding_and_heavy_ones_an_improvement(self):
        inspection = self.carry_out("failed", "failed")
        self.assertEqual(inspection.state, "done")
        findings = inspection.finding_ids
        self.assertEqual(findings.mapped("severity"), ["major", "minor"])
        self.assertEqual(findings.user_id, self.sales_head)
        improvement = findings[0].improvement_id
        self.assertEqual(improvement.origin, "inspection")
        self.assertEqual(improvement.user_id, self.sales_head)
        self.assertFalse(findings[1].improvement_id)
        opened = findings[1].with_user(self.inspector).action_open_improvement()
        again = findings[1].with_user(self.inspector).action_open_improvement()
        self.assertEqual(opened["res_id"], again["res_id"])

    def test_passed_ones_lead_to_nothing(self):
        inspection = self.carry_out("passed", "na")
        self.assertFalse(inspection.finding_ids)

    def test_done_it_stays_as_it_is_until_a_manager_opens_it(self):
        inspection = self.carry_out("passed", "passed")
        for change in (
            lambda: inspection.write({"conclusion": "x"}),
            lambda: inspection.item_ids[0].action_failed(),
            lambda: inspection.item_ids[0].unlink(),
            lambda: inspection.write({"item_ids": [(0, 0, {"name": "x"})]}),
        ):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(AccessError):
            inspection.action_reopen()
        inspection.with_user(self.boss).action_reopen()
        self.assertEqual(inspection.state, "running")

    def test_its_state_is_forged_by_nobody(self):
        inspection = self.plan()
        for vals in ({"state": "done"}, {"done_by_id": self.boss.id}):
            with self.assertRaises(AccessError):
                inspection.write(vals)
            with self.assertRaises(AccessError):
                self.env["care.inspection"].with_user(self.boss).create(
                    {"name": "x", **vals}
                )

    def test_others_do_not_write_in_it(self):
        inspection = self.plan()
        self.env.invalidate_all()
        for user, writes in [
            (self.seller, False),
            (self.inspector, True),
            (self.boss, True),
        ]:
            with self.subTest(user=user.login):
                mine = inspection.with_user(user)
                self.assertTrue(mine.has_access("read"))
                self.assertEqual(mine.has_access("write"), writes)
                self.assertEqual(mine.item_ids.has_access("write"), writes)

    def test_it_is_the_evidence_of_a_duty(self):
        duty = self.env["care.duty"].create(
            {
                "code": "quarterly",
                "name": "Inspection",
                "rrule": "FREQ=MONTHLY;BYMONTHDAY=1",
                "dtstart": date(2026, 3, 1),
                "amount": 30,
                "unit": "day",
                "user_id": self.inspector.id,
                "company_id": self.company.id,
                "produce_from": date(2026, 3, 1),
                "evidence": "record",
                "evidence_model_name": "care.inspection",
                "evidence_domain": "[('state', '=', 'done')]",
                "evidence_date_field": "date_planned",
                "evidence_period": "since",
            }
        )
        with freeze_time("2026-03-01 01:00:00"):
            duty._produce(at("2026-03-01 01:00:00"))
        inspection = self.carry_out("passed", "passed")
        self.assertEqual(duty.occurrence_ids.state, "met")
        self.assertEqual(duty.occurrence_ids.evidence_id, inspection.id)

    def test_the_report_shows_items_and_findings(self):
        inspection = self.carry_out("failed", "passed")
        report = self.env.ref("customer_care.care_inspection_report")
        html = report._render_qweb_html(report.id, inspection.ids)[0].decode()
        for text in ("Register is kept", "as seen", inspection.number, "Failed"):
            self.assertIn(text, html)

    def test_what_waits_for_whom(self):
        inspection = self.plan()
        with freeze_time("2026-03-10 01:00:00"):
            model = self.env["care.inspection"].with_user(self.inspector)
            self.assertEqual(model.search(model._my_day_domain()), inspection)
            other = model.with_user(self.seller)
            self.assertFalse(other.search(other._my_day_domain()))
