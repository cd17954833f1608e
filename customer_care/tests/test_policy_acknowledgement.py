from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

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
            [("user_id", "=", self.user.id), ("state", "=", "confirmed")]
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

    # --------------------------------------------------------------- reminders

    def row(self, user, version=1):
        self.env.invalidate_all()
        return self.env["care.policy.acknowledgement"].search(
            [("user_id", "=", user.id), ("version", "=", version)]
        )

    def sweep(self):
        while self.env["care.obligation"]._sweep_batch():
            pass

    def activities(self, row):
        return self.env["mail.activity"].search(
            [("res_model", "=", row._name), ("res_id", "=", row.id)]
        )

    def test_every_user_is_asked_with_a_day_to_confirm_until(self):
        with freeze_time("2026-03-02 08:00:00"):
            policy, __ = self.load()
        row = self.row(self.user)
        self.assertEqual(row.state, "waiting")
        self.assertEqual(f"{row.due_at}", "2026-03-16 08:00:00")
        obligation = row.obligation_ids
        self.assertEqual((obligation.user_id, obligation.state), (self.user, "open"))
        self.assertEqual(policy.acknowledged_count, 0)

    def test_who_confirms_in_time_is_left_in_peace(self):
        with freeze_time("2026-03-02 08:00:00"):
            policy, __ = self.load()
        with freeze_time("2026-03-10 08:00:00"):
            policy.with_user(self.user).action_acknowledge()
        with freeze_time("2026-04-10 08:00:00"):
            self.sweep()
        row = self.row(self.user)
        self.assertEqual((row.state, row.obligation_ids.state), ("confirmed", "met"))
        self.assertFalse(self.activities(row))

    def test_who_forgets_is_reminded_then_the_superior_is_told(self):
        boss, employee = (
            self.env["hr.employee"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": self.company.id,
                }
            )
            for user in (self.manager, self.user)
        )
        employee.parent_id = boss
        with freeze_time("2026-03-02 08:00:00"):
            self.load()
        row = self.row(self.user)
        told = []
        for day in ("2026-03-12", "2026-03-14", "2026-03-17"):
            with freeze_time(f"{day} 08:00:00"):
                self.sweep()
            told.append(self.activities(row).user_id.mapped("login"))
        self.assertEqual(told[0], [])
        self.assertEqual(told[1], ["policy_user"])
        self.assertEqual(set(told[2]), {"policy_user", "policy_manager"})
        self.assertEqual(row.obligation_ids.state, "missed")

    def test_a_new_user_is_asked_by_the_daily_job(self):
        with freeze_time("2026-03-02 08:00:00"):
            self.load()
        late = new_test_user(
            self.env,
            "policy_newcomer",
            groups=USER,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.assertFalse(self.row(late))
        with freeze_time("2026-05-01 08:00:00"):
            self.env["care.policy.acknowledgement"]._cron_ask()
            self.env["care.policy.acknowledgement"]._cron_ask()
        self.assertEqual(f"{self.row(late).due_at}", "2026-05-15 08:00:00")

    def test_who_leaves_and_what_is_superseded_waits_no_longer(self):
        self.load()
        self.load(PACK.replace("version: 1", "version: 2"))
        first, second = self.row(self.user), self.row(self.user, 2)
        self.assertEqual((first.state, second.state), ("cancelled", "waiting"))
        self.assertEqual(first.obligation_ids.state, "cancelled")
        self.user.action_archive()
        self.env["care.policy.acknowledgement"]._cron_ask()
        self.assertEqual(self.row(self.user, 2).state, "cancelled")

    def test_clauses_of_guidance_are_kept_by_who_confirms_in_time(self):
        with freeze_time("2026-03-02 08:00:00"):
            policy, __ = self.load()
        with freeze_time("2026-03-10 08:00:00"):
            policy.with_user(self.user).action_acknowledge()
        clause = policy.clause_ids.filtered(lambda clause: clause.kind == "guide")

        def figures():
            self.env.invalidate_all()
            row = self.env["care.clause.compliance"].search(
                [("policy_id", "=", policy.id)]
            )
            self.assertEqual((row.clause_id, row.source), (clause, "acknowledgement"))
            return row.met, row.missed, row.open

        with freeze_time("2026-03-11 08:00:00"):
            self.assertEqual(figures(), (1, 0, 1))
        with freeze_time("2026-03-21 08:00:00"):
            policy.action_acknowledge()
            self.assertEqual(figures(), (1, 1, 0))

    def test_the_superior_sees_who_is_late_a_colleague_does_not(self):
        boss = new_test_user(
            self.env,
            "policy_boss",
            groups=USER,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        rows = [
            {"name": user.name, "user_id": user.id, "company_id": self.company.id}
            for user in (boss, self.user)
        ]
        chief, employee = self.env["hr.employee"].create(rows)
        self.load()
        row = self.row(self.user).with_user(boss)
        self.assertFalse(row._filtered_access("read"))
        employee.parent_id = chief
        self.env.invalidate_all()
        self.assertTrue(row._filtered_access("read"))
