from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

_USER = "customer_care.customer_care_group_user"


class CareProjectMeeting(models.Model):
    """The kickoff or one progress meeting of a project: when it was due, when it was
    held, the minutes and what was decided (P01.24-25). The next is planned when one is
    held; the team writes it."""

    _name = "care.project.meeting"
    _description = "Meeting of a project"
    _inherit = [
        "care.host.row.mixin",
        "care.obligation.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "date_due desc, id desc"
    _step_fields = {"state": "planned", "done_by_id": False}
    _MOVES = {
        ("planned", "held"): _USER,
        ("planned", "cancelled"): _USER,
        ("cancelled", "planned"): _USER,
    }

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="project_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="project_id.company_id", store=True)
    kind = fields.Selection(
        [("kickoff", "Kickoff meeting"), ("progress", "Progress meeting")],
        required=True,
        default="progress",
        index=True,
    )
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held"), ("cancelled", "Called off")],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    date_due = fields.Date("Due", required=True, index=True, tracking=True)
    date_held = fields.Date("Held on", copy=False)
    user_id = fields.Many2one(
        "res.users",
        "Led by",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    event_id = fields.Many2one(
        "calendar.event",
        "In the calendar",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    participant_ids = fields.Many2many(
        "res.partner", "care_project_meeting_partner_rel", string="Took part"
    )
    minutes = fields.Html("Minutes of the meeting", copy=False)
    decision_ids = fields.One2many(
        "care.project.decision", "meeting_id", "What was decided", copy=False
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", "care_project_meeting_file_rel", string="Files", copy=False
    )
    done_by_id = fields.Many2one(
        "res.users", "Noted by", readonly=True, copy=False, ondelete="restrict"
    )
    active = fields.Boolean(default=True)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    _planned_once = models.UniqueIndex(
        "(project_id, kind) WHERE state = 'planned' AND active",
        "A meeting of this kind is planned already. Hold it or call it off first.",
    )

    @api.depends("project_id", "kind", "date_held", "date_due")
    def _compute_display_name(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = self.env._(
                "%(kind)s of %(project)s, %(date)s",
                kind=words.get(row.kind, ""),
                project=row.project_id.name or "",
                date=fields.Date.to_string(row.date_held or row.date_due) or "",
            )

    @api.depends("state", "date_due")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for row in self:
            late = row.date_due and row.date_due < today
            row.is_late = bool(row.state == "planned" and late)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("state", "=", "planned") & Domain("date_due", "<", today)
        return late if True in value else ~late

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.participant_ids.check_access("read")
        return rows

    def write(self, vals):
        if not self._is_step() and vals.keys() - {"active", "activity_ids"}:
            for row in self.filtered(lambda row: row.state == "held"):
                raise UserError(
                    self.env._(
                        "%(meeting)s was held and stays as it was.",
                        meeting=row.display_name,
                    )
                )
        result = super().write(vals)
        if "participant_ids" in vals:
            self.participant_ids.check_access("read")
        return result

    # ---- steps

    def action_hold(self):
        """Keep what was said and plan the next."""
        for row in self:
            row._check_move("held")
            names = ["date_held", "participant_ids", "minutes"]
            words = row.fields_get(names, ["string"])
            missing = [words[name]["string"] for name in names if not row[name]]
            if missing:
                raise UserError(
                    self.env._(
                        "%(meeting)s is not complete. Fill in: %(fields)s.",
                        meeting=row.display_name,
                        fields=", ".join(missing),
                    )
                )
            if row.date_held > fields.Date.context_today(self):
                raise UserError(
                    self.env._(
                        "%(meeting)s lies ahead. Note it once it was held.",
                        meeting=row.display_name,
                    )
                )
            if row.kind == "kickoff":
                row.project_id._requirement_check("kickoff")
            row._step_write({"state": "held", "done_by_id": self.env.uid})
            row.project_id.sudo()._on_care_meeting_held(row)
        return True

    def action_cancel(self):
        """Call it off; the next progress meeting is planned."""
        for row in self:
            row._check_move("cancelled")
            row._step_write({"state": "cancelled"})
            row.project_id.sudo()._care_plan_meetings()
        return True

    def action_replan(self):
        """Plan again what was called off."""
        for row in self:
            row._check_move("planned")
            row._step_write({"state": "planned"})
        return True

    def action_invite(self):
        """Put it into the calendar of those who are to come."""
        self.ensure_one()
        self.check_access("write")
        people = self._invited()
        if self.sudo().event_id.active:
            return self._open_event()
        # in the morning of that day; the organiser moves it
        start = datetime.combine(self.date_due, time(9), ZoneInfo(self._zone()))
        start = start.astimezone(UTC).replace(tzinfo=None)
        event = self.env["calendar.event"].create(
            {
                "name": self.display_name,
                "start": start,
                "stop": fields.Datetime.add(start, hours=1),
                "user_id": self.env.uid,
                "partner_ids": [Command.set(people.ids)],
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
            }
        )
        self._step_write({"event_id": event.id})
        if not self.participant_ids:
            self.participant_ids = people
        return self._open_event()

    def _zone(self):
        return self.env.user.tz or "UTC"

    def _invited(self):
        team = self.project_id.sudo().care_member_ids.user_id | self.user_id
        people = team.partner_id | self.env.user.partner_id
        return people.with_env(self.env) | self.participant_ids

    def _open_event(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "res_id": self.event_id.id,
            "views": [(False, "form")],
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        for row in self.filtered(lambda row: row.state == "held"):
            raise UserError(
                self.env._(
                    "%(meeting)s was held and stays on record.",
                    meeting=row.display_name,
                )
            )
