from odoo import fields, models
from odoo.tools import SQL


class CareSatisfactionReport(models.Model):
    """What one form gives one factor, with all that figures are compared by. A view
    over answers and points; nothing in it is stored."""

    _name = "care.satisfaction.report"
    _description = "Satisfaction by factor"
    _inherit = ["care.secrecy.follow.mixin"]
    _auto = False
    _order = "answered_on desc, id desc"
    _rec_name = "factor_id"

    answer_id = fields.Many2one(
        "care.satisfaction.answer", "Survey answer", readonly=True
    )
    factor_id = fields.Many2one(
        "care.satisfaction.factor", "Rated factor", readonly=True
    )
    programme_id = fields.Many2one(
        "care.satisfaction.programme", "Survey programme", readonly=True
    )
    round_id = fields.Many2one("care.satisfaction.round", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    project_id = fields.Many2one("project.project", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    user_id = fields.Many2one("res.users", "Interviewer", readonly=True)
    channel = fields.Selection(
        lambda self: self.env["care.satisfaction.programme"]._selection_channel(),
        "Survey channel",
        readonly=True,
    )
    answered_on = fields.Date(readonly=True)
    state = fields.Selection(
        [
            ("given", "Answered"),
            ("not_applicable", "Does not apply"),
            ("missing", "Not answered"),
        ],
        readonly=True,
    )
    points = fields.Float(readonly=True, aggregator="avg", digits=(16, 2))
    weight = fields.Float("Weight (%)", readonly=True, aggregator="avg")
    score = fields.Float(
        "Score of the form", readonly=True, aggregator="avg", digits=(16, 2)
    )

    @property
    def _table_query(self):
        self.env["care.satisfaction.answer"].flush_model()
        self.env["care.satisfaction.point"].flush_model()
        return SQL(
            """
            SELECT p.id, p.answer_id, p.factor_id, a.programme_id, a.round_id,
                   a.company_id, a.project_id, a.customer_id, a.user_id, a.channel,
                   a.answered_on, p.state, p.points, p.weight, a.score,
                   p.secrecy_level
              FROM care_satisfaction_point p
              JOIN care_satisfaction_answer a ON a.id = p.answer_id
             WHERE a.state = 'counted'
            """
        )
