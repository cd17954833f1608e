"""Runs: planned when a period is over, in batches, once, whatever happens."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .score_common import ScoreCase


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestScoreRun(ScoreCase):
    """The job plans what is over and works it off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # other rules of the database would be planned too
        cls.env["care.scorecard"].search([]).automatic = False
        cls.env["care.indicator"].search([]).keep = False
        cls.orders = cls.indicator(
            "orders", keep=True, has_target=True, target=1, better="higher"
        )
        cls.order(cls.ada, "2026-03-02 08:00:00")

    def cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_care.care_score_run_cron").method_direct_trigger()
        self.env.invalidate_all()

    def results(self, **domain):
        return self.env["care.indicator.result"].search(
            [("indicator_id", "=", self.orders.id)]
            + [(name, "=", value) for name, value in domain.items()]
        )

    def test_the_figures_of_last_month_are_kept_with_their_verdict(self):
        self.cron()
        states = {row.subject_id: row.state for row in self.results()}
        self.assertEqual(
            states,
            {self.ada.id: "passed", self.bela.id: "failed", self.cem.id: "failed"},
        )
        row = self.results(subject_id=self.ada.id)
        self.assertEqual((row.date_from, row.date_to), (date(2026, 3, 1), self.day))
        self.assertEqual((row.value, row.target, row.formula_version), (1, 1, 1))

    def test_the_job_run_again_writes_nothing(self):
        self.cron()
        self.order(self.ada, "2026-03-02 08:00:00")
        self.cron()
        self.assertEqual(len(self.results()), 3)
        self.assertEqual(
            len(
                self.env["care.score.run"].search(
                    [("indicator_id", "=", self.orders.id)]
                )
            ),
            1,
        )

    def test_months_that_the_job_missed_are_made_up_for(self):
        self.cron()
        with freeze_time("2026-07-02 04:00:00"):
            self.cron()
        ends = {row.date_to for row in self.results()}
        self.assertEqual(len(ends), 4)

    def test_the_month_ends_by_the_companys_clock(self):
        run = self.env["care.score.run"]
        with freeze_time("2026-03-31 16:30:00"):  # 1 April in Shanghai
            periods = list(run._missing_periods(self.orders, self.company))
        self.assertEqual(periods, [(date(2026, 3, 1), self.day)])

    def test_an_unknown_figure_is_kept_without_a_value(self):
        self.orders.zero_when_none = False
        self.cron()
        row = self.results(subject_id=self.bela.id)
        self.assertEqual((row.state, row.reason), ("unknown", "no_records"))
        self.env.cr.execute(
            "SELECT value FROM care_indicator_result WHERE id = %s", [row.id]
        )
        self.assertIsNone(self.env.cr.fetchone()[0])

    def test_only_those_with_records_if_wished(self):
        self.orders.keep_all = False
        self.cron()
        self.assertEqual(self.results().mapped("subject_id"), self.ada.ids)

    def test_batches_go_on_where_they_stopped(self):
        self.env["ir.config_parameter"].set_param("customer_care.score_batch", "2")
        run = self.env["care.score.run"]._queue(
            self.orders, self.company, date(2026, 3, 1), self.day
        )
        run._advance()
        self.assertEqual((run.state, run.position), ("queued", self.bela.id))
        self.assertEqual(len(self.results()), 2)
        run._advance()
        self.assertEqual((run.state, run.written), ("done", 3))
        self.assertEqual(len(self.results()), 3)

    def test_a_run_that_fails_says_why_and_holds_nobody_up(self):
        broken = self.scorecard("broken", [{"weight": 100}])
        broken.line_ids.weight = 50
        self.cron()
        run = self.env["care.score.run"].search([("scorecard_id", "=", broken.id)])
        self.assertEqual(run.state, "failed")
        self.assertIn("add up to 50", run.error)
        self.assertEqual(len(self.results()), 3)
        broken.line_ids.weight = 100
        run.with_user(self.user).action_retry()
        self.assertEqual(run.state, "failed")
        run.with_user(self.manager).action_retry()
        self.cron()
        self.assertEqual(run.state, "done")

    @mute_logger("odoo.addons.customer_care.models.care_score_run")
    def test_a_field_that_is_gone_puts_the_run_aside(self):
        self.env.cr.execute(
            "UPDATE care_indicator SET date_field = 'gone' WHERE id = %s",
            [self.orders.id],
        )
        self.env.invalidate_all()
        self.cron()
        run = self.env["care.score.run"].search([("indicator_id", "=", self.orders.id)])
        self.assertEqual(run.state, "failed")

    def test_a_target_missed_opens_an_improvement(self):
        rules = self.env["care.improvement.rule"]
        if "indicator_id" not in rules._fields:
            self.skipTest("improvements do not listen to indicators yet")
        rules.create(
            {
                "code": "few_orders",
                "name": "Few orders",
                "company_id": self.company.id,
                "trigger": "indicator",
                "indicator_id": self.orders.id,
            }
        )
        self.cron()
        opened = self.env["care.improvement"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(opened), 2)

    def test_a_clause_is_kept_or_not_by_its_indicator(self):
        policy = self.env["care.policy"].create(
            {"code": "S01", "name": "S", "company_id": self.company.id}
        )
        clause = self.env["care.policy.clause"].create(
            {"policy_id": policy.id, "code": "S01.01", "name": "Orders", "kind": "rate"}
        )
        self.orders.clause_id = clause
        self.cron()
        row = self.env["care.clause.compliance"].search(
            [("clause_id", "=", clause.id), ("source", "=", "indicator")]
        )
        self.assertEqual((row.met, row.missed, row.month), (1, 2, date(2026, 3, 1)))
        action = row.action_open_records()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), 3)

    def test_from_a_figure_to_its_records(self):
        self.cron()
        row = self.results(subject_id=self.ada.id).with_user(self.user)
        action = row.action_drill_down()
        found = self.env[action["res_model"]].with_user(self.user)
        self.assertEqual(len(found.search(action["domain"])), 1)
        self.assertTrue(row.action_history()["domain"])
        self.assertEqual(row.action_open_subject()["res_id"], self.ada.id)

    def test_nobody_writes_results_or_runs(self):
        self.cron()
        row = self.results(subject_id=self.ada.id)
        run = self.env["care.score.run"].search([], limit=1)
        for record, vals in ((row, {"value": 9}), (run, {"state": "queued"})):
            for user in (self.user, self.manager, self.env.ref("base.user_admin")):
                with self.assertRaises(AccessError):
                    record.with_user(user).write(vals)
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()
