from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_approval import ApprovalCase


@tagged("post_install", "-at_install")
class TestApprovalRule(ApprovalCase):
    def _refuse_rule(self, words, *steps, gate="accept", **vals):
        with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
            self._rule(gate, *steps, **vals)

    def test_broken_rules_are_refused(self):
        for vals, words in [
            ({"gate": "door"}, "gate “door”.*accept, report"),
            ({"model_name": "res.users"}, "know no approval"),
            ({"amount_field": "name"}, "no number of Test host"),
            ({"domain": "[('nothing', '=', 1)]"}, "Condition"),
        ]:
            with self.subTest(vals):
                self._refuse_rule(words, ("finance", {}), **vals)
        self._refuse_rule("steps for amounts but no", ("finance", {"max_amount": 5}))
        for path in ("department_id", "nothing.user_id", "department_id.manager_id.x"):
            step = {"approver": "path", "path": path}
            self._refuse_rule("leads to no person", ("finance", step))
        self._refuse_rule("does not say who", ("finance", {"approver": "path"}))

    def test_a_rule_of_an_absent_model_sleeps(self):
        rule = self._rule("accept", ("finance", {}), model_name="no.such.model")
        self.assertTrue(rule.dormant)

    def test_a_used_rule_is_archived_not_deleted(self):
        rule = self._rule("accept", ("finance", {}))
        approval = self._ask("accept")
        with self.assertRaisesRegex(UserError, "Accept has approvals .* Archive"):
            rule.unlink()
        rule.name = "Renamed"
        self.assertEqual(approval.name, "Accept")
        rule.active = False
        self.assertFalse(self._ask("accept"))
        approval.with_user(self.fang).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_portal_users_never_decide(self):
        portal = new_test_user(self.env, "appr_portal", "base.group_portal")
        rule = self._rule("accept", ("finance", {}))
        rule.step_ids.write({"approver": "user", "user_id": portal.id})
        with self.assertRaisesRegex(UserError, "no access"):
            self._ask("accept")
