from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .score_common import ScoreCase


@tagged("post_install", "-at_install")
class TestImprovementIndicator(ScoreCase):
    """P03.18: a figure under its pass mark leads to an improvement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.measured = cls.indicator(
            "satisfied",
            aggregate="avg",
            field_name="quantity",
            has_target=True,
            target=80,
            keep=True,
        )
        cls.rule = cls.env["care.improvement.rule"].create(
            {
                "code": "under_80",
                "name": "Under the pass mark",
                "trigger": "indicator",
                "indicator_id": cls.measured.id,
                "company_id": cls.company.id,
            }
        )

    def results(self, now):
        """Measure the month that is over, as the job does, without its commits."""
        self.patch(
            type(self.env["ir.cron"]),
            "_commit_progress",
            lambda *args, **kw: float("inf"),
        )
        with freeze_time(now):
            self.env["care.score.run"]._cron_run()
        self.env.invalidate_all()
        return self.env["care.improvement"].search([], order="id")

    def test_p03_18_under_80_opens_an_improvement_for_who_is_under_it(self):
        """P03.18: under 80, an improvement; 80 and above, none."""
        self.order(self.ada, "2026-03-02 08:00:00", quantity=79)
        self.order(self.bela, "2026-03-02 08:00:00", quantity=80)
        improvement = self.results("2026-04-02 01:00:00")
        self.assertEqual(improvement.origin, "indicator")
        self.assertEqual(improvement.partner_id, self.ada)
        self.assertEqual(improvement.rule_id, self.rule)
        self.assertEqual(improvement.link_ids.res_model, "care.indicator.result")

    def test_p03_18_the_next_month_joins_the_one_that_is_open(self):
        """P03.18: followed up in one place; told twice, it opens nothing twice."""
        self.order(self.ada, "2026-03-02 08:00:00", quantity=79)
        self.order(self.ada, "2026-04-02 08:00:00", quantity=70)
        improvement = self.results("2026-04-02 01:00:00")
        self.assertEqual(self.results("2026-05-02 01:00:00"), improvement)
        self.assertEqual(len(improvement.link_ids), 2)
        results = self.env["care.indicator.result"].search([])
        self.env["care.improvement"]._on_indicator_results(results)
        self.assertEqual(self.env["care.improvement"].search([]), improvement)
        improvement.with_user(self.manager)._leave("cancelled", "Known")
        self.env["care.improvement"]._on_indicator_results(results)
        self.assertEqual(self.env["care.improvement"].search([]), improvement)

    def test_an_indicator_rule_names_its_indicator(self):
        with self.assertRaises(ValidationError):
            self.rule.indicator_id = False
