from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .score_common import ScoreCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestTierMeasures(ScoreCase):
    """Grades by figures: what a condition finds in indicators and scorecards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", aggregate="count", period="year")
        cls.sales = cls.indicator(
            "sales", aggregate="sum", field_name="amount_total", period="year"
        )
        for partner, count in ((cls.ada, 3), (cls.bela, 1)):
            for number in range(count):
                cls.order(partner, f"2025-0{number + 2}-10", 400)
        cls.env = cls.env(user=cls.manager, context={})
        cls.scheme = cls.env["care.tier.scheme"].create(
            {
                "code": "measured",
                "name": "Measured",
                "company_id": cls.company.id,
                "is_main": True,
                "partner_domain": "[('ref', '=', 'scored')]",
            }
        )
        cls.best, cls.rest = cls.env["care.tier"].create(
            [
                {
                    "code": f"m_{name}",
                    "name": name,
                    "sequence": rank,
                    "scheme_id": cls.scheme.id,
                }
                for rank, name in ((1, "Best"), (2, "Rest"))
            ]
        )
        cls.rule(cls.rest)

    @classmethod
    def rule(cls, tier, **vals):
        conditions = [Command.create({"name": "Figure", **vals})] if vals else []
        return cls.env["care.tier.rule"].create(
            {
                "code": f"{tier.code}_rule",
                "name": f"{tier.name} by figures",
                "tier_id": tier.id,
                "condition_ids": conditions,
            }
        )

    def grades(self):
        ids = (self.ada | self.bela | self.cem).ids
        rating = self.scheme._rate(ids, self.day.replace(day=25), self.company)
        names = {self.best.id: "Best", self.rest.id: "Rest"}
        return [names[rating.tier_id(id_)] for id_ in ids]

    def test_an_indicator_of_last_year_gives_the_grade(self):
        condition = self.rule(
            self.best,
            kind="indicator",
            indicator_id=self.orders.id,
            operator="ge",
            value=3,
        ).condition_ids
        self.assertEqual(self.grades(), ["Best", "Rest", "Rest"])
        condition.value = 1
        self.assertEqual(self.grades(), ["Best", "Best", "Rest"])
        condition.period = "this_year"
        self.assertEqual(self.grades(), ["Rest", "Rest", "Rest"])
        rows = self.scheme._explain(self.ada, self.day, self.company)
        self.assertEqual((rows[0]["wanted"], rows[0]["value"]), ("at least 1", 0))

    def test_the_bands_of_a_scorecard_give_the_grade(self):
        scorecard = self.scorecard(
            "p20",
            [
                {
                    "indicator_id": self.sales.id,
                    "weight": 100,
                    "curve": "linear",
                    "low": 0,
                    "high": 1200,
                }
            ],
            period="year",
            band_ids=[
                (0, 0, {"code": code, "name": code, "value": value})
                for code, value in (("A", 80), ("B", 30), ("C", 0))
            ],
        )
        self.rule(
            self.best, kind="scorecard", scorecard_id=scorecard.id, band_codes="A, B"
        )
        self.assertEqual(self.grades(), ["Rest", "Rest", "Rest"])
        evaluation = self.env["care.evaluation"].create(
            {
                "scheme_id": self.scheme.id,
                "company_id": self.company.id,
                "year": 2026,
            }
        )
        evaluation.action_open()
        lines = evaluation.line_ids.sorted("id")
        grades = [line.computed_tier_id.name for line in lines]
        self.assertEqual(grades, ["Best", "Best", "Rest"])
        self.assertIn("100 A", lines[0].explanation_html)

    def test_a_measure_of_something_else_is_refused(self):
        staff = self.indicator("staff", subject_path="user_id", subject_domain="[]")
        with self.assertRaises(ValidationError):
            self.rule(self.best, kind="indicator", indicator_id=staff.id)
