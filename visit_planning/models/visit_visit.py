from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

_USER = "visit_planning.visit_planning_group_user"
_MANAGER = "visit_planning.visit_planning_group_manager"
# {(from, to): group that may}; a pair not listed is refused for everyone
_MOVES = {
    ("planned", "confirmed"): _USER,
    ("planned", "done"): _USER,
    ("confirmed", "done"): _USER,
    ("planned", "cancelled"): _USER,
    ("confirmed", "cancelled"): _USER,
    ("confirmed", "planned"): _USER,
    ("cancelled", "planned"): _USER,
    ("done", "confirmed"): _MANAGER,
}
# what a done visit says; fixed until a manager reopens it
_REPORT = {
    "partner_id",
    "contact_id",
    "user_ids",
    "planned_at",
    "duration",
    "purpose_id",
    "checklist_id",
    "opinions",
    "needs",
    "follow_up",
    "training_minutes",
}


class VisitVisit(models.Model):
    """One visit at a customer: plan, checklist and report. Its visitors write it;
    colleagues of the company read it."""

    _name = "visit.visit"
    _description = "Customer visit"
    _inherit = [
        "care.obligation.mixin",
        "care.requirement.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.mixin",
    ]
    _order = "planned_at desc, id desc"
    _check_company_auto = True
    _secrecy_skip_links = ("next_visit_id",)
    _obligation_place_fields = ("partner_id", "user_ids", "company_id")

    name = fields.Char(
        "Subject",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Person to see",
        index="btree_not_null",
        domain="[('id', 'child_of', partner_id)]",
    )
    user_ids = fields.Many2many(
        "res.users",
        "visit_visit_user_rel",
        "visit_id",
        "user_id",
        string="Visitors",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    purpose_id = fields.Many2one(
        "visit.purpose",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    goal = fields.Text(help="What the visit should achieve.")
    planned_at = fields.Datetime(
        "Planned for", required=True, index=True, tracking=True
    )
    duration = fields.Float(
        "Duration (hours)",
        compute="_compute_duration",
        store=True,
        precompute=True,
        readonly=False,
    )
    planned_end = fields.Datetime(
        compute="_compute_planned_end", store=True, precompute=True
    )
    place = fields.Char(
        compute="_compute_place", store=True, precompute=True, readonly=False
    )
    clash_ids = fields.Many2many(
        "visit.visit", string="At the same time", compute="_compute_clash_ids"
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("confirmed", "Confirmed"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        copy=False,
        index=True,
        tracking=True,
    )
    checklist_id = fields.Many2one(
        "visit.checklist",
        compute="_compute_checklist_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
    )
    line_ids = fields.One2many(
        "visit.visit.line",
        "visit_id",
        string="Checklist points",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        copy=False,
    )
    opinions = fields.Text(
        "Customer's opinions", copy=False, help="Attitude, demands and suggestions."
    )
    needs = fields.Text(copy=False, help="What the customer needs, now and later.")
    follow_up = fields.Text(copy=False, help="What was promised and what comes next.")
    training_minutes = fields.Integer(
        "Training (minutes)", copy=False, help="Guidance or training given on site."
    )
    done_at = fields.Datetime("Reported at", copy=False, readonly=True)
    cancel_reason = fields.Char(copy=False, tracking=True)
    next_planned_at = fields.Datetime("Next visit", copy=False)
    next_visit_id = fields.Many2one(
        "visit.visit",
        string="Booked next visit",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _duration_positive = models.Constraint(
        "CHECK (duration > 0)", "A visit lasts longer than nothing."
    )
    _training_positive = models.Constraint(
        "CHECK (training_minutes >= 0)", "Training cannot last less than nothing."
    )

    @api.depends("partner_id", "purpose_id")
    def _compute_name(self):
        for visit in self:
            names = [visit.partner_id.name, visit.purpose_id.name]
            visit.name = ": ".join(filter(None, names)) or visit.name

    @api.depends("purpose_id")
    def _compute_duration(self):
        for visit in self:
            visit.duration = visit.purpose_id.duration or visit.duration or 1.0

    @api.depends("planned_at", "duration")
    def _compute_planned_end(self):
        for visit in self:
            visit.planned_end = visit.planned_at and visit.planned_at + timedelta(
                hours=visit.duration
            )

    @api.depends("partner_id", "contact_id")
    def _compute_place(self):
        for visit in self:
            host = visit.contact_id or visit.partner_id
            lines = host._display_address(without_company=True).splitlines()
            visit.place = (
                ", ".join(line.strip() for line in lines if line.strip()) or visit.place
            )

    @api.depends("purpose_id")
    def _compute_checklist_id(self):
        for visit in self:
            visit.checklist_id = visit.purpose_id.checklist_id or visit.checklist_id

    @api.depends("checklist_id")
    def _compute_line_ids(self):
        """Take over the points of the checklist; points ticked before stay."""
        for visit in self:
            open_lines = visit.line_ids.filtered(lambda line: not line.is_done)
            visit.line_ids = [Command.unlink(line.id) for line in open_lines] + [
                Command.create(line._prepare_visit_line_vals())
                for line in visit.checklist_id.line_ids
            ]

    @api.depends("user_ids", "planned_at", "planned_end", "state")
    def _compute_clash_ids(self):
        for visit in self:
            running = visit.state in ("planned", "confirmed") and visit.planned_end
            visit.clash_ids = running and self.search(
                [
                    ("id", "not in", visit._origin.ids),
                    ("state", "in", ("planned", "confirmed")),
                    ("user_ids", "in", visit.user_ids.ids),
                    ("planned_at", "<", visit.planned_end),
                    ("planned_end", ">", visit.planned_at),
                ]
            )

    @api.constrains("user_ids")
    def _check_user_ids(self):
        for visit in self:
            if not visit.user_ids:
                raise ValidationError(
                    self.env._(
                        "%(visit)s has no visitor. Name at least one colleague.",
                        visit=visit.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "planned") != "planned" and not self._is_manager():
                raise UserError(
                    self.env._(
                        "A new visit is planned. Enter the visit of %(when)s as "
                        "planned and move it with its buttons.",
                        when=vals.get("planned_at") or self.env._("that day"),
                    )
                )
        return super().create(vals_list)

    def write(self, vals):
        vals = dict(vals)
        if "done_at" in vals and not self._is_manager():
            del vals["done_at"]
        self._check_report_open(vals)
        if "state" not in vals:
            return super().write(vals)
        state, done_at = vals.pop("state"), vals.pop("done_at", False)
        if vals:
            super().write(vals)
        self._check_move(state)
        if state == "done":
            done_at = done_at or fields.Datetime.now()
        return super().write({"state": state, "done_at": done_at})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for visit in self.filtered(lambda visit: visit.state == "done"):
            raise UserError(
                self.env._(
                    "%(visit)s was carried out and cannot be deleted. Archive it "
                    "instead.",
                    visit=visit.display_name,
                )
            )

    def action_confirm(self):
        self.write({"state": "confirmed"})

    def action_done(self):
        self.write({"state": "done"})

    def action_cancel(self):
        self.write({"state": "cancelled"})

    def action_plan(self):
        self.write({"state": "planned"})

    def action_reopen(self):
        self.write({"state": "confirmed"})

    def action_book_next(self):
        """Plan the next visit once; a second click opens the one booked."""
        self.ensure_one()
        if not self.next_visit_id:
            self.next_visit_id = self.create(self._prepare_next_visit_vals())
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.next_visit_id.id,
            "views": [(False, "form")],
        }

    def _prepare_next_visit_vals(self):
        if not self.next_planned_at or self.next_planned_at <= self.planned_at:
            raise UserError(
                self.env._(
                    "Enter under Next visit a time after %(visit)s, then book it.",
                    visit=self.display_name,
                )
            )
        return {
            "partner_id": self.partner_id.id,
            "contact_id": self.contact_id.id,
            "company_id": self.company_id.id,
            "user_ids": [Command.set(self.user_ids.ids)],
            "purpose_id": self.purpose_id.id,
            "planned_at": self.next_planned_at,
            "duration": self.duration,
            "place": self.place,
            "goal": self.follow_up,
            "secrecy_own": self.secrecy_own,
        }

    def _is_manager(self):
        return self.env.su or self.env.user.has_group(_MANAGER)

    def _check_report_open(self, vals):
        if not _REPORT & set(vals):
            return
        for visit in self.filtered(lambda visit: visit.state == "done"):
            raise UserError(
                self.env._(
                    "%(visit)s is done, so its report stays as it is. Ask a manager of "
                    "visits to reopen it.",
                    visit=visit.display_name,
                )
            )

    def _check_move(self, target):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for visit in self.filtered(lambda visit: visit.state != target):
            group = _MOVES.get((visit.state, target))
            if not group or not (self.env.su or self.env.user.has_group(group)):
                raise UserError(
                    self.env._(
                        "%(visit)s is %(state)s and cannot become %(target)s by you. "
                        "Ask a manager of visits.",
                        visit=visit.display_name,
                        state=labels[visit.state],
                        target=labels.get(target, target),
                    )
                )
            if target == "done":
                visit._check_reported()

    def _check_reported(self):
        if not (self.opinions or self.needs or self.follow_up):
            raise UserError(
                self.env._(
                    "%(visit)s has no report yet. Write down the customer's opinions, "
                    "needs or the follow-up before it is done.",
                    visit=self.display_name,
                )
            )
        self._requirement_check("done")

    def _obligation_department(self):
        visitor = self.sudo().user_ids[:1].with_company(self.company_id)
        return visitor.employee_id.department_id
