from odoo import api, fields, models
from odoo.exceptions import UserError

from ..logic import scores


class CareScoreRunAsk(models.TransientModel):
    """The window in which a manager starts a run for a period."""

    _name = "care.score.run.ask"
    _description = "Reckon now"
    _inherit = ["care.link.mixin"]

    scorecard_id = fields.Many2one("care.scorecard", ondelete="cascade")
    indicator_id = fields.Many2one("care.indicator", ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    day = fields.Date(
        "A day of the period",
        required=True,
        compute="_compute_day",
        precompute=True,
        store=True,
        readonly=False,
    )
    date_from = fields.Date("From", compute="_compute_period")
    date_to = fields.Date("To", compute="_compute_period")

    @api.depends("scorecard_id", "indicator_id")
    def _compute_day(self):
        """The last period that is over, until the manager chooses another."""
        today = fields.Date.context_today(self)
        for ask in self:
            ask.day = scores.last_period(ask._kind(), today)[1]

    @api.depends("day", "scorecard_id", "indicator_id")
    def _compute_period(self):
        for ask in self:
            period = (False, False)
            if ask.day:
                period = scores.period_of(ask._kind(), ask.day)
            ask.date_from, ask.date_to = period

    def _kind(self):
        """Return the kind of period; rolling windows end with a month."""
        rule = self.scorecard_id or self.indicator_id
        return rule.period if rule.period in scores.MONTHS else "month"

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
