from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_USER = "customer_care.customer_care_group_user"


class CareProjectDefect(models.Model):
    """One defect the customer found: who puts it right by when, that it was, and that
    the customer confirmed it. The team writes it; its steps its buttons."""

    _name = "care.project.defect"
    _description = "Defect found at acceptance"
    _inherit = [
        "care.host.row.mixin",
        "care.obligation.mixin",
        "care.improvement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "date_due, id"
    _host_field = "acceptance_id"
    _step_fields = {"state": "open", "fixed_on": False, "confirmed_on": False}
    _MOVES = {
        ("open", "fixed"): _USER,
        ("fixed", "confirmed"): _USER,
        ("fixed", "open"): _USER,
        ("confirmed", "open"): _USER,
    }

    acceptance_id = fields.Many2one(
        "care.project.acceptance", required=True, index=True, ondelete="cascade"
    )
    project_id = fields.Many2one(
        related="acceptance_id.project_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="acceptance_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="acceptance_id.company_id", store=True)
    name = fields.Char("Defect", required=True, tracking=True)
    place = fields.Char()
    description = fields.Text("What is wrong")
    is_serious = fields.Boolean("Serious")
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    date_due = fields.Date(
        "To be put right by",
        required=True,
        default=lambda self: self._default_date_due(),
        index=True,
        tracking=True,
    )
    measure = fields.Text("What was done")
    photo_ids = fields.Many2many(
        "ir.attachment", "care_project_defect_file_rel", string="Pictures", copy=False
    )
    state = fields.Selection(
        [("open", "To put right"), ("fixed", "Put right"), ("confirmed", "Confirmed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    fixed_on = fields.Date("Put right on", readonly=True, copy=False)
    confirmed_on = fields.Date("Confirmed on", readonly=True, copy=False)
    confirmed_name = fields.Char(
        "Confirmed by", copy=False, help="Who confirmed it for the customer."
    )
    active = fields.Boolean(default=True)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    @api.model
    def _default_date_due(self):
        acceptance = self.env["care.project.acceptance"].browse(
            self.env.context.get("default_acceptance_id") or ()
        )
        days = acceptance.sudo().exists().project_id.care_term_id.defect_days or 7
        return fields.Date.add(fields.Date.context_today(self), days=days)

    @api.depends("state", "date_due")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for row in self:
            late = row.date_due and row.date_due < today
            row.is_late = bool(row.state == "open" and late)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("state", "=", "open") & Domain("date_due", "<", today)
        return late if True in value else ~late

    def write(self, vals):
        kept = {"name", "description", "acceptance_id", "active", "confirmed_name"}
        if not self._is_step() and kept & vals.keys():
            self.check_access("write")
            self._check_open_report()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        defects = super().create(vals_list)
        defects._check_open_report()
        return defects

    def _check_open_report(self):
        """A defect is found, or taken back, before the acceptance is closed."""
        for row in self.sudo():
            if row.acceptance_id.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(acceptance)s is over: its defects stay as they were.",
                        acceptance=row.acceptance_id.display_name,
                    )
                )

    def action_fixed(self):
        """It is put right."""
        for row in self:
            row._check_move("fixed")
            if not row.measure:
                raise UserError(
                    self.env._(
                        "“%(defect)s”: say what was done.", defect=row.display_name
                    )
                )
            today = fields.Date.context_today(self)
            row._step_write({"state": "fixed", "fixed_on": today})
        return True

    def action_confirm(self):
        """The customer has looked at it again and confirms."""
        for row in self:
            row._check_move("confirmed")
            if not row.confirmed_name:
                raise UserError(
                    self.env._(
                        "“%(defect)s”: say who confirmed it for the customer.",
                        defect=row.display_name,
                    )
                )
            today = fields.Date.context_today(self)
            row._step_write({"state": "confirmed", "confirmed_on": today})
        return True

    def action_reopen(self):
        """It is not put right after all."""
        for row in self:
            row._check_move("open")
            row._check_open_report()
            row._step_write({"state": "open", "fixed_on": False, "confirmed_on": False})
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_open_report()
