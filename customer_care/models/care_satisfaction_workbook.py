from odoo import fields, models
from odoo.tools.misc import format_date

from ..logic import satisfaction_xlsx


class CareSatisfactionWorkbook(models.AbstractModel):
    """A round as a workbook: what its reader may see of it."""

    _name = "care.satisfaction.workbook"
    _description = "Workbook of a round"

    def action_workbook(self):
        """Download the scores and factors of the round with charts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/customer_care/satisfaction/{self.id}/workbook",
            "target": "download",
        }

    def _workbook(self):
        self.ensure_one()
        words = {"title": self.name}
        return satisfaction_xlsx.build(
            words,
            self._workbook_facts(),
            [self._score_table(), self._factor_table()],
            fields.Datetime.now(),
        )

    def _workbook_facts(self):
        labels = self.fields_get(
            ["date_from", "date_to", "asked_count", "answer_count", "response_rate"]
            + ["value", "closed_at", "version"],
            ["string"],
        )
        values = {
            "date_from": format_date(self.env, self.date_from),
            "date_to": format_date(self.env, self.date_to),
            "asked_count": self.asked_count,
            "answer_count": self.answer_count,
            "response_rate": round(self.response_rate, 2)
            if self.has_response
            else None,
            "value": self.value if self.has_value else None,
            "closed_at": self.closed_at
            and format_date(self.env, self.closed_at.date()),
            "version": self.version,
        }
        return [(labels[name]["string"], values[name] or None) for name in labels]

    def _score_table(self):
        scores = self.env["care.satisfaction.score"].search(
            [
                ("round_id", "=", self.id),
                ("level", "=", "subject"),
                ("is_latest", "=", True),
            ],
            order="value, id",
        )
        return {
            "name": self.env._("Scores"),
            "heads": [
                self.env._("Project or customer"),
                self.env._("Satisfaction score"),
                self.env._("Satisfaction grade"),
                self.env._("Passed"),
                self.env._("Survey answers"),
                self.env._("Version"),
            ],
            "rows": [
                (
                    score.subject_name,
                    score.value if score.state == "complete" else None,
                    score.band_id.name or None,
                    self.env._("Yes") if score.is_passed else self.env._("No"),
                    score.answered,
                    score.version,
                )
                for score in scores
            ],
            "figure": 1,
        }

    def _factor_table(self):
        rows = self.env["care.satisfaction.report"]._read_group(
            [("round_id", "=", self.id), ("state", "=", "given")],
            ["factor_id"],
            ["points:avg", "__count"],
        )
        rows.sort(key=lambda row: (row[0].sequence, row[0].id))
        return {
            "name": self.env._("Factors"),
            "heads": [
                self.env._("Rated factor"),
                self.env._("Points"),
                self.env._("Weight (%)"),
                self.env._("Survey answers"),
            ],
            "rows": [
                (factor.name, float(points or 0), factor.weight, count)
                for factor, points, count in rows
            ],
            "figure": 1,
        }
