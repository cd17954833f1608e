from odoo.tests import freeze_time, tagged

from odoo.addons.customer_care.tests.policy_common import PolicyCase

from .common_policy import STACK_PACK

NEXT = STACK_PACK.replace("version: 1", "version: 2").replace("amount: 7", "amount: 3")


@tagged("post_install", "-at_install")
class TestPackSuccession(PolicyCase):
    """A new version of a pack holds for what is new; what runs goes on as it began."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, __ = cls.load(STACK_PACK)

    def load_later(self, text):
        with freeze_time("2026-03-03 02:00:00"):
            return self.load(text)

    def case(self, received):
        with freeze_time(received):
            host = (
                self.env["test.care.host"]
                .with_user(self.user)
                .create(
                    {
                        "name": "Case",
                        "received_at": received,
                        "company_id": self.company.id,
                        "user_id": self.user.id,
                    }
                )
            )
            self.env.flush_all()
        return host

    def write(self, host, at, **vals):
        with freeze_time(at):
            host.write(vals)
            self.env.flush_all()
            self.env.invalidate_all()

    def due_days(self, host):
        return [f"{due.date()}" for due in host.sudo().obligation_ids.mapped("due_at")]

    def test_a_running_case_keeps_its_time_and_its_clause(self):
        old = self.case("2026-03-02 02:00:00")
        __, outcomes = self.load_later(NEXT)
        self.assertEqual(outcomes["s_week"], "changed")
        new = self.case("2026-03-02 02:00:00")
        self.assertEqual(self.due_days(old), ["2026-03-09"])
        self.assertEqual(self.due_days(new), ["2026-03-05"])
        versions = (old + new).sudo().obligation_ids.clause_id.policy_id
        self.assertEqual(set(versions.mapped("version")), {1, 2})

    def test_it_is_not_counted_twice_and_still_ends(self):
        old = self.case("2026-03-02 02:00:00")
        self.load_later(NEXT)
        self.write(old, "2026-03-07 02:00:00", name="Looked at again")
        self.write(old, "2026-03-07 03:00:00", received_at="2026-03-03 02:00:00")
        self.assertEqual(len(old.sudo().obligation_ids), 1)
        self.assertEqual(self.due_days(old), ["2026-03-10"])
        self.write(old, "2026-03-08 02:00:00", state="done")
        obligation = old.sudo().obligation_ids
        self.assertEqual((obligation.state, len(obligation)), ("met", 1))

    def test_what_was_waived_does_not_begin_again(self):
        old = self.case("2026-03-02 02:00:00")
        with freeze_time("2026-03-02 05:00:00"):
            old.obligation_ids.with_user(self.manager)._waive("Withdrawn")
        late = self.case("2026-03-02 02:00:00")
        self.load_later(NEXT)
        self.write(old + late, "2026-03-04 02:00:00", received_at="2026-03-02 05:00:00")
        self.assertEqual(len(old.sudo().obligation_ids), 1)

    def test_the_new_version_exports_the_new_rule_alone(self):
        self.case("2026-03-02 02:00:00")
        second, __ = self.load_later(NEXT)
        self.assertEqual(self.Pack.export(second), NEXT)
        __, outcomes = self.load_later(NEXT)
        self.assertEqual(set(outcomes.values()), {"unchanged"})

    def test_a_rule_the_new_version_drops_takes_nothing_new(self):
        old = self.case("2026-03-02 02:00:00")
        start = NEXT.index("  care.obligation.rule:")
        end = NEXT.index("  care.approval.rule:")
        __, outcomes = self.load_later(NEXT[:start] + NEXT[end:])
        self.assertEqual(outcomes["s_week"], "withdrawn")
        new = self.case("2026-03-04 02:00:00")
        self.assertEqual(old.sudo().obligation_ids.state, "open")
        self.assertFalse(new.sudo().obligation_ids)

    def test_a_rule_under_which_nothing_runs_is_changed_in_place(self):
        rule = self.rule("care.obligation.rule", "s_week")
        self.load_later(NEXT)
        self.assertEqual(rule, self.rule("care.obligation.rule", "s_week"))
        self.assertEqual(rule.amount, 3)

    def test_a_replaced_rule_is_archived_when_all_is_settled(self):
        rule = self.rule("care.obligation.rule", "s_week")
        old = self.case("2026-03-02 02:00:00")
        self.load_later(NEXT)
        self.assertEqual(rule.successor_id, self.rule("care.obligation.rule", "s_week"))
        self.env["care.pack.waiting"]._cron_wake()
        self.assertTrue(rule.active)
        self.write(old, "2026-03-05 02:00:00", state="done")
        self.env["care.pack.waiting"]._cron_wake()
        self.assertFalse(rule.active)

    def test_two_versions_later_the_first_case_still_runs_as_it_began(self):
        old = self.case("2026-03-02 02:00:00")
        self.load_later(NEXT)
        middle = self.case("2026-03-02 02:00:00")
        third = NEXT.replace("version: 2", "version: 3").replace(
            "amount: 3", "amount: 9"
        )
        self.load_later(third)
        new = self.case("2026-03-02 02:00:00")
        self.write(old + middle, "2026-03-04 02:00:00", received_at="2026-03-02 03:00")
        days = [self.due_days(host) for host in (old, middle, new)]
        self.assertEqual(days, [["2026-03-09"], ["2026-03-05"], ["2026-03-11"]])

    def test_a_pending_approval_keeps_its_clause_and_its_decider(self):
        boss = self.rule("care.role", "s_boss")
        self.env["care.role.assignment"].create(
            {
                "role_id": boss.id,
                "user_id": self.manager.id,
                "company_id": self.company.id,
            }
        )
        host = (
            self.env["test.approval.host"]
            .with_user(self.user)
            .create({"name": "Claim", "company_id": self.company.id})
        )
        approval = host._approval_request("accept")
        wider = """gate: accept\n      domain: "[('id', '>', 0)]\""""
        self.load(NEXT.replace("gate: accept", wider))
        self.assertEqual(approval.sudo().clause_id.policy_id, self.first)
        approval.with_user(self.manager).action_approve()
        self.assertEqual(approval.sudo().state, "approved")
