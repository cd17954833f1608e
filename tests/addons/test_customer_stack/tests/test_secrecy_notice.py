from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.customer_care.tests.secrecy_common import insert

from .common_approval import ApprovalCase
from .obligation_common import ObligationCase

MONDAY = "2026-03-02 02:00:00"
LATE = "2026-03-20 02:00:00"
CLASSIFIED = "Classified work reaches nobody"


class SecrecyPeople:
    """What both test classes below do with people and customers."""

    def classify(self, partner, level=2):
        partner.secrecy_own = level
        self.env.flush_all()

    def clear(self, user, level=2):
        """Give the user a running clearance in the company."""
        insert(
            self.env,
            "care_clearance",
            user_id=user.id,
            company_id=self.company.id,
            level=level,
            state="active",
            vetted=True,
            effective_from="2026-01-01",
            effective_to=None,
            valid_from="2026-01-01",
        )
        self.env["care.sight"]._forget()

    def give_role(self, code, *users):
        role = self.env["care.role"].search([("code", "=", code)], limit=1)
        role = role or self.env["care.role"].create({"code": code, "name": code})
        for user in users:
            self.env["care.role.assignment"].create(
                {
                    "role_id": role.id,
                    "user_id": user.id,
                    "company_id": self.company.id,
                    "date_from": "2026-01-01",
                }
            )
        return role

    def messages_to(self, user):
        """Return subjects and bodies of what was sent to the user, as one text."""
        found = self.env["mail.message"].search(
            [("partner_ids", "in", user.partner_id.ids)]
        )
        return " ".join(f"{one.subject} {one.body}" for one in found)


@tagged("post_install", "-at_install")
class TestSecrecyDeadline(SecrecyPeople, ObligationCase):
    """Deadlines of a secret customer are told to nobody who may not see him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Quiet Harbour"})

    def start(self, **vals):
        with freeze_time(MONDAY):
            return self.make_hosts(partner_id=self.partner.id, **vals).obligation_ids

    def fire(self):
        with freeze_time(LATE):
            self.sweep()

    def test_the_deadline_has_the_level_of_its_customer(self):
        self.make_rule(responsible_path="user_id")
        self.classify(self.partner)
        obligation = self.start()
        self.assertEqual(obligation.secrecy_level, 2)
        self.assertEqual(set(obligation.event_ids.mapped("secrecy_level")), {2})
        with freeze_time(MONDAY):
            items = self.env["care.day.item"].with_user(self.clerk)
            self.assertFalse(items.search([("res_id", "=", obligation.id)]))
            self.clear(self.clerk)
            self.assertTrue(items.search([("res_id", "=", obligation.id)]))

    def test_the_responsible_is_told_only_when_he_may_see_it(self):
        self.make_rule(
            responsible_path="user_id",
            escalation_ids=[Command.create({"amount": 1, "notify": "responsible"})],
        )
        self.classify(self.partner)
        obligation = self.start()
        self.fire()
        activities = self.env["mail.activity"].search([])
        self.assertFalse(activities.filtered(lambda a: a.user_id == self.clerk))
        fired = obligation.event_ids.filtered(lambda e: e.kind == "escalate")
        self.assertEqual(fired.reason, "nobody")
        self.clear(self.clerk)
        obligation = self.start()
        self.fire()
        activities = self.env["mail.activity"].search([])
        self.assertTrue(activities.filtered(lambda a: a.user_id == self.clerk))

    def test_of_a_role_the_next_who_may_see_it_is_told(self):
        role = self.give_role("test_shop", self.worker)
        self.env["care.role.assignment"].create(
            {
                "role_id": role.id,
                "user_id": self.clerk.id,
                "partner_id": self.partner.id,
                "date_from": "2026-01-01",
                "company_id": self.company.id,
            }
        )
        self.make_rule(
            responsible_path="user_id",
            escalation_ids=[
                Command.create({"amount": 1, "notify": "role", "role_id": role.id})
            ],
        )
        self.classify(self.partner)
        self.clear(self.worker)
        self.start(user_id=False)
        self.fire()
        people = self.env["mail.activity"].search([("automated", "=", True)]).user_id
        self.assertIn(self.worker, people)
        self.assertNotIn(self.clerk, people)

    def test_what_nobody_may_hear_is_a_number_to_the_information_supervisor(self):
        self.give_role("information_supervisor", self.worker)
        self.make_rule(
            name="Answer Quiet Harbour",
            responsible_path="user_id",
            escalation_ids=[Command.create({"amount": 1, "notify": "responsible"})],
        )
        self.classify(self.partner)
        self.start()
        self.fire()
        self.assertNotIn("Quiet Harbour", self.messages_to(self.chief))
        told = self.messages_to(self.worker)
        self.assertIn(CLASSIFIED, told)
        self.assertNotIn("Quiet", told)

    def test_a_manager_who_may_see_it_is_told_by_name(self):
        self.make_rule(
            escalation_ids=[Command.create({"amount": 1, "notify": "responsible"})],
            responsible_path="user_id",
        )
        self.classify(self.partner)
        self.clear(self.chief)
        self.start()
        self.fire()
        self.assertIn("escalations reached nobody", self.messages_to(self.chief))
        self.assertNotIn(CLASSIFIED, self.messages_to(self.chief))

    def test_the_role_of_a_deadline_falls_to_who_may_see_the_record(self):
        role = self.give_role("test_shop", self.worker, self.clerk)
        self.make_rule(role_id=role.id, responsible_path=False)
        self.classify(self.partner)
        self.clear(self.clerk)
        self.assertEqual(self.start(user_id=False).user_id, self.clerk)

    def test_work_is_not_handed_to_who_may_not_see_it(self):
        self.make_rule(responsible_path="user_id")
        self.classify(self.partner)
        self.clear(self.clerk)
        self.clear(self.chief)
        obligation = self.start()
        with self.assertRaisesRegex(UserError, "cannot take over"):
            obligation.with_user(self.chief)._reassign({obligation.id: self.worker.id})
        self.assertEqual(obligation.user_id, self.clerk)

    def test_a_stand_in_gets_only_what_he_may_see(self):
        self.make_rule(responsible_path="user_id")
        self.classify(self.partner)
        self.env["care.delegation"].create(
            {
                "user_id": self.clerk.id,
                "delegate_id": self.chief.id,
                "scope": "obligations",
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self.start().user_id, self.clerk)
        self.partner = self.env["res.partner"].create({"name": "Open Harbour"})
        self.assertEqual(self.start().user_id, self.chief)

    def test_figures_hold_nothing_that_the_reader_may_not_see(self):
        policy = self.env["care.policy"].create(
            {"code": "PSEC", "name": "Secrets", "company_id": self.company.id}
        )
        clause = self.env["care.policy.clause"].create(
            {"policy_id": policy.id, "code": "PSEC.01", "name": "Answer", "text": "-"}
        )
        self.make_rule(clause_id=clause.id)
        self.start()
        self.classify(self.partner)
        self.partner = self.env["res.partner"].create({"name": "Open Harbour"})
        self.start()
        self.env.flush_all()
        wanted = [("clause_id", "=", clause.id)]
        figures = self.env["care.clause.compliance"]
        for user, due in ((self.clerk, 1), (self.chief, 1)):
            rows = figures.with_user(user).search(wanted)
            self.assertEqual(sum(rows.mapped("due")), due)
            self.assertEqual(clause.with_user(user).due_count, due)
        self.clear(self.chief)
        rows = figures.with_user(self.chief).search(wanted)
        self.assertEqual(sorted(rows.mapped("due")), [1, 1])
        self.assertEqual(len(set(rows.ids)), 2)
        for row in rows:
            action = row.action_open_records()
            found = self.ledger.search(action["domain"])
            self.assertEqual(len(found), 1)


@tagged("post_install", "-at_install")
class TestSecrecyApproval(SecrecyPeople, ApprovalCase):
    """Who may not see the record is passed over like somebody who is absent."""

    def test_the_next_holder_who_may_see_the_record_decides(self):
        self._rule("report", ("department_head", {}))
        self._assign("department_head", self.lin, department_id=self.department.id)
        self.classify(self.partner)
        for user in (self.sun, self.he):
            self.clear(user)
        approval = self._ask()
        self.assertEqual(approval.secrecy_level, 2)
        self.assertEqual(approval.sudo().current_user_ids, self.he)

    def test_without_anybody_cleared_the_requester_is_told_the_way_out(self):
        self._rule("report", ("department_head", {}))
        self.classify(self.partner)
        self.clear(self.sun)
        host = self._host()
        with self.assertRaisesRegex(UserError, "may not see it"):
            host.action_ask("report")

    def test_a_decider_who_may_see_it_no_longer_is_replaced(self):
        self._rule("report", ("department_head", {}))
        self._assign("department_head", self.lin)
        for user in (self.sun, self.lin):
            self.clear(user)
        approval = self._ask()
        self.assertIn(self.he, approval.sudo().current_user_ids)
        self.classify(self.partner)
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **kw: True)
        self.env["care.approval"]._cron_follow_stand_ins()
        self.env.invalidate_all()
        self.assertEqual(approval.sudo().current_user_ids, self.lin)
        self.assertEqual(approval.sudo().activity_ids.user_id, self.lin)

    def test_a_requester_who_may_see_it_no_longer_hears_nothing(self):
        self._rule("report", ("department_head", {}))
        approval = self._ask()
        self.classify(self.partner)
        self.clear(self.he)
        approval.with_user(self.he)._decide("approve")
        self.assertEqual(approval.sudo().state, "approved")
        self.assertNotIn("Report", self.messages_to(self.sun))
