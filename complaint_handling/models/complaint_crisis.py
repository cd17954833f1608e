from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.customer_care.models.care_secrecy_mixin import BY_HAND

# Set by the call and the buttons alone.
_SERVER = frozenset(
    {
        "case_id",
        "plan_id",
        "clause_id",
        "company_id",
        "state",
        "called_at",
        "called_by_id",
        "event_id",
        "decided_at",
        "decided_by_id",
    }
)


class ComplaintCrisis(models.Model):
    """One crisis group about a major complaint: who was called by whom, when it met,
    what it decided. Opened by the button of the case; its members write the rest."""

    _name = "complaint.crisis"
    _description = "Crisis Group"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "care.compliance.mixin",
        "care.secrecy.mixin",
    ]
    _order = "called_at desc, id desc"
    _compliance_source = "crisis"
    _compliance_levels = True
    _secrecy_skip_links = ("event_id",)

    name = fields.Char(compute="_compute_name", store=True)
    case_id = fields.Many2one(
        "complaint.case", required=True, index=True, ondelete="restrict", copy=False
    )
    plan_id = fields.Many2one("complaint.crisis.plan", ondelete="restrict")
    clause_id = fields.Many2one("care.policy.clause", index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True)
    department_id = fields.Many2one(related="case_id.department_id")
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [
            ("called", "Called"),
            ("decided", "Decided"),
            ("closed", "Closed"),
            ("cancelled", "Called off"),
        ],
        required=True,
        readonly=True,
        default="called",
        tracking=True,
        index=True,
    )
    called_at = fields.Datetime(string="Called at", readonly=True, required=True)
    called_by_id = fields.Many2one(
        "res.users", string="Called by", readonly=True, required=True
    )
    member_ids = fields.One2many("complaint.crisis.member", "crisis_id")
    meeting_at = fields.Datetime(string="Meeting")
    event_id = fields.Many2one(
        "calendar.event", string="In the calendar", readonly=True, ondelete="set null"
    )
    decision = fields.Text(tracking=True)
    minutes = fields.Html()
    decided_at = fields.Datetime(string="Decided at", readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(case_id) WHERE state IN ('called', 'decided')",
        "This complaint has a crisis group already.",
    )

    @api.depends("case_id.number", "case_id.name")
    def _compute_name(self):
        """The same words for every reader, so no words of a language."""
        for crisis in self:
            case = crisis.case_id
            crisis.name = " ".join(filter(None, (case.number, case.name)))

    # ---- the call

    @api.model
    def _call_for(self, case, plan):
        """Open the group of `case` by `plan` and invite its members."""
        now = fields.Datetime.now()
        crisis = self.sudo().create(
            {
                "case_id": case.id,
                "plan_id": plan.id,
                "clause_id": plan.clause_id.id,
                "company_id": case.company_id.id,
                "called_at": now,
                "called_by_id": self.env.uid,
                "meeting_at": now + timedelta(minutes=plan.meet_minutes),
                "member_ids": [
                    (0, 0, {"user_id": user.id, "role_id": role.id})
                    for user, role in self._get_members(case, plan).items()
                ],
            }
        )
        crisis._invite(plan.duration_minutes)
        return crisis.with_env(self.env)

    @api.model
    def _get_members(self, case, plan):
        """Return {user: role} of the group: whoever holds a role of the plan, and the
        handler; the persons complained about are passed over."""
        case, roles = case.sudo(), plan.sudo().role_ids | plan.sudo().settle_role_ids
        members = {}
        for role, users in case._notice_holders(roles):
            for user in users:
                members.setdefault(user, role)
        if case.user_id and not self.env["care.secrecy.notice"]._deaf(
            case.user_id, case
        ):
            members.setdefault(case.user_id, self.env["care.role"])
        return members

    def _invite(self, minutes):
        """Put the meeting into the members' calendars, its text theirs alone."""
        people = self.member_ids.user_id
        event = self.env["calendar.event"].create(
            {
                "name": self.env._("Crisis meeting: %(case)s", case=self.name),
                "start": self.meeting_at,
                "stop": self.meeting_at + timedelta(minutes=minutes),
                "user_id": self.called_by_id.id,
                "partner_ids": [(6, 0, (people | self.called_by_id).partner_id.ids)],
                "privacy": "private",
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
            }
        )
        self.event_id = event
        self.message_subscribe(partner_ids=people.partner_id.ids)
        for user in people:
            self.activity_schedule(
                "mail.mail_activity_data_meeting",
                user_id=user.id,
                date_deadline=self.meeting_at.date(),
                summary=self.with_context(lang=user.lang).env._(
                    "Crisis meeting: %(case)s", case=self.case_id.number
                ),
            )

    # ---- guard

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(
                self.env._("A crisis group is called by the button of its complaint.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and _SERVER & vals.keys():
            raise UserError(
                self.env._(
                    "%(crisis)s moves by its buttons. Use them.",
                    crisis=self[:1].display_name,
                )
            )
        ended = any(crisis.state in ("closed", "cancelled") for crisis in self)
        if not self.env.su and ended and not vals.keys() <= BY_HAND:
            raise UserError(
                self.env._(
                    "%(crisis)s is closed and stays as it is.",
                    crisis=self[:1].display_name,
                )
            )
        result = super().write(vals)
        if "meeting_at" in vals:
            self._move_meeting()
        return result

    def _move_meeting(self):
        for crisis in self.sudo().filtered("event_id"):
            event = crisis.event_id
            if crisis.meeting_at and event.start != crisis.meeting_at:
                length = event.stop - event.start
                event.write(
                    {"start": crisis.meeting_at, "stop": crisis.meeting_at + length}
                )

    # ---- steps

    def _check_step(self, states):
        self.ensure_one()
        self.check_access("write")
        if self.state not in states:
            raise UserError(
                self.env._("%(crisis)s is past this step.", crisis=self.display_name)
            )

    def action_decide(self):
        self._check_step(("called",))
        if not (self.decision or "").strip():
            raise UserError(
                self.env._(
                    "Write what %(crisis)s decided first.", crisis=self.display_name
                )
            )
        self.sudo().write(
            {
                "state": "decided",
                "decided_at": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
            }
        )
        self.case_id._message_log(
            body=self.env._("The crisis group decided: %(text)s", text=self.decision)
        )

    def action_close(self):
        self._check_step(("decided",))
        self.activity_unlink(["mail.mail_activity_data_meeting"])
        self.sudo().state = "closed"

    def action_cancel(self):
        self._check_step(("called",))
        self.activity_unlink(["mail.mail_activity_data_meeting"])
        self.sudo().state = "cancelled"

    # ---- evidence

    def _compliance_label(self):
        return self.env._("Crisis groups")

    def _compliance_select(self):
        self.flush_model()
        self.env["complaint.case"].flush_model(["department_id"])
        return SQL(
            """
            SELECT MIN(k.id)::bigint AS id,
                   GREATEST(k.secrecy_level, 1) AS secrecy_level,
                   k.clause_id, k.company_id,
                   c.department_id, date_trunc('month', k.called_at)::date AS month,
                   COUNT(*) FILTER (WHERE k.state IN ('decided', 'closed')) AS met,
                   0::bigint AS missed,
                   COUNT(*) FILTER (WHERE k.state = 'cancelled') AS waived,
                   COUNT(*) FILTER (WHERE k.state = 'called') AS open
              FROM complaint_crisis k JOIN complaint_case c ON c.id = k.case_id
             WHERE k.clause_id IS NOT NULL
             GROUP BY GREATEST(k.secrecy_level, 1),
                      k.clause_id, k.company_id, c.department_id,
                      date_trunc('month', k.called_at)
            """
        )

    def _compliance_action(self):
        return "complaint_handling.complaint_crisis_action", "called_at", []
