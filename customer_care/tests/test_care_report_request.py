from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"


class TestCareReportRequest(TransactionCase):
    """Sales asks for figures; the chief decides on them and on each report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk, cls.maker, cls.chief = (
            new_test_user(cls.env, f"report_{name}", groups=USER)
            for name in ("clerk", "maker", "chief")
        )
        cls.department = cls.env["hr.department"].create({"name": "Sales"})
        for gate in ("statistics", "release"):
            cls.env["care.approval.rule"].create(
                {
                    "code": f"report_{gate}",
                    "name": gate,
                    "model_name": "care.report.request",
                    "gate": gate,
                    "step_ids": [
                        Command.create(
                            {
                                "name": "Chief",
                                "approver": "user",
                                "user_id": cls.chief.id,
                            }
                        )
                    ],
                }
            )
        cls.requests = cls.env["care.report.request"].with_user(cls.clerk)

    def ask(self, **vals):
        values = {
            "name": "Orders by region",
            "department_id": self.department.id,
            "handler_id": self.maker.id,
            "figures": "Number of orders",
            "purpose": "Planning",
            "recipients": "Head of sales",
            "cadence": "month",
        }
        return self.requests.create(values | vals)

    def decide(self, request, button="action_approve"):
        waiting = request.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        getattr(waiting.with_user(self.chief), button)()
        self.env.invalidate_all()

    def approved(self, **vals):
        request = self.ask(**vals)
        request.action_ask()
        self.decide(request)
        return request.with_user(self.maker)

    def hand_in(self, request, content=b"figures"):
        files = self.env["ir.attachment"].with_user(self.maker)
        file = files.create({"name": "report.xlsx", "raw": content})
        request.write(
            {
                "report_file_ids": [Command.set(file.ids)],
                "period_from": request.period_from or "2026-01-01",
                "period_to": request.period_to or "2026-01-31",
            }
        )
        request.action_hand_in()
        return file

    def test_figures_then_report_are_decided_on(self):
        request = self.ask()
        with self.assertRaisesRegex(UserError, "cannot become"):
            request.action_hand_in()
        request.action_ask()
        self.assertEqual(request.state, "asked")
        self.decide(request)
        self.assertEqual(request.state, "approved")
        request = request.with_user(self.maker)
        with self.assertRaisesRegex(UserError, "Fill in: Report files, From"):
            request.action_hand_in()
        self.hand_in(request)
        self.assertEqual((request.state, request.released_at), ("examined", False))
        self.decide(request)
        self.assertEqual(request.state, "released")
        self.assertTrue(request.released_at)

    def test_nothing_is_asked_for_without_saying_what_and_why(self):
        with self.assertRaisesRegex(UserError, "Fill in: Figures, Purpose"):
            self.ask(figures=False, purpose=False).action_ask()

    def test_what_was_approved_and_examined_stays(self):
        request = self.approved()
        with self.assertRaisesRegex(UserError, "was handed in"):
            request.figures = "All names and addresses"
        file = self.hand_in(request)
        with self.assertRaisesRegex(UserError, "was handed in"):
            request.report_file_ids = False
        file.with_user(self.maker).raw = b"other figures"
        with self.assertRaisesRegex(UserError, "no longer what was handed in"):
            self.decide(request)
        self.assertEqual(request.state, "examined")

    def test_state_and_applicant_are_not_edited(self):
        for vals in ({"state": "released"}, {"released_at": "2026-01-01 00:00:00"}):
            with self.assertRaises(AccessError):
                self.ask(**vals)
        request = self.ask(user_id=self.chief.id)
        self.assertEqual(request.user_id, self.clerk)
        for vals in ({"state": "approved"}, {"user_id": self.chief.id}):
            with self.assertRaises(AccessError):
                request.write(vals)
        other = new_test_user(self.env, "report_other", groups=USER)
        with self.assertRaises(AccessError):
            request.with_user(other).action_ask()

    def test_not_approved_is_reworked_and_an_examined_report_given_back(self):
        request = self.ask()
        request.action_ask()
        waiting = request.sudo().approval_ids.with_user(self.chief)
        waiting._decide("reject", "Too much")
        self.env.invalidate_all()
        self.assertEqual(request.state, "rejected")
        request.action_withdraw()
        self.assertEqual(request.state, "draft")
        report = self.approved()
        self.hand_in(report)
        report.action_withdraw()
        self.assertEqual(report.state, "approved")

    def test_regular_figures_are_asked_for_once_and_each_report_is_examined(self):
        request = self.approved()
        file = self.hand_in(request)
        self.decide(request)
        request.action_next()
        self.assertEqual(request.state, "approved")
        self.assertFalse(request.report_file_ids)
        self.assertEqual(
            f"{request.period_from} {request.period_to}", "2026-02-01 2026-02-28"
        )
        self.assertIn(file, request.message_ids.attachment_ids)
        self.hand_in(request, b"february")
        self.assertEqual(request.state, "examined")
        self.decide(request)
        self.assertEqual(request.state, "released")

    def test_once_is_once(self):
        request = self.approved(cadence="once")
        self.hand_in(request)
        self.decide(request)
        with self.assertRaisesRegex(UserError, "asked for once"):
            request.action_next()

    def test_a_correction_is_a_request_of_its_own_beside_the_report(self):
        request = self.approved()
        with self.assertRaisesRegex(UserError, "Only a released report"):
            request.action_correct()
        self.hand_in(request)
        self.decide(request)
        action = request.action_correct()
        correction = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((correction.corrects_id, correction.state), (request, "draft"))
        self.assertEqual(request.correction_count, 1)
        self.assertEqual(correction.user_id, self.maker)
        self.assertEqual(request.state, "released")

    def test_who_asks_and_who_made_it_decide_nothing(self):
        rules = self.env["care.approval.rule"].search(
            [("model_name", "=", "care.report.request")]
        )
        group = self.env["res.groups"].create(
            {"name": "All", "user_ids": (self.clerk | self.maker | self.chief).ids}
        )
        rules.step_ids.write({"approver": "group", "group_id": group.id})
        request = self.ask()
        request.action_ask()
        waiting = request.sudo().approval_ids
        self.assertNotIn(self.clerk, waiting.current_user_ids)
        self.decide(request)
        request = request.with_user(self.maker)
        self.hand_in(request)
        waiting = request.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        self.assertEqual(waiting.current_user_ids, self.chief)
