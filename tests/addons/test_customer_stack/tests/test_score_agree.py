import random

from odoo.tests import tagged

from odoo.addons.customer_care.logic import scores

from .score_common import ScoreCase

_MISSING = ("skip", "zero", "fail")


@tagged("post_install", "-at_install")
class TestScoreAgree(ScoreCase):
    """The SQL of a run and the Python of `logic/scores.py` give the same."""

    def curve(self, rng):
        kind = rng.choice(["direct", "linear", "steps"])
        vals = {"curve": kind}
        if kind == "linear":
            vals["low"], vals["high"] = rng.sample(range(-50, 150), 2)
        if kind == "steps":
            starts = rng.sample(range(-50, 150), rng.randint(1, 4))
            vals["step_ids"] = [
                (0, 0, {"value": start, "points": rng.randint(0, 100)})
                for start in starts
            ]
        return vals

    def points(self, line, value):
        if value is None:
            return None
        if line.curve == "linear":
            return scores.linear(value, line.low, line.high)
        if line.curve == "steps":
            steps = [(step.value, step.points) for step in line.step_ids]
            return scores.stepped(value, steps)
        return scores.direct(value)

    def test_both_agree_on_random_scorecards(self):
        rng = random.Random(20260331)
        self.env["res.partner"].create(
            [
                {"name": f"R{n}", "ref": "scored", "company_id": self.company.id}
                for n in range(40)
            ]
        )
        partners = self.env["res.partner"].search([("ref", "=", "scored")])
        for number in range(6):
            lines = [
                {"weight": rng.randint(0, 50), "missing": rng.choice(_MISSING)}
                | self.curve(rng)
                for _line in range(rng.randint(1, 5))
            ]
            lines[0]["weight"] += 1
            card = self.scorecard(
                f"random{number}",
                lines,
                weight_mode="normalised",
                least_known_pct=rng.choice([0, 30, 75]),
                band_ids=[
                    (0, 0, {"code": code, "name": code, "value": value})
                    for code, value in (("a", 80), ("b", 50), ("c", 20))
                ],
            )
            entered = self.enter(card, partners, rng)
            card._run(self.day.replace(day=1), self.day)
            with self.subTest(number=number):
                self.compare(card, partners, entered)

    def enter(self, card, partners, rng):
        """Enter figures for three in four; return {(partner, code): figure}."""
        entered = {}
        for partner in partners:
            for line in card.line_ids:
                if rng.random() < 0.75:
                    figure = round(rng.uniform(-60, 160), rng.choice([0, 2, 4]))
                    entered[partner.id, line.code] = figure
        self.env["care.scorecard.entry"].create(
            [
                {
                    "scorecard_id": card.id,
                    "line_id": card.line_ids.filtered(
                        lambda li, c=code: li.code == c
                    ).id,
                    "company_id": self.company.id,
                    "res_id": id_,
                    "date": self.day,
                    "value": figure,
                }
                for (id_, code), figure in entered.items()
            ]
        )
        return entered

    def compare(self, card, partners, entered):
        found = {score.res_id: score for score in card.score_ids}
        self.assertEqual(found.keys(), set(partners.ids))
        self.env.cr.execute(
            "SELECT res_id, value FROM care_score WHERE scorecard_id = %s", [card.id]
        )
        values = dict(self.env.cr.fetchall())
        bands = [(band.value, band.code) for band in card.band_ids]
        for id_, score in found.items():
            measures = [
                scores.Measure(
                    self.points(line, entered.get((id_, line.code))),
                    line.weight,
                    line.missing,
                )
                for line in card.line_ids
            ]
            value, reason = scores.total(measures, card.least_known_pct)
            self.assertEqual(score.reason or "", reason)
            if value is None:
                self.assertIsNone(values[id_])
            else:
                self.assertAlmostEqual(values[id_], value, 4)
            self.assertEqual(score.band_code or "", scores.band(values[id_], bands))
            for row, measure in zip(score.details, measures, strict=True):
                if measure.points is None:
                    self.assertEqual(
                        (row["points"], row["reason"]), (None, "not_entered")
                    )
                else:
                    self.assertAlmostEqual(row["points"], measure.points, 4)
