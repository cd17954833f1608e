from odoo import api, fields, models
from odoo.exceptions import UserError

from ..logic import scores


class CareScoreRunAsk(models.TransientModel):
    """The window in which a manager starts a run for a period."""

    _name = "care.score.run.ask"
    _description = "Reckon now"

    scorecard_id = fields.Many2one("care.scorecard", ondelete="cascade")
    indicator_id = fields.Many2one("care.indicator", ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    day = fields.Date(
        "A day of the period",
        required=True,
        default=lambda self: scores.last_period(
            "month", fields.Date.context_today(self)
        )[1],
    )
    date_from = fields.Date("From", compute="_compute_period")
    date_to = fields.Date("To", compute="_compute_period")

    @api.depends("day", "scorecard_id", "indicator_id")
    def _compute_period(self):
        for ask in self:
            rule = ask.scorecard_id or ask.indicator_id
            kind = rule.period if rule.period in scores.MONTHS else "month"
            period = scores.period_of(kind, ask.day) if ask.day else (False, False)
            ask.date_from, ask.date_to = period

    def action_run(self):
        """Reckon the period now; a large one goes on in the background."""
        self.ensure_one()
        rule = self.scorecard_id or self.indicator_id
        if not rule:
            raise UserError(self.env._("Choose a scorecard or an indicator."))
        if self.company_id not in self.env.companies:
            raise UserError(
                self.env._(
                    "Work in %(company)s first: choose it at the top right.",
                    company=self.company_id.name,
                )
            )
        if rule.company_id and rule.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%(rule)s belongs to %(company)s. Choose this company.",
                    rule=rule.name,
                    company=rule.company_id.name,
                )
            )
        runs = self.env["care.score.run"]
        run = runs._queue(
            rule, self.company_id, self.date_from, self.date_to, self.env.user
        )
        if runs._take(run):
            run._advance()
        if run.state == "queued":
            self.env.ref("customer_care.care_score_run_cron").sudo()._trigger()
        if run.state == "failed":
            raise UserError(run.error)
        return run.action_view_figures()
