from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Datetime
from odoo.tests import freeze_time, tagged

from .common import REPORT, USER
from .p17_common import MONDAY, P17Common


@tagged("post_install", "-at_install")
class TestPackP17Conflict(P17Common):
    """P17.01: the person complained about takes no part, whichever door is tried."""

    def test_p17_01_he_sees_nothing_of_it(self):
        case = self.claim()
        case.accused_ids = self.colleague
        self.env.invalidate_all()
        mine = case.with_user(self.colleague)
        self.assertFalse(mine.search([("id", "=", case.id)]))
        for operation in ("read", "write"):
            with self.subTest(operation=operation):
                self.assertFalse(mine.has_access(operation))

    def test_p17_01_he_cannot_be_handler_by_any_door(self):
        case = self.claim(accused_ids=[Command.set(self.colleague.ids)])
        with self.assertRaises(ValidationError):
            case.user_id = self.colleague
        with self.assertRaises(ValidationError):
            case.sudo().write({"user_id": self.colleague.id})
        with self.assertRaises(ValidationError):
            self.claim(
                accused_ids=[Command.set(self.colleague.ids)],
                user_id=self.colleague.id,
            )
        result = (
            self.env["complaint.case"]
            .with_user(self.clerk)
            .load(
                ["name", "accused_ids/.id", "user_id/.id"],
                [["Imported", str(self.colleague.id), str(self.colleague.id)]],
            )
        )
        self.assertFalse(result["ids"])

    def test_p17_01_he_cannot_have_taken_it(self):
        with self.assertRaisesRegex(ValidationError, "Let a colleague take it"):
            self.claim(accused_ids=[Command.set(self.clerk.ids)], user_id=False)
        case = self.claim(received_by_id=self.colleague.id)
        with self.assertRaisesRegex(UserError, "somebody else take over"):
            case.accused_ids = self.colleague
        case.write(
            {
                "accused_ids": [Command.set(self.colleague.ids)],
                "received_by_id": self.clerk.id,
            }
        )
        self.assertTrue(self.met(case, "P17.01"))

    def test_p17_01_nothing_goes_on_while_he_takes_part(self):
        case = self.claim()
        # as the mail gateway or a job may write it
        case.sudo().write(
            {
                "accused_ids": [Command.set(self.colleague.ids)],
                "received_by_id": self.colleague.id,
            }
        )
        self.assertTrue(case.accused_takes_part)
        with self.assertRaisesRegex(UserError, "somebody else take over"):
            case.action_accept()
        with self.assertRaisesRegex(UserError, "somebody else take over"):
            case._move_to("accepted")

    def test_p17_01_he_approves_nothing(self):
        case = self.claim(compensation=800)
        boss = self.holder["customer_service_manager"]
        case.accused_ids = boss
        case.action_accept()
        case.action_investigate()
        case.write({**REPORT, "solution": "Money"})
        case.action_submit_report()
        with self.assertRaises(UserError):  # nobody else holds the role
            case.action_submit_solution()
        deputy = self._new_user("p17_deputy", USER)
        self.env["care.role.assignment"].create(
            {
                "role_id": self._role("customer_service_manager").id,
                "user_id": deputy.id,
                "company_id": self.company.id,
            }
        )
        case.action_submit_solution()
        approval = case.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        self.assertEqual(approval.line_ids.user_ids, deputy)
        with self.assertRaises(AccessError):
            approval.with_user(boss).action_approve()

    def test_p17_01_accused_while_an_approval_waits_for_him(self):
        case = self.claim(compensation=800)
        case.action_accept()
        case.action_investigate()
        case.write({**REPORT, "solution": "Money"})
        case.action_submit_report()
        case.action_submit_solution()
        approval = case.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        boss = self.holder["customer_service_manager"]
        self.assertEqual(approval.line_ids.user_ids, boss)
        case.sudo().accused_ids = boss
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            approval.with_user(boss).action_approve()
        self.assertEqual(approval.state, "pending")

    def test_p17_01_he_is_neither_told_nor_called_to_the_group(self):
        boss = self.holder["general_manager"]
        with freeze_time(MONDAY):
            case = self.claim(
                severity_id=self.major.id, accused_ids=[Command.set(boss.ids)]
            )
            crisis = self.env["complaint.crisis"].browse(
                case.action_call_crisis()["res_id"]
            )
        self.assertNotIn(boss, case.notice_ids.user_id)
        self.assertNotIn(boss, crisis.member_ids.user_id)
        self.assertNotIn(boss.partner_id, crisis.sudo().event_id.partner_ids)

    def test_p17_01_he_does_not_call_back(self):
        caller = self.holder["call_centre"]
        programme = self.env["care.callback.programme"].search(
            [("code", "=", "p17_callback")]
        )
        programme.start_date = "2026-03-01"
        with freeze_time(MONDAY):
            case = self.answered(accused_ids=[Command.set(caller.ids)])
            deputy = self._new_user("p17_deputy", USER)
            self.env["care.role.assignment"].create(
                {
                    "role_id": self._role("call_centre").id,
                    "user_id": deputy.id,
                    "company_id": self.company.id,
                }
            )
            self.send(case, "action_report_result", note="Settled")
            self.env.flush_all()
        with freeze_time("2026-03-03 20:00:00"):
            programme._run(Datetime.now())
        callback = self.env["care.callback"].search(
            [("programme_id", "=", programme.id)]
        )
        self.assertEqual(callback.user_id, deputy)
        self.assertIn(caller, callback.excluded_ids)
        self.env.invalidate_all()
        self.assertFalse(
            callback.with_user(caller).search([("id", "in", callback.ids)])
        )
