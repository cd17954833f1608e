from odoo import api, fields, models


class CareScoreDetail(models.TransientModel):
    """One measure of a score, opened to see the records behind it."""

    _name = "care.score.detail"
    _description = "Measure behind a score"
    _inherit = ["care.link.mixin"]

    score_id = fields.Many2one("care.score", required=True, ondelete="cascade")
    code = fields.Char(readonly=True)
    name = fields.Char("Scored item", readonly=True)
    figure = fields.Char(readonly=True)
    points = fields.Char(readonly=True)
    weight = fields.Float(readonly=True)
    reason = fields.Selection(
        selection=lambda self: self.env["care.indicator"]._reason_words(),
        string="Why unknown",
        readonly=True,
    )

    @api.model
    def _make(self, score):
        """Return one row for each measure of the score."""
        lines = {line.code: line for line in score.scorecard_id.line_ids}
        return self.create(
            [
                {
                    "score_id": score.id,
                    "code": row["code"],
                    "name": lines[row["code"]].name
                    if row["code"] in lines
                    else row["code"],
                    "figure": score._figure_text(lines.get(row["code"]), row),
                    "points": score._points_text(row),
                    "weight": row["weight"],
                    "reason": row.get("reason"),
                }
                for row in score.details or ()
            ]
        )

    def action_drill_down(self):
        """Open the records (or entries) behind the measure, as the user sees them."""
        self.ensure_one()
        score = self.score_id
        score.check_access("read")
        line = score.scorecard_id.line_ids.filtered(lambda li: li.code == self.code)
        if line.indicator_id:
            indicator = line.indicator_id
            days = indicator._window(score.date_from, score.date_to)
            return indicator.action_drill_down(score.res_id, *days, score.company_id.id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_scorecard_entry_action"
        )
        return action | {
            "domain": [
                ("scorecard_id", "=", score.scorecard_id.id),
                ("line_code", "=", self.code),
                ("res_id", "=", score.res_id),
                ("date", ">=", score.date_from),
                ("date", "<=", score.date_to),
            ],
            "context": {"create": False},
        }
