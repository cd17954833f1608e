from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
ENDED = ("closed", "cancelled")


class CareTraining(models.Model):
    """One training: contents, form and time, who took part and who passed (P04.08,
    P01.21-22). Its trainer writes it; the test is a certification of Odoo's survey."""

    _name = "care.training"
    _description = "Training"
    _inherit = [
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_due desc, id desc"
    _secrecy_open = "its meeting is made for it, and names nobody but our people"
    _step_fields = {"state": "planned", "meeting_id": False}
    _MOVES = {
        ("planned", "held"): _USER,
        ("planned", "cancelled"): _USER,
        ("cancelled", "planned"): _USER,
        ("held", "closed"): _USER,
        ("closed", "held"): _MANAGER,
    }

    name = fields.Char("Title", required=True, tracking=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held"),
            ("closed", "Closed"),
            ("cancelled", "Called off"),
        ],
        required=True,
        default="planned",
        copy=False,
        index=True,
        tracking=True,
    )
    plan_id = fields.Many2one(
        "care.training.plan",
        "Training plan",
        index="btree_not_null",
        ondelete="restrict",
    )
    clause_id = fields.Many2one(
        "care.policy.clause", index="btree_not_null", ondelete="restrict"
    )
    topic_id = fields.Many2one(
        "care.training.topic", "Content", index="btree_not_null", ondelete="restrict"
    )
    form = fields.Selection(
        [
            ("internal", "In the house"),
            ("online", "On line"),
            ("practice", "Practice"),
            ("exchange", "Exchange"),
            ("guidance", "Guidance at work"),
        ],
        required=True,
        default="internal",
    )
    goals = fields.Text()
    date_due = fields.Date("To be held by", required=True, index=True, tracking=True)
    start_at = fields.Datetime("Begins")
    end_at = fields.Datetime("Ends")
    hours = fields.Float(compute="_compute_hours", store=True)
    place = fields.Char()
    trainer_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    trainer_name = fields.Char("Trainer from outside")
    department_id = fields.Many2one(
        "hr.department", index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost = fields.Monetary()
    survey_id = fields.Many2one(
        "survey.survey",
        "Test",
        ondelete="restrict",
        domain="[('certification', '=', True)]",
        help="A certification: whoever passes it has passed the training.",
    )
    must_pass = fields.Boolean(
        help="The training is closed once everybody who took part has passed."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Material")
    meeting_id = fields.Many2one(
        "calendar.event", readonly=True, copy=False, ondelete="set null"
    )
    participant_ids = fields.One2many(
        "care.training.participant", "training_id", "Participants"
    )
    participant_count = fields.Integer(
        "Number of participants", compute="_compute_counts", compute_sudo=True
    )
    present_count = fields.Integer(
        "Number present", compute="_compute_counts", compute_sudo=True
    )
    passed_count = fields.Integer(
        "Passed", compute="_compute_counts", compute_sudo=True
    )
    summary = fields.Text("How it went", copy=False)

    _times_ordered = models.Constraint(
        "CHECK (end_at IS NULL OR start_at IS NULL OR end_at > start_at)",
        "A training ends after it begins.",
    )

    @api.depends("start_at", "end_at")
    def _compute_hours(self):
        for record in self:
            times = record.start_at and record.end_at
            seconds = times and (record.end_at - record.start_at).total_seconds()
            record.hours = (seconds or 0) / 3600

    @api.depends("participant_ids.attendance", "participant_ids.result")
    def _compute_counts(self):
        for record in self:
            rows = record.participant_ids
            record.participant_count = len(rows)
            record.present_count = len(
                rows.filtered(lambda row: row.attendance == "present")
            )
            record.passed_count = len(rows.filtered(lambda r: r.result == "passed"))

    @api.constrains("date_due", "plan_id")
    def _check_inside_plan(self):
        for record in self.filtered("plan_id"):
            plan = record.plan_id
            if not plan.date_from <= record.date_due <= plan.date_to:
                raise ValidationError(
                    self.env._(
                        "%(training)s lies outside %(plan)s. Choose a day between "
                        "%(first)s and %(last)s.",
                        training=record.name,
                        plan=plan.name,
                        first=plan.date_from,
                        last=plan.date_to,
                    )
                )

    def write(self, vals):
        free = {"active", "activity_ids", "message_follower_ids", "survey_id"}
        if not self._is_step() and vals.keys() - free:
            for record in self.filtered(lambda record: record.state in ENDED):
                raise UserError(
                    self.env._(
                        "%(training)s has ended and stays as it was held.",
                        training=record.name,
                    )
                )
        return super().write(vals)

    # ---- buttons

    def action_invite(self):
        """Put it in the calendars of everybody who is to take part."""
        for record in self:
            record.check_access("write")
            if not (record.start_at and record.end_at and record.participant_ids):
                raise UserError(
                    self.env._(
                        "%(training)s needs its times and its participants first.",
                        training=record.name,
                    )
                )
            people = record.participant_ids.user_id | record.trainer_id
            vals = {
                "name": record.name,
                "start": record.start_at,
                "stop": record.end_at,
                "location": record.place,
                "description": record.goals,
                "user_id": (record.trainer_id or self.env.user).id,
                "partner_ids": [Command.set(people.partner_id.ids)],
            }
            if record.meeting_id:
                record.meeting_id.sudo().write(vals)
            else:
                meeting = self.env["calendar.event"].create(vals)
                record._step_write({"meeting_id": meeting.id})
        return True

    def action_held(self):
        """It was held: everybody's attendance is known."""
        for record in self:
            record._check_move("held")
            record._requirement_check("held")
            open_rows = record.participant_ids.filtered(
                lambda row: row.attendance == "invited"
            )
            if open_rows or not record.participant_ids:
                raise UserError(
                    self.env._(
                        "Note who took part in %(training)s: %(people)s.",
                        training=record.name,
                        people=", ".join(open_rows.user_id.mapped("name"))
                        or self.env._("nobody is entered"),
                    )
                )
            if not record.start_at or record.start_at > fields.Datetime.now():
                raise UserError(
                    self.env._(
                        "%(training)s has not begun. Correct its times.",
                        training=record.name,
                    )
                )
            record._step_write({"state": "held"})
            self.env["care.duty"]._fulfil_by(record)
        return True

    def action_close(self):
        """End it, once everybody has passed where that is wanted."""
        for record in self:
            record._check_move("closed")
            left = record.participant_ids.filtered(
                lambda row: row.attendance == "present" and row.result != "passed"
            )
            if record.must_pass and left:
                raise UserError(
                    self.env._(
                        "Not passed yet in %(training)s: %(people)s. They take the "
                        "test again, or are trained anew.",
                        training=record.name,
                        people=", ".join(left.user_id.mapped("name")),
                    )
                )
            record._step_write({"state": "closed"})
        return True

    def action_cancel(self):
        """Call it off."""
        for record in self:
            record._check_move("cancelled")
            record._step_write({"state": "cancelled"})
        return True

    def action_replan(self):
        """Plan again what was called off."""
        for record in self:
            record._check_move("planned")
            record._step_write({"state": "planned"})
        return True

    def action_all_present(self):
        """Everybody who was invited took part."""
        self.check_access("write")
        rows = self.participant_ids.filtered(lambda row: row.attendance == "invited")
        rows.write({"attendance": "present"})
        return True

    def action_view_participants(self):
        """Open who takes part."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_training_participant_action"
        )
        return action | {"domain": [("training_id", "=", self.id)], "context": {}}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        for record in self.filtered(lambda row: row.state in ("held", "closed")):
            raise UserError(
                self.env._(
                    "%(training)s was held and stays on record.", training=record.name
                )
            )
