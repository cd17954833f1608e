from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .cooperation_common import CooperationCase

GIF = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="


@tagged("post_install", "-at_install")
@freeze_time("2026-04-01 02:00:00")
class TestCareContract(CooperationCase):
    """A contract with a customer and the project made of it."""

    def test_a_contract_is_signed_with_both_sides_duties_and_the_file(self):
        contract = self.contract(customer_duties=False, attachment_ids=False)
        with self.assertRaisesRegex(UserError, "customer's rights.*Signed file"):
            contract.action_sign()
        contract.customer_duties = "Pay"
        contract.attachment_ids = self.paper(self.sam)
        contract.signed_on = "2026-04-02"
        with self.assertRaisesRegex(UserError, "day ahead"):
            contract.action_sign()
        contract.signed_on = "2026-04-01"
        contract.action_sign()
        self.assertEqual(contract.state, "signed")
        with self.assertRaisesRegex(UserError, "stays as it was"):
            contract.amount = 1
        with self.assertRaises(AccessError):
            contract.action_reopen()
        with self.assertRaises(UserError):
            contract.with_user(self.mia).unlink()

    def test_the_lead_learns_of_the_signature(self):
        lead = self.tender()
        contract = self.contract(lead)
        contract.action_sign()
        self.assertEqual(str(lead.care_contract_signed_on), "2026-03-25")
        contract.with_user(self.mia).action_reopen()
        self.assertFalse(lead.care_contract_signed_on)

    def test_a_contract_leads_to_no_lead_its_author_may_not_read(self):
        foreign = self.tender(user=self.mia)
        with self.assertRaises(AccessError):
            self.contract(foreign)

    def test_the_project_is_made_once_by_who_may_not_make_projects(self):
        contract = self.contract()
        with self.assertRaisesRegex(UserError, "not signed"):
            contract.action_make_project()
        contract.action_sign()
        action = contract.action_make_project()
        self.assertEqual(contract.action_make_project()["res_id"], action["res_id"])
        project = self.env["project.project"].browse(action["res_id"])
        self.assertEqual(project.user_id, self.lea)
        self.assertEqual(project.partner_id, self.city)
        self.assertEqual(len(project.care_paper_ids), 3)
        kickoff = project.care_meeting_ids
        self.assertEqual(
            (kickoff.kind, str(kickoff.date_due)), ("kickoff", "2026-04-08")
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-04-01 02:00:00")
class TestCareCooperation(CooperationCase):
    """Meetings, cost, papers and acceptance of a project."""

    def hold(self, meeting, day="2026-04-01"):
        meeting.write(
            {
                "date_held": day,
                "participant_ids": [Command.set(self.lea.partner_id.ids)],
                "minutes": "<p>Begin at the gate</p>",
            }
        )
        meeting.action_hold()

    def test_one_meeting_is_planned_at_a_time(self):
        project = self.project()
        kickoff = project.care_meeting_ids
        with self.assertRaisesRegex(UserError, "not complete"):
            kickoff.action_hold()
        self.hold(kickoff)
        self.assertEqual(str(project.care_kickoff_on), "2026-04-01")
        planned = project.care_meeting_ids.filtered(lambda r: r.state == "planned")
        self.assertEqual(planned.kind, "progress")
        self.assertEqual(str(planned.date_due), "2026-04-15")
        planned.action_cancel()
        again = project.care_meeting_ids.filtered(lambda r: r.state == "planned")
        self.assertEqual(len(again), 1)
        with self.assertRaisesRegex(UserError, "stays as it was"):
            kickoff.minutes = "Other"
        with self.assertRaises(UserError):
            kickoff.with_user(self.mia).unlink()

    def test_a_meeting_ahead_is_not_held(self):
        kickoff = self.project().care_meeting_ids
        with self.assertRaisesRegex(UserError, "lies ahead"):
            self.hold(kickoff, "2026-04-02")

    def test_decisions_become_tasks(self):
        kickoff = self.project().care_meeting_ids
        row = self.env["care.project.decision"].with_user(self.lea)
        row = row.create({"meeting_id": kickoff.id, "name": "Order the trees"})
        with self.assertRaisesRegex(UserError, "names nobody"):
            row.action_make_task()
        row.write({"user_id": self.tom.id, "date_due": "2026-04-10"})
        row.action_make_task()
        row.action_make_task()
        task = row.task_id
        self.assertEqual((task.name, task.user_ids), ("Order the trees", self.tom))
        self.assertEqual(task.project_id, kickoff.project_id)

    def test_the_team_is_invited_in_the_calendar(self):
        project = self.project()
        self.env["care.project.member"].with_user(self.lea).create(
            {"project_id": project.id, "user_id": self.tom.id, "duties": "Trees"}
        )
        kickoff = project.care_meeting_ids
        action = kickoff.action_invite()
        self.assertEqual(kickoff.action_invite()["res_id"], action["res_id"])
        event = kickoff.event_id
        self.assertEqual(event.partner_ids, self.lea.partner_id | self.tom.partner_id)
        self.assertEqual(str(event.start), "2026-04-08 09:00:00")

    def cost(self, project, user=None, **vals):
        kind = self.env.ref("customer_care.care_project_cost_kind_material")
        rows = self.env["care.project.cost"].with_user(user or self.lea)
        return rows.create({"project_id": project.id, "kind_id": kind.id, **vals})

    def test_cost_warns_before_it_is_over_the_budget(self):
        project = self.project()
        line = self.cost(project, planned=1000)
        for actual, state in [(0, "ok"), (899, "ok"), (900, "warn"), (1001, "over")]:
            with self.subTest(actual=actual):
                line.actual = actual
                self.assertEqual(project.care_cost_state, state)
        self.assertEqual(project.care_cost_actual, 1001)
        project.sudo().care_budget = 5000
        self.assertEqual(project.care_cost_state, "ok")
        project.sudo().care_budget = 0
        line.unlink()
        self.assertEqual(project.care_cost_state, "none")

    def test_cost_is_taken_from_the_analytic_account(self):
        project = self.project()
        project.sudo().care_term_id.cost_source = "analytic"
        plan = self.env["account.analytic.plan"].search([], limit=1)
        account = self.env["account.analytic.account"].create(
            {"name": "River", "plan_id": plan.id}
        )
        project.sudo().account_id = account
        self.cost(project, planned=1000)
        self.env["account.analytic.line"].create(
            [
                {"name": "Trees", plan._column_name(): account.id, "amount": -950},
                {"name": "Paid", plan._column_name(): account.id, "amount": 400},
            ]
        )
        project.invalidate_recordset()
        self.assertEqual(project.care_cost_actual, 950)
        self.env["project.project"]._cron_care_cost()
        self.assertEqual(project.care_cost_state, "warn")

    def test_the_team_alone_writes(self):
        project = self.project()
        with self.assertRaises(AccessError):
            self.cost(project, self.out, planned=1)
        line = self.cost(project, planned=1)
        self.assertEqual(line.with_user(self.out).planned, 1)
        with self.assertRaises(AccessError):
            line.with_user(self.out).planned = 2
        self.env["care.project.member"].with_user(self.lea).create(
            {"project_id": project.id, "user_id": self.tom.id}
        )
        line.with_user(self.tom).planned = 2
        hidden = project.sudo()
        hidden.privacy_visibility = "followers"
        line.invalidate_recordset()
        with self.assertRaises(AccessError):
            line.with_user(self.out).read(["planned"])

    # ---- acceptance

    def acceptance(self, project, **vals):
        rows = self.env["care.project.acceptance"].with_user(self.lea)
        return rows.create(
            {"project_id": project.id, "inspect_by": "2026-04-20", **vals}
        )

    def papers(self, project):
        for row in project.care_paper_ids:
            row.attachment_ids = self.paper(self.lea)
        project.care_paper_ids.action_done()

    def inspected(self, project):
        self.papers(project)
        row = self.acceptance(project)
        row.action_apply()
        row.write({"inspected_on": "2026-04-01", "inspector_names": "Ms Wang"})
        row.action_inspect()
        return row

    def defect(self, acceptance, **vals):
        rows = self.env["care.project.defect"].with_user(self.lea)
        return rows.create(
            {
                "acceptance_id": acceptance.id,
                "name": "Dead tree",
                "user_id": self.tom.id,
                "date_due": "2026-04-08",
                **vals,
            }
        )

    def test_acceptance_is_applied_for_with_all_papers(self):
        project = self.project()
        row = self.acceptance(project)
        with self.assertRaisesRegex(UserError, "lacks papers: Completion report"):
            row.action_apply()
        part = self.acceptance(project, kind="part", part="Gate")
        part.action_apply()
        self.papers(project)
        row.action_apply()
        self.assertEqual((row.state, str(row.applied_on)), ("applied", "2026-04-01"))
        with self.assertRaisesRegex(UserError, "cannot become"):
            row.action_sign()

    def test_the_customer_signs_when_defects_are_put_right(self):
        project = self.project()
        row = self.inspected(project)
        defect = self.defect(row)
        row.write({"signed_name": "Ms Wang", "signature": GIF})
        with self.assertRaisesRegex(UserError, "Dead tree"):
            row.action_sign()
        with self.assertRaisesRegex(UserError, "say what was done"):
            defect.action_fixed()
        defect.measure = "Replaced"
        defect.action_fixed()
        with self.assertRaisesRegex(UserError, "who confirmed"):
            defect.action_confirm()
        defect.confirmed_name = "Ms Wang"
        defect.action_confirm()
        row.action_sign()
        with self.assertRaisesRegex(UserError, "is signed"):
            row.signed_name = "Me"
        row.action_close()
        self.assertEqual(str(project.care_accepted_on), "2026-04-01")
        self.assertEqual(project.care_meeting_ids.mapped("state"), ["cancelled"])
        with self.assertRaisesRegex(UserError, "is over"):
            self.defect(row)
        with self.assertRaisesRegex(UserError, "is accepted"):
            project.care_paper_ids[0].action_undo()

    def test_the_terms_may_let_the_customer_sign_with_defects_open(self):
        project = self.project()
        project.sudo().care_term_id.sign_with_defects = True
        row = self.inspected(project)
        self.defect(row)
        row.write({"signed_name": "Ms Wang"})
        with self.assertRaisesRegex(UserError, "is not signed"):
            row.action_sign()
        row.scan_ids = self.paper(self.lea, "scan.pdf")
        row.action_sign()
        with self.assertRaisesRegex(UserError, "stays on record"):
            project.sudo().unlink()
        with self.assertRaisesRegex(UserError, "Dead tree"):
            row.action_close()
        with self.assertRaises(AccessError):
            row.action_back()

    def test_an_outsider_takes_no_step(self):
        row = self.inspected(self.project())
        row.write({"signed_name": "Ms Wang", "signature": GIF})
        with self.assertRaises(AccessError):
            row.with_user(self.out).action_sign()
        with self.assertRaises(AccessError):
            row.state = "signed"

    def test_the_report_names_the_defects(self):
        row = self.inspected(self.project())
        self.defect(row)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "customer_care.care_project_acceptance_document", row.ids
        )
        text = html.decode()
        for word in ("River park", "Dead tree", "Ms Wang", "C-1"):
            self.assertIn(word, text)

    def test_the_timeline_shows_the_course(self):
        tender = self.tender(care_tender_closing_at="2026-04-20 09:00:00")
        self.complete(tender)
        tender.action_care_tender_submit()
        row = self.inspected(self.project())
        self.hold(row.project_id.care_meeting_ids)
        row.write({"signed_name": "Ms Wang", "signature": GIF})
        row.action_sign()
        self.env.flush_all()
        lines = self.env["care.timeline"].search([("partner_id", "=", self.city.id)])
        self.assertGreaterEqual(
            set(lines.mapped("kind")),
            {"tender", "contract", "project", "progress", "acceptance"},
        )
