from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

STATES = [
    ("planned", "Planned"),
    ("attempted", "Tried"),
    ("done", "Done"),
    ("reviewed", "Reviewed"),
    ("unreachable", "Unreachable"),
    ("exempt", "Exempt"),
    ("cancelled", "Cancelled"),
]
CHANNELS = [
    ("phone", "Phone"),
    ("site", "On site"),
    ("video", "Video call"),
    ("letter", "Letter"),
]
OPEN = ("planned", "attempted")
_OVER = ("done", "reviewed")
_MANAGER = "customer_care.customer_care_group_manager"
_ANY_TIME = {"letter_attachment_ids"}


class CareCallback(models.Model):
    """One call to one customer about one record: who calls until when, what was tried,
    what the customer said, signature or phone mark, and the supervisor's review.

    The draw and its buttons write it; the caller fills in what was said.
    """

    _name = "care.callback"
    _description = "Callback"
    _inherit = [
        "care.obligation.mixin",
        "care.callback.steps",
        "care.callback.after",
        "care.callback.compliance",
        "care.callback.people",
        "care.improvement.mixin",
        "care.requirement.mixin",
        "care.callback.sheet.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "due_at, id"
    _mail_post_access = "read"
    _secrecy_skip_links = ("previous_id", "next_round_id", "draw_line_id", "letter_id")
    # What the caller writes down while it is open.
    _sheet_fields = frozenset(
        {
            "channel",
            "contact_name",
            "contact_phone",
            "outcome_id",
            "notes",
            "raised",
            "settled",
            "answer",
            "phone_mark",
            "signature",
            "signed_by",
            "appointment_at",
        }
        | _ANY_TIME
    )

    programme_id = fields.Many2one(
        "care.callback.programme", index=True, ondelete="restrict"
    )
    clause_id = fields.Many2one(
        "care.policy.clause", index="btree_not_null", ondelete="restrict"
    )
    draw_id = fields.Many2one(
        "care.callback.draw", index="btree_not_null", ondelete="restrict"
    )
    draw_line_id = fields.Many2one("care.callback.draw.line", "Place in the draw")
    stratum = fields.Char()
    is_gravest = fields.Boolean("Gravest kind")
    res_model = fields.Char("Model")
    res_id = fields.Many2oneReference("Record ID", model_field="res_model")
    record_name = fields.Char("About", compute="_compute_record_name")
    record_visible = fields.Boolean(compute="_compute_record_name")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    department_id = fields.Many2one("hr.department")
    contact_name = fields.Char("Contact")
    contact_phone = fields.Char("Phone number")
    role_id = fields.Many2one("care.role", "Callers")
    user_id = fields.Many2one("res.users", "Caller", index="btree_not_null")
    assigned_by_id = fields.Many2one("res.users")
    assigned_at = fields.Datetime()
    supervisor_id = fields.Many2one("res.users", index="btree_not_null")
    responsible_id = fields.Many2one(
        "res.users", compute="_compute_responsible_id", store=True
    )
    supervisor_ids = fields.Many2many(
        "res.users", "care_callback_supervisor_rel", string="Supervisors"
    )
    excluded_ids = fields.Many2many(
        "res.users",
        "care_callback_excluded_rel",
        string="Never called by",
        help="They had to do with the record when it was drawn.",
    )
    event_at = fields.Datetime("Event")
    not_before = fields.Datetime()
    due_at = fields.Datetime("Due", index=True)
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    state = fields.Selection(
        STATES, required=True, default="planned", index=True, group_expand=True
    )
    attempt_ids = fields.One2many("care.callback.attempt", "callback_id", "Attempts")
    attempt_count = fields.Integer("Number of attempts")
    failed_count = fields.Integer("Failed attempts")
    appointment_at = fields.Datetime(
        "Appointment", help="When the customer is called again or gets the answer."
    )
    appointment_kept_at = fields.Datetime("Appointment kept")
    outcome_id = fields.Many2one("care.callback.outcome", ondelete="restrict")
    satisfaction = fields.Selection(related="outcome_id.satisfaction", store=True)
    score = fields.Float(related="outcome_id.score", store=True, aggregator="avg")
    notes = fields.Text("What was said")
    raised = fields.Text("What the customer raised")
    settled = fields.Boolean("Settled and answered")
    answer = fields.Text("Answer to it")
    settled_at = fields.Datetime()
    raised_state = fields.Selection(
        [("none", "Nothing raised"), ("open", "Open"), ("settled", "Settled")],
        "What was raised",
        compute="_compute_raised_state",
        store=True,
    )
    phone_mark = fields.Boolean("Called by phone", help="Mark that it was a call.")
    signature = fields.Image(max_width=1024, max_height=1024, attachment=True)
    signed_by = fields.Char("Signed by whom", help="Who signed, in clear letters.")
    done_at = fields.Datetime()
    done_by_id = fields.Many2one("res.users", "Done by")
    in_time = fields.Boolean("Done in time")
    reviewer_id = fields.Many2one("res.users")
    reviewed_at = fields.Datetime()
    review_opinion = fields.Text("Supervisor's opinion")
    review_signature = fields.Image(
        "Supervisor's signature", max_width=1024, max_height=1024, attachment=True
    )
    round = fields.Integer(default=1)
    previous_id = fields.Many2one(
        "care.callback", "Round before", index="btree_not_null"
    )
    next_round_id = fields.Many2one(
        "care.callback", "Next round", index="btree_not_null"
    )
    letter_id = fields.Many2one(
        "care.callback.letter", "Open letter", index="btree_not_null"
    )
    exempt_reason = fields.Char("Reason of the exemption")
    letter_wanted = fields.Boolean("Letter to be attached")
    letter_attachment_ids = fields.Many2many(
        "ir.attachment", "care_callback_letter_file_rel", string="Letters"
    )
    has_letter = fields.Boolean(compute="_compute_has_letter", store=True)
    is_mine = fields.Boolean(compute="_compute_may")
    can_supervise = fields.Boolean(compute="_compute_may")
    can_review = fields.Boolean(compute="_compute_may")
    can_open_case = fields.Boolean(compute="_compute_may")

    _line_uniq = models.UniqueIndex(
        "(draw_line_id) WHERE draw_line_id IS NOT NULL",
        "This record of the draw has its callback already.",
    )
    _round_uniq = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "This callback has its next round already.",
    )
    _host_index = models.Index("(res_model, res_id)")

    @api.depends("partner_id", "contact_name", "programme_id", "round")
    def _compute_display_name(self):
        for row in self:
            who = row.contact_name or row.sudo().partner_id.display_name
            about = row.sudo().programme_id.name or self.env._("Callback")
            number = f" #{row.round}" if row.round > 1 else ""
            row.display_name = f"{who} – {about}{number}" if who else about + number

    @api.depends("user_id", "supervisor_id", "state")
    def _compute_responsible_id(self):
        """Whoever is to act: the caller, and the supervisor before and after."""
        for row in self:
            lead = row.state not in OPEN or not row.user_id
            row.responsible_id = row.supervisor_id if lead else row.user_id

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_record_name(self):
        names = self._visible_names([(row.res_model, row.res_id) for row in self])
        for row in self:
            key = (row.res_model, row.res_id)
            row.record_visible = key in names
            row.record_name = names.get(key, False)

    @api.model
    def _visible_names(self, keys):
        """Return {(model, id): name} of the records that the user may read."""
        by_model = defaultdict(set)
        for model_name, id_ in keys:
            if model_name in self.env and id_:
                by_model[model_name].add(id_)
        names = {}
        for model_name, ids in by_model.items():
            records = self.env[model_name].browse(ids).exists()
            # never by sudo: a name read as superuser must not stay for the user
            for record in records.sudo(False)._filtered_access("read"):
                names[model_name, record.id] = record.display_name
        return names

    @api.depends("raised", "settled_at")
    def _compute_raised_state(self):
        for row in self:
            if not (row.raised or "").strip():
                row.raised_state = "none"
            else:
                row.raised_state = "settled" if row.settled_at else "open"

    @api.depends("letter_attachment_ids", "letter_id.state")
    def _compute_has_letter(self):
        for row in self:
            sent = row.letter_id.state == "sent"
            row.has_letter = bool(row.letter_attachment_ids) or sent

    @api.depends_context("uid")
    @api.depends("user_id", "supervisor_ids", "done_by_id", "attempt_ids.user_id")
    def _compute_may(self):
        user = self.env.user
        manager = user.has_group(_MANAGER)
        takes = self.env["care.callback.intake"]._takes_cases()
        for row in self:
            row.is_mine = row.user_id == user
            raised = row.raised_state != "none" or row.satisfaction == "dissatisfied"
            row.can_open_case = takes and raised and row.state in _OVER
            row.can_supervise = manager or user in row.supervisor_ids
            callers = row.sudo()._callers()
            row.can_review = row.can_supervise and user not in callers

    def _callers(self):
        """Return who called, or was to call: they do not review it."""
        return self.user_id | self.done_by_id | self.attempt_ids.user_id

    # ---- only the engine moves it

    def _check_sheet(self, names):
        """The caller fills it in while it is open; letters are filed at any time."""
        for row in self:
            late = row.state not in OPEN and not names <= _ANY_TIME
            if late or not (row.is_mine or row.can_supervise):
                raise AccessError(
                    self.env._(
                        "%(callback)s is written by its caller while it is open. Use "
                        "the buttons, or ask its supervisor.",
                        callback=row.display_name,
                    )
                )

    # ---- lists

    @api.model
    def _my_day_domain(self):
        """Return what waits for the user: to call, assign, review, or file with."""
        user = self.env.user
        mine = Domain("user_id", "=", user.id) & Domain("state", "in", OPEN)
        lead = Domain("supervisor_ids", "in", user.ids)
        assign = Domain("state", "=", "planned") & Domain("user_id", "=", False)
        review = Domain("state", "=", "done") & Domain("user_id", "!=", user.id)
        letter = Domain("state", "=", "exempt") & Domain("letter_wanted", "=", True)
        letter &= Domain("has_letter", "=", False)
        return mine | (lead & (assign | review | letter))

    def action_open_record(self):
        """Open the record it is about, if the user may read it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
