from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.customer_care.tests.policy_common import PolicyCase

from .common_policy import STACK_PACK


@tagged("post_install", "-at_install")
class TestCompliance(PolicyCase):
    """Figures of a clause, from real obligations, approvals and required entries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy, __ = cls.load(STACK_PACK)
        cls.boss = cls.env["care.role"].search([("code", "=", "s_boss")])
        cls.env["care.role.assignment"].create(
            {
                "role_id": cls.boss.id,
                "user_id": cls.manager.id,
                "company_id": cls.company.id,
            }
        )

    def clause(self, code):
        return self.policy.clause_ids.filtered(lambda clause: clause.code == code)

    def case(self, received, done=None, state="done", **values):
        """A case received at one time and, where given, done at another."""
        Host = self.env["test.care.host"]
        with freeze_time(received):
            host = Host.create(
                {
                    "name": "Case",
                    "received_at": received,
                    "company_id": self.company.id,
                    "user_id": self.user.id,
                    **values,
                }
            )
            self.env.flush_all()
        if done:
            with freeze_time(done):
                self.env["care.obligation"]._sweep_batch()
                host.state = state
                self.env.flush_all()
        return host

    def figures(self, *groups, domain=()):
        """Return {group values: (due, met, missed, waived, open, rate)}."""
        self.env.invalidate_all()
        names = ("due", "met", "missed", "waived", "open")
        rows = (
            self.env["care.clause.compliance"]
            .with_user(self.manager)
            ._read_group(
                [("policy_id", "=", self.policy.id), *domain],
                groups,
                [*(f"{name}:sum" for name in names), "rate:avg"],
            )
        )
        return {tuple(row[: len(groups)]): row[len(groups) :] for row in rows}

    def test_deadlines_count_in_the_month_they_were_due(self):
        self.case("2026-01-05 02:00:00", "2026-01-08 02:00:00")
        self.case("2026-01-06 02:00:00", "2026-01-20 02:00:00")
        self.case("2026-01-28 02:00:00", "2026-01-29 02:00:00")
        self.case("2026-02-02 02:00:00")
        clause = self.clause("S01.02")
        figures = self.figures("clause_id", "month:month")
        january = figures[(clause, date(2026, 1, 1))]
        february = figures[(clause, date(2026, 2, 1))]
        self.assertEqual(january, (2, 1, 1, 0, 0, 50.0))
        self.assertEqual(february[:2] + february[5:], (2, 1, 100.0))
        self.assertEqual(february[4], 1, "the fourth case still runs")

    def test_the_rate_of_a_group_is_no_mean_of_rates(self):
        for day in (5, 6, 7):
            self.case(f"2026-01-{day:02} 02:00:00", f"2026-01-{day + 1:02} 02:00:00")
        self.case("2026-02-02 02:00:00", "2026-02-27 02:00:00")
        rates = {key: row[-1] for key, row in self.figures("month:month").items()}
        self.assertEqual(rates, {(date(2026, 1, 1),): 100.0, (date(2026, 2, 1),): 0.0})
        self.assertEqual(self.figures()[()][-1], 75.0)

    def test_cancelled_and_running_ones_have_no_rate(self):
        self.case("2026-01-05 02:00:00", "2026-01-06 02:00:00", state="void")
        self.assertEqual(self.figures("clause_id"), {})
        self.case("2026-01-05 02:00:00")
        self.assertIsNone(self.figures()[()][-1] or None)

    def test_waived_ones_are_counted_apart(self):
        host = self.case("2026-01-05 02:00:00")
        with freeze_time("2026-01-06 02:00:00"):
            host.obligation_ids._waive("The customer withdrew")
        self.assertEqual(self.figures()[()][:5], (1, 0, 0, 1, 0))

    def test_approvals_are_met_when_decided(self):
        Host = self.env["test.approval.host"].with_user(self.user)
        for decide in (True, False):
            host = Host.create({"name": "Claim", "company_id": self.company.id})
            approval = host._approval_request("accept")
            if decide:
                approval.with_user(self.manager).action_approve()
        row = self.figures("clause_id", "source")
        self.assertEqual(row[(self.clause("S01.03"), "approval")][:5], (2, 1, 0, 0, 1))

    def test_required_entries_are_met_when_noted(self):
        host = self.env["test.requirement.host"].create(
            {
                "name": "Noted",
                "cause": "Rain",
                "report": "<p>Wet</p>",
                "company_id": self.company.id,
            }
        )
        host._requirement_check("close")
        row = self.figures("clause_id", "source")
        self.assertEqual(
            row[(self.clause("S01.01"), "requirement")], (1, 1, 0, 0, 0, 100.0)
        )

    def test_the_clause_shows_this_year_s_figures(self):
        self.case("2025-12-20 02:00:00", "2025-12-21 02:00:00")
        self.case("2026-01-05 02:00:00", "2026-01-06 02:00:00")
        self.case("2026-01-06 02:00:00", "2026-01-25 02:00:00")
        self.env.invalidate_all()
        with freeze_time("2026-06-01 02:00:00"):
            clause = self.clause("S01.02").with_user(self.user)
            shown = (clause.due_count, clause.met_count, clause.missed_count)
            self.assertEqual((*shown, clause.rate), (2, 1, 1, 50.0))

    def test_the_figures_of_a_list_take_as_many_queries_as_those_of_one(self):
        for day in (5, 6, 7):
            self.case(f"2026-01-{day:02} 02:00:00")
        clauses = self.policy.with_user(self.user).clause_ids

        def queries(found):
            """Return how many statements the figures of `found` take."""
            self.env.invalidate_all()
            found = found.browse(found.ids)  # read together, as a list reads them
            before = self.env.cr.sql_log_count
            found.mapped("due_count")
            found.mapped("rule_count")
            return self.env.cr.sql_log_count - before

        queries(clauses)  # fills the caches of rights and models
        self.assertEqual(len(clauses), 3)
        self.assertEqual(queries(clauses), queries(clauses[1]))

    def test_a_row_opens_what_it_counts(self):
        met = self.case("2026-01-05 02:00:00", "2026-01-06 02:00:00")
        self.case("2026-02-05 02:00:00", "2026-02-06 02:00:00")
        row = self.env["care.clause.compliance"].search(
            [("policy_id", "=", self.policy.id), ("month", "=", "2026-01-01")]
        )
        action = row.action_open_records()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, met.obligation_ids)

    def test_a_department_has_its_own_row(self):
        department = self.env["hr.department"].create({"name": "Repairs"})
        self.case("2026-01-05 02:00:00", department_id=department.id)
        self.case("2026-01-05 02:00:00")
        rows = self.figures("department_id")
        self.assertEqual(rows.keys(), {(department,), (department.browse(),)})
        self.assertEqual({row[0] for row in rows.values()}, {1})

    def test_other_companies_see_nothing_of_it(self):
        self.case("2026-01-05 02:00:00", "2026-01-06 02:00:00")
        other = self.env["res.company"].create({"name": "Far shop"})
        self.user.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.env.invalidate_all()
        Row = self.env["care.clause.compliance"].with_user(self.user)
        self.assertFalse(Row.search([("clause_id", "=", self.clause("S01.02").id)]))

    def test_a_pack_with_every_kind_of_rule_comes_back_as_it_was(self):
        self.assertEqual(self.Pack.export(self.policy), STACK_PACK)
        __, outcomes = self.load(STACK_PACK)
        self.assertEqual(set(outcomes.values()), {"unchanged"})

    def test_running_deadlines_keep_the_clause_they_ran_under(self):
        host = self.case("2026-01-05 02:00:00")
        old = self.clause("S01.02")
        draft = self.policy.browse(self.policy.action_revise()["res_id"])
        draft.action_activate()
        self.assertEqual(host.obligation_ids.clause_id, old)
        rule = self.rule("care.obligation.rule", "s_week")
        self.assertEqual(rule.clause_id.policy_id, draft)

    def test_a_changed_child_line_is_replaced_and_counts_as_an_edit(self):
        rule = self.rule("care.obligation.rule", "s_week")
        rule.escalation_ids.amount = 3
        __, outcomes = self.load(STACK_PACK)
        self.assertEqual(outcomes["s_week"], "kept")
        __, outcomes = self.load(STACK_PACK, overwrite=True)
        self.assertEqual(outcomes["s_week"], "changed")
        self.assertEqual(rule.escalation_ids.amount, 1)
        chinese = rule.escalation_ids.with_context(lang="zh_CN")
        self.assertEqual(chinese.summary, "已满一周")
