from odoo import api, fields, models
from odoo.tools import SQL


class CareSatisfactionAnswer(models.Model):
    """One filled-in form of a customer who was asked, with its points.

    Written by the engine when the survey's form is finished; the form itself is kept by
    the survey. `state` says whether it counts, `reason` why not.
    """

    _name = "care.satisfaction.answer"
    _description = "Satisfaction answer"
    _inherit = [
        "care.engine.mixin",
        "care.subject.mixin",
        "care.satisfaction.points",
        "care.secrecy.follow.mixin",
    ]
    _order = "answered_on desc, id desc"
    _rec_name = "partner_id"
    _log_access = False  # many rows in few statements: no columns without use

    programme_id = fields.Many2one(
        "care.satisfaction.programme",
        "Survey programme",
        required=True,
        ondelete="restrict",
        index=True,
    )
    clause_id = fields.Many2one(related="programme_id.clause_id")
    round_id = fields.Many2one(
        "care.satisfaction.round",
        "Counts in",
        required=True,
        ondelete="restrict",
        help="The round of the period whose scores it counts in.",
    )
    request_id = fields.Many2one(
        "care.satisfaction.request",
        "Satisfaction request",
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True)
    res_model = fields.Char("Kind of record", required=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True
    )
    subject_name = fields.Char("What was rated")
    project_id = fields.Many2one(
        "project.project", index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", "Answered by", index=True, ondelete="restrict"
    )
    customer_id = fields.Many2one("res.partner", index=True, ondelete="restrict")
    channel = fields.Selection(
        lambda self: self.env["care.satisfaction.programme"]._selection_channel(),
        "Survey channel",
    )
    user_id = fields.Many2one("res.users", "Interviewer", ondelete="restrict")
    entered_by_id = fields.Many2one("res.users", "Entered by", ondelete="restrict")
    answered_on = fields.Date(required=True, index=True)
    rated_at = fields.Datetime("Reckoned", help="When its points were reckoned.")
    score = fields.Float("Score of the form", digits=(16, 6), aggregator="avg")
    known_pct = fields.Float(
        "Weight answered (%)", digits=(9, 4), aggregator="avg", help="Of what applies."
    )
    state = fields.Selection(
        [
            ("counted", "Counts in the score"),
            ("late", "Came too late"),
            ("void", "Not counted"),
        ],
        required=True,
        default="counted",
    )
    reason = fields.Selection(
        [
            ("too_little", "Too little was answered"),
            ("unanswered", "A factor was not answered"),
            ("closed", "The period was closed before"),
        ],
        "Why not counted",
    )
    is_passed = fields.Boolean("Passed")
    band_id = fields.Many2one(
        "care.satisfaction.band", "Satisfaction grade", ondelete="set null"
    )
    point_ids = fields.One2many("care.satisfaction.point", "answer_id", "Points")

    _counted_idx = models.Index(
        "(round_id, res_id) INCLUDE (score, customer_id, secrecy_level, res_model) "
        "WHERE state = 'counted'"
    )
    _rated_idx = models.Index("(round_id, rated_at)")

    @api.model
    def _take(self, forms):
        """Make answers of finished forms of customers who were asked."""
        requests = (
            self.env["care.satisfaction.request"]
            .sudo()
            .search(
                [
                    ("user_input_id", "in", forms.ids),
                    ("state", "in", ("planned", "asked", "refused", "unreachable")),
                ]
            )
        )
        answers = self.browse()
        for request in requests:
            if not request.user_input_id.test_entry:
                answers |= self._take_one(request)
        return answers

    def _take_one(self, request):
        programme = request.programme_id
        today = programme._today_in(request.company_id)
        wave = request.round_id
        if programme.timing == "event":  # it counts in the period it was given in
            wave = programme._round_of(request.company_id, today)
        # whoever uses the customer's link fills in alone, whatever was planned
        by_us = self.env.user._is_internal() and request.channel != "web"
        answer = self._engine().create(
            [
                {
                    "programme_id": programme.id,
                    "round_id": wave.id,
                    "request_id": request.id,
                    "company_id": request.company_id.id,
                    "res_model": request.res_model,
                    "res_id": request.res_id,
                    "project_id": request.project_id.id,
                    "partner_id": request.partner_id.id,
                    "customer_id": request.customer_id.id,
                    "channel": request.channel if by_us else "web",
                    "user_id": by_us and request.user_id.id,
                    "entered_by_id": by_us and self.env.uid,
                    "answered_on": today,
                    "state": "late" if wave.state == "closed" else "counted",
                    "reason": "closed" if wave.state == "closed" else False,
                }
            ]
        )
        request._step_write(
            {
                "state": "answered",
                "answered_on": today,
                "asked_on": request.asked_on or today,
            }
        )
        answer._rate()
        self._tell_record(request)
        if answer.state != "late":
            wave._reckon_subjects([(answer.res_model, answer.res_id)])
        return answer._plain(self.env)

    def _tell_record(self, request):
        """Let the record note that its customer was asked."""
        record = request._record()
        if record and "care_surveyed_on" in record._fields:
            record._on_satisfaction_answer(request.answered_on)

    def action_view_form(self):
        self.ensure_one()
        return self.request_id.action_view_form()

    @api.model
    def _refresh(self, answers):
        """Forget what memory holds of rows written by SQL."""
        answers.invalidate_recordset(flush=False)
        self.env["care.satisfaction.point"].invalidate_model(flush=False)

    def _ids_sql(self):
        return SQL("%s", list(self.ids))
