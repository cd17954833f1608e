from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [
    ("reported", "Reported"),
    ("running", "Plan running"),
    ("contained", "Under control"),
    ("closed", "Closed"),
    ("false_alarm", "False alarm"),
]
ENDED = ("closed", "false_alarm")


class CareEmergencyActivation(models.Model):
    """One emergency (P04.12): reported at once, its plan started, a command group
    formed, progress reported upward, lessons drawn. Anybody of the desk reports one."""

    _name = "care.emergency.activation"
    _description = "Emergency"
    _inherit = [
        "care.emergency.flow",
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.improvement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "id desc"
    _step_fields = {
        "state": "reported",
        "number": False,
        "reported_by_id": False,
        "reported_at": False,
        "started_at": False,
        "started_by_id": False,
        "contained_at": False,
        "ended_at": False,
        "ended_by_id": False,
    }
    _MOVES = {
        ("reported", "running"): _USER,
        ("reported", "false_alarm"): _USER,
        ("running", "contained"): _USER,
        ("contained", "running"): _USER,
        ("contained", "closed"): _USER,
        ("running", "false_alarm"): _MANAGER,
    }

    number = fields.Char(readonly=True, copy=False, index=True)
    name = fields.Char("What has happened", required=True, tracking=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="reported",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    plan_id = fields.Many2one(
        "care.emergency.plan",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    clause_id = fields.Many2one(related="plan_id.clause_id", store=True)
    description = fields.Text("Details")
    place = fields.Char()
    happened_at = fields.Datetime(
        "When", required=True, default=lambda self: fields.Datetime.now()
    )
    severity = fields.Selection(
        [
            ("1_low", "Low"),
            ("2_medium", "Moderate"),
            ("3_high", "High"),
            ("4_critical", "Critical"),
        ],
        required=True,
        default="2_medium",
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    reported_by_id = fields.Many2one(
        "res.users", "Reported by", readonly=True, copy=False, ondelete="restrict"
    )
    reported_at = fields.Datetime("Reported on", readonly=True, copy=False)
    photo_ids = fields.Many2many("ir.attachment", string="Pictures", copy=False)
    # the command group
    user_id = fields.Many2one(
        "res.users",
        "In command",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        tracking=True,
        domain="[('share', '=', False)]",
    )
    member_ids = fields.Many2many(
        "res.users",
        "care_emergency_member_rel",
        string="Command group",
        copy=False,
        domain="[('share', '=', False)]",
    )
    started_at = fields.Datetime("Plan started on", readonly=True, copy=False)
    started_by_id = fields.Many2one(
        "res.users", "Started by", readonly=True, copy=False, ondelete="restrict"
    )
    action_ids = fields.One2many(
        "care.emergency.action", "activation_id", "Emergency measures"
    )
    open_count = fields.Integer("Measures open", compute="_compute_open_count")
    # progress
    is_handled_by_me = fields.Boolean(
        compute="_compute_is_handled_by_me", search="_search_is_handled_by_me"
    )
    progress_ids = fields.One2many("care.emergency.progress", "activation_id")
    progress_due_at = fields.Datetime("Next report by", compute="_compute_progress")
    contained_at = fields.Datetime("Under control on", readonly=True, copy=False)
    # the end
    cause = fields.Text(copy=False)
    damage = fields.Text("Damage and outcome", copy=False)
    lessons = fields.Text("What was learnt", copy=False)
    ended_at = fields.Datetime("Ended on", readonly=True, copy=False)
    ended_by_id = fields.Many2one(
        "res.users", "Ended by", readonly=True, copy=False, ondelete="restrict"
    )

    @api.depends("name", "number")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " ".join(filter(None, (record.number, record.name)))

    @api.depends("action_ids.done_at")
    def _compute_open_count(self):
        for record in self:
            todo = record.action_ids.filtered(lambda row: not row.done_at)
            record.open_count = len(todo)

    @api.depends("progress_ids.state")
    def _compute_progress(self):
        for record in self:
            wanted = record.progress_ids.filtered(lambda row: row.state == "wanted")
            record.progress_due_at = wanted[:1].due_at

    @api.depends_context("uid")
    @api.depends("user_id", "member_ids", "plan_id.alert_role_ids")
    def _compute_is_handled_by_me(self):
        mine = self.filtered_domain(self._handled_domain())
        for record in self:
            record.is_handled_by_me = record in mine

    def _search_is_handled_by_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self._handled_domain()
        return mine if True in value else ~mine

    @api.model
    def _handled_domain(self):
        """Return the emergencies that the user commands, helps with or is told of."""
        held = [("user_id", "=", self.env.uid), ("is_held_today", "=", True)]
        plans = self.env["care.emergency.plan"].sudo().with_context(active_test=False)
        roles = [("alert_role_ids.assignment_ids", "any", held)]
        mine = Domain("user_id", "=", self.env.uid)
        mine |= Domain("member_ids", "in", self.env.uid)
        return mine | Domain("plan_id", "in", plans.search(roles).ids)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        now = fields.Datetime.now()
        for record in records:
            if record.happened_at > now:
                raise UserError(
                    self.env._(
                        "%(emergency)s lies ahead. Correct the time.",
                        emergency=record.name,
                    )
                )
            numbers = self.env["ir.sequence"].sudo().with_company(record.company_id)
            level = record.sudo().secrecy_level
            number = numbers._care_next("care.emergency.activation", level)
            record._step_write(
                {
                    "number": number,
                    "reported_by_id": self.env.uid,
                    "reported_at": now,
                }
            )
        records._tell_at_once()
        return records

    def write(self, vals):
        free = {"active", "activity_ids", "message_follower_ids"}
        if not self._is_step() and vals.keys() - free:
            self.check_access("write")
            self._check_not_ended()
        return super().write(vals)

    def _check_not_ended(self):
        for record in self.sudo():
            if record.state in ENDED:
                raise UserError(
                    self.env._(
                        "%(emergency)s has ended and stays as it is. Report a new one.",
                        emergency=record.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _never_unlink(self):
        for record in self:
            raise UserError(
                self.env._(
                    "%(emergency)s stays on record. End it as a false alarm if it was "
                    "none.",
                    emergency=record.display_name,
                )
            )
