from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CareTrainingParticipant(models.Model):
    """One person in one training: whether they took part, and passed. The trainer
    notes it; where there is a test, the test alone says who passed."""

    _name = "care.training.participant"
    _description = "Participant of a training"
    _inherit = ["care.step.mixin"]
    _order = "training_id desc, id"
    _step_fields = {"survey_input_id": False, "passed_on": False, "score": 0.0}

    training_id = fields.Many2one(
        "care.training", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="training_id.company_id", store=True)
    topic_id = fields.Many2one(related="training_id.topic_id", store=True)
    date = fields.Date(compute="_compute_date", store=True)
    hours = fields.Float(compute="_compute_hours_attended", store=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    department_id = fields.Many2one(
        "hr.department", compute="_compute_department_id", store=True
    )
    attendance = fields.Selection(
        [
            ("invited", "Invited"),
            ("present", "Present"),
            ("excused", "Excused"),
            ("absent", "Absent"),
        ],
        required=True,
        default="invited",
        index=True,
    )
    survey_id = fields.Many2one(related="training_id.survey_id")
    survey_input_id = fields.Many2one(
        "survey.user_input",
        "Answers",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    score = fields.Float("Score (%)", readonly=True, copy=False, aggregator="avg")
    result = fields.Selection(
        [("none", "No result yet"), ("passed", "Passed"), ("failed", "Failed")],
        required=True,
        default="none",
        index=True,
    )
    passed_on = fields.Date(readonly=True, copy=False)
    appraisal_id = fields.Many2one(
        "care.appraisal",
        "Sent because of",
        index="btree_not_null",
        ondelete="restrict",
        help="The appraisal that led to this training (P02.12).",
    )
    comment = fields.Char()

    _person_uniq = models.Constraint(
        "UNIQUE (training_id, user_id)", "Each person takes part once in a training."
    )

    @api.depends("user_id", "training_id")
    def _compute_display_name(self):
        for row in self:
            names = filter(None, (row.training_id.name, row.user_id.name))
            row.display_name = " - ".join(names)

    @api.depends("training_id.start_at", "training_id.date_due")
    def _compute_date(self):
        for row in self:
            start = row.training_id.start_at
            row.date = start.date() if start else row.training_id.date_due

    @api.depends("attendance", "training_id.hours", "training_id.state")
    def _compute_hours_attended(self):
        for row in self:
            held = row.training_id.state in ("held", "closed")
            there = row.attendance == "present"
            row.hours = row.training_id.hours if held and there else 0

    @api.depends("user_id")
    def _compute_department_id(self):
        for row in self:
            user = row.user_id.sudo().with_company(row.company_id)
            row.department_id = user.employee_id.department_id

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        for row in rows:
            row._check_result_edit({"result": row.result})
        return rows

    def write(self, vals):
        if not self._is_step() and vals:
            self.check_access("write")
            self._check_result_edit(vals)
        result = super().write(vals)
        if vals.get("result") == "passed":
            self._tell_appraisal()
        return result

    def _tell_appraisal(self):
        """What an appraisal asked for is put right by the training passed."""
        today = fields.Date.context_today(self)
        for appraisal in self.sudo().appraisal_id:
            if not appraisal.trained_on:
                appraisal._step_write({"trained_on": today})

    def _check_result_edit(self, vals):
        """The test says who passed; nobody judges himself; what ended stays."""
        for row in self:
            if row.training_id.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(training)s has ended and stays as it was held.",
                        training=row.training_id.name,
                    )
                )
            if vals.get("result", "none") == "none":
                continue
            if row.survey_id:
                raise UserError(
                    self.env._(
                        "In %(training)s the test says who passed.",
                        training=row.training_id.name,
                    )
                )
            if row.user_id == self.env.user and not self.env.su:
                raise AccessError(
                    self.env._(
                        "Somebody else notes whether you passed %(training)s.",
                        training=row.training_id.name,
                    )
                )

    def action_take_test(self):
        """Open the test of the training, for the person himself."""
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user or not self.survey_id:
            raise UserError(
                self.env._(
                    "The test of %(training)s is taken by %(person)s.",
                    training=self.training_id.name,
                    person=self.user_id.name,
                )
            )
        answers = self.sudo().survey_input_id
        if not answers or answers.state == "done":
            survey = self.sudo().survey_id
            answers = survey._create_answer(user=self.env.user)
            self._step_write({"survey_input_id": answers.id})
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": answers.get_start_url(),
        }

    def _note_test(self, answers):
        """Keep what the test said; a test passed once stays passed."""
        self.ensure_one()
        vals = {"score": answers.scoring_percentage}
        if answers.scoring_success:
            today = fields.Date.context_today(self)
            vals |= {"result": "passed", "passed_on": self.passed_on or today}
        elif self.result != "passed":
            vals["result"] = "failed"
        self._step_write(vals)
