from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .policy_common import PACK, USER, PolicyCase


@tagged("post_install", "-at_install")
class TestPolicyAcknowledgement(PolicyCase):
    """Each user confirms each version; nobody does it for somebody else."""

    def waiting(self, user):
        self.env.invalidate_all()
        return (
            self.env["care.policy"]
            .with_user(user)
            .search([("to_acknowledge", "=", True)])
            .mapped("version")
        )

    def test_a_policy_in_force_waits_for_every_user(self):
        self.assertEqual(self.waiting(self.user), [])
        policy, __ = self.load()
        self.assertEqual(self.waiting(self.user), [1])
        policy.with_user(self.user).action_acknowledge()
        self.assertEqual(self.waiting(self.user), [])
        self.assertEqual(self.waiting(self.manager), [1])

    def test_a_new_version_has_to_be_confirmed_again(self):
        policy, __ = self.load()
        policy.with_user(self.user).action_acknowledge()
        self.load(PACK.replace("version: 1", "version: 2"))
        self.assertEqual(self.waiting(self.user), [2])
        row = self.env["care.policy.acknowledgement"].search(
            [("user_id", "=", self.user.id)]
        )
        self.assertEqual((row.policy_id, row.version), (policy, 1))

    def test_a_draft_waits_for_nobody(self):
        policy, __ = self.load()
        draft = policy.browse(policy.action_revise()["res_id"])
        with self.assertRaises(UserError):
            draft.with_user(self.user).action_acknowledge()

    def test_confirming_twice_is_once(self):
        policy, __ = self.load()
        mine = policy.with_user(self.user)
        mine.action_acknowledge()
        with self.assertRaises(UserError):
            mine.action_acknowledge()
        self.assertEqual(len(policy.acknowledgement_ids), 1)

    def test_a_confirmation_cannot_be_forged(self):
        policy, __ = self.load()
        policy.with_user(self.user).action_acknowledge()
        vals = {
            "policy_id": policy.id,
            "code": "T01",
            "version": 1,
            "user_id": self.user.id,
            "at": "2026-01-01 00:00:00",
            "company_id": self.company.id,
        }
        for user in (self.user, self.manager, self.env.ref("base.user_admin")):
            Row = self.env["care.policy.acknowledgement"].with_user(user)
            forged = Row.with_context(care_engine=True)
            for call in (
                lambda forged=forged: forged.create(vals),
                lambda forged=forged: forged.sudo().create(vals),
                lambda Row=Row: policy.acknowledgement_ids.with_env(Row.env).write(
                    {"version": 9}
                ),
                lambda Row=Row: policy.acknowledgement_ids.with_env(Row.env).unlink(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()

    def test_the_manager_sees_who_has_not(self):
        policy, __ = self.load()
        late = new_test_user(
            self.env,
            "policy_late",
            groups=USER,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        policy.with_user(self.user).action_acknowledge()
        policy.action_acknowledge()
        self.env.invalidate_all()
        self.assertEqual((policy.acknowledged_count, policy.reader_count), (2, 3))
        action = policy.action_view_missing_readers()
        missing = self.env["res.users"].search(action["domain"])
        self.assertEqual(missing, late)

    def test_a_user_sees_own_confirmations_a_manager_all(self):
        policy, __ = self.load()
        policy.with_user(self.user).action_acknowledge()
        policy.action_acknowledge()
        Row = self.env["care.policy.acknowledgement"]
        self.env.invalidate_all()
        self.assertEqual(Row.with_user(self.user).search([]).user_id, self.user)
        both = Row.with_user(self.manager).search([("policy_id", "=", policy.id)])
        self.assertEqual(both.user_id, self.user + self.manager)

    def test_no_confirmation_where_none_is_wanted(self):
        policy, __ = self.load()
        policy.acknowledgement_wanted = False
        self.assertEqual(self.waiting(self.user), [])
        with self.assertRaises(UserError):
            policy.with_user(self.user).action_acknowledge()
