import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time

from .duty_case import DutyCase


class TestDutyEvidence(DutyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.env["project.project"].create(
            {"name": "Reports", "privacy_visibility": "followers"}
        )
        cls.project.message_subscribe(cls.clerk.partner_id.ids)
        cls.clerk.group_ids += cls.env.ref("project.group_project_user")

    def make(self, **vals):
        return super().make(
            **{
                "evidence": "record",
                "evidence_model_name": "project.task",
                "evidence_domain": f"[('project_id', '=', {self.project.id})]",
                "evidence_date_field": "date_deadline",
                **vals,
            }
        )

    def task(self, day, **vals):
        return self.env["project.task"].create(
            {
                "name": "Report",
                "project_id": self.project.id,
                "user_ids": [Command.set(self.clerk.ids)],
                "date_deadline": f"{day} 04:00:00",
                **vals,
            }
        )

    def wizard(self, occurrence, user=None):
        action = occurrence.with_user(user or self.clerk).action_done()
        model = self.env[action["res_model"]].with_user(user or self.clerk)
        return model.with_context(**action["context"]).create({})

    @freeze_time("2026-01-05 02:00:00")
    def test_not_met_without_the_record_wanted(self):
        self.make()
        found = self.run_on("2026-01-01 00:00:00")
        wizard = self.wizard(found)
        self.assertFalse(wizard.evidence_id)
        with self.assertRaisesRegex(UserError, "when its evidence is there"):
            wizard.action_confirm()
        with self.assertRaisesRegex(UserError, "when its evidence is there"):
            self.env["care.duty"]._fulfil("statistics", None, self.env.company)
        elsewhere = self.task("2025-12-15", project_id=False)
        with self.assertRaisesRegex(UserError, "is not the evidence"):
            self.env["care.duty"]._fulfil("statistics", elsewhere, self.env.company)
        wizard.evidence_id = self.task("2026-01-02").id
        with self.assertRaisesRegex(UserError, "belongs to another period"):
            wizard.action_confirm()
        self.assertEqual(found.state, "open")

    @freeze_time("2026-01-05 02:00:00")
    def test_the_record_of_the_period_is_proposed_and_kept(self):
        self.make()
        found = self.run_on("2026-01-01 00:00:00")
        task = self.task("2025-12-15")
        wizard = self.wizard(found)
        self.assertEqual(wizard.evidence_id, task.id)
        wizard.action_confirm()
        self.assertEqual(found.state, "met")
        self.assertEqual(
            (found.evidence_model, found.evidence_id), (task._name, task.id)
        )
        self.assertEqual(found.with_user(self.clerk).evidence_document, "Report")
        self.assertFalse(found.with_user(self.other).evidence_document)

    def test_the_record_meets_the_occurrence_of_its_period(self):
        self.make()
        found = self.run_on("2026-03-05 00:00:00")
        with freeze_time("2026-03-05 00:00:00"):
            task = self.task("2026-02-10")
            met = self.env["care.duty"]._fulfil("statistics", task, self.env.company)
            self.assertEqual(met, found[2])
            self.assertEqual(found.mapped("state"), ["open", "open", "met"])
            none = self.task("2024-02-10")
            self.assertFalse(
                self.env["care.duty"]._fulfil("statistics", none, self.env.company)
            )

    def test_a_record_made_since_the_start(self):
        self.make(evidence_period="since")
        found = self.run_on("2026-02-05 00:00:00")
        with freeze_time("2026-02-05 00:00:00"):
            task = self.task("2026-01-31")
            met = self.env["care.duty"]._fulfil("statistics", task, self.env.company)
        self.assertEqual(met, found[0])

    @freeze_time("2026-01-05 02:00:00")
    def test_a_file_as_evidence(self):
        self.make(evidence="file")
        found = self.run_on("2026-01-01 00:00:00")
        wizard = self.wizard(found)
        with self.assertRaisesRegex(UserError, "attach the file"):
            wizard.action_confirm()
        wizard.write({"file": base64.b64encode(b"signed"), "file_name": "signed.pdf"})
        wizard.action_confirm()
        self.assertEqual(found.state, "met")
        self.assertEqual(found.evidence_attachment_id.raw, b"signed")
        shown = found.with_user(self.other).evidence_document
        self.assertEqual(shown, "signed.pdf")

    def test_nobody_finishes_for_others_through_the_wizard(self):
        self.make()
        found = self.run_on("2026-01-01 00:00:00")
        wizard = self.env["care.duty.done"].with_user(self.other)
        with self.assertRaisesRegex(AccessError, "not yours to finish"):
            wizard.create({"obligation_id": found.id}).action_confirm()


class TestDutyAction(DutyCase):
    def action(self, code):
        return self.env["ir.actions.server"].create(
            {
                "name": "Produce",
                "model_id": self.env.ref("base.model_res_partner").id,
                "state": "code",
                "code": code,
            }
        )

    def test_the_action_runs_for_each_occurrence_with_its_period(self):
        code = (
            "context = env.context\n"
            "env['res.partner'].create({'name': '%s|%s|%s' % ("
            "context['care_duty_occurrence'], context['care_period_start'], "
            "context['care_period_end'])})"
        )
        self.make().with_env(self.env).action_id = self.action(code)
        found = self.run_on("2026-02-01 00:00:00")
        names = [
            f"{found[0].id}|2025-12-01|2025-12-31",
            f"{found[1].id}|2026-01-01|2026-01-31",
        ]
        self.assertEqual(
            self.env["res.partner"].search_count([("name", "in", names)]), 2
        )

    def test_a_failing_action_leaves_the_occurrence_and_can_be_run_again(self):
        action = self.action("raise UserError('No figures yet')")
        self.make().with_env(self.env).action_id = action
        self.make(code="healthy")
        with self.assertLogs("odoo.addons.customer_care.models", "ERROR"):
            found = self.run_on("2026-01-01 00:00:00")
        self.assertEqual(len(found), 2)
        failed = found.filtered("action_error")
        self.assertIn("No figures yet", failed.action_error)
        with self.assertRaisesRegex(
            AccessError, "run again by a customer care manager"
        ):
            failed.with_user(self.clerk).action_run_again()
        action.code = "env['res.partner'].create({'name': 'Figures'})"
        failed.with_user(self.manager).action_run_again()
        self.assertFalse(failed.action_error)

    def test_a_manager_chooses_no_action_that_may_do_more_than_he(self):
        foreign = self.action("pass")
        with self.assertRaisesRegex(ValidationError, "may do more than you may"):
            self.make(code="foreign", action_id=foreign.id)
        shipped = self.action("pass")
        self.env["ir.model.data"].create(
            {
                "module": "customer_care",
                "name": "test_duty_action",
                "model": shipped._name,
                "res_id": shipped.id,
            }
        )
        duty = self.make(code="shipped", action_id=shipped.id)
        self.assertEqual(duty.action_id, shipped)
        shipped.group_ids = self.env.ref("base.group_system")
        with self.assertRaisesRegex(ValidationError, "may do more than you may"):
            self.make(code="second", action_id=shipped.id)
