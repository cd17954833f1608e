from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"


class CareEmergencyCheck(models.Model):
    """One look at the emergency resources (P04.13): what should be there and what was
    found. Whoever keeps them writes it; what is done stays as it is."""

    _name = "care.emergency.check"
    _description = "Check of emergency resources"
    _inherit = [
        "care.obligation.mixin",
        "care.improvement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _step_fields = {"state": "draft", "done_at": False, "done_by_id": False}
    _MOVES = {("draft", "done"): _USER, ("draft", "cancelled"): _USER}

    active = fields.Boolean(default=True)
    date = fields.Date(
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self),
    )
    state = fields.Selection(
        [("draft", "To do"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    place = fields.Char(help="Empty: every place.")
    plan_id = fields.Many2one(
        "care.emergency.plan",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: the resources of all plans.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Done by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    line_ids = fields.One2many("care.emergency.check.line", "check_id", "Resources")
    short_count = fields.Integer("Short", compute="_compute_short_count", store=True)
    note = fields.Text(copy=False)
    done_at = fields.Datetime("Ended on", readonly=True, copy=False)
    done_by_id = fields.Many2one(
        "res.users", "Ended by", readonly=True, copy=False, ondelete="restrict"
    )

    @api.depends("date", "place", "plan_id")
    def _compute_display_name(self):
        for record in self:
            where = record.place or record.plan_id.name or self.env._("all resources")
            day = fields.Date.to_string(record.date) or ""
            record.display_name = f"{where}, {day}"

    @api.depends("line_ids.is_short")
    def _compute_short_count(self):
        for record in self:
            record.short_count = len(record.line_ids.filtered("is_short"))

    @api.onchange("place", "plan_id", "company_id")
    def _onchange_scope(self):
        if self.state == "draft":
            self.line_ids = [Command.clear(), *self._line_commands()]

    def _line_commands(self):
        domain = [("company_id", "=", self.company_id.id)]
        if self.place:
            domain.append(("place", "=ilike", self.place.strip()))
        if self.plan_id:
            domain.append(("plan_ids", "in", self.plan_id.ids))
        found = self.env["care.emergency.resource"].search(domain)
        return [
            Command.create({"resource_id": row.id, "quantity": row.quantity})
            for row in found
        ]

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record, vals in zip(records, vals_list, strict=True):
            if "line_ids" not in vals:
                record.line_ids = record._line_commands()
        return records

    def write(self, vals):
        if not self._is_step() and vals.keys() - {"active", "activity_ids"}:
            self._check_open()
        return super().write(vals)

    def _check_open(self):
        for record in self.filtered(lambda record: record.state != "draft"):
            raise UserError(
                self.env._(
                    "The check of %(check)s has ended and stays as it is. Begin a new "
                    "one.",
                    check=record.display_name,
                )
            )

    def action_done(self):
        """Keep what was found, also on the resources."""
        now, today = fields.Datetime.now(), fields.Date.context_today(self)
        for record in self:
            record._check_move("done")
            left = record.line_ids.filtered(lambda line: not line.is_seen)
            if left or not record.line_ids:
                raise UserError(
                    self.env._(
                        "%(check)s is not complete: %(resources)s. Count each one.",
                        check=record.display_name,
                        resources=", ".join(left.resource_id.mapped("name"))
                        or self.env._("it has no resources"),
                    )
                )
            for line in record.line_ids:
                line.resource_id.sudo()._step_write(
                    {
                        "quantity_found": line.quantity_found,
                        "checked_on": today,
                        "checked_by_id": self.env.uid,
                    }
                )
            record._step_write(
                {"state": "done", "done_at": now, "done_by_id": self.env.uid}
            )
            self.env["care.duty"]._fulfil_by(record)
        return True

    def action_cancel(self):
        """Call it off."""
        for record in self:
            record._check_move("cancelled")
            record._step_write({"state": "cancelled"})
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for record in self.filtered(lambda record: record.state == "done"):
            raise UserError(
                self.env._(
                    "The check of %(check)s is done and stays on record.",
                    check=record.display_name,
                )
            )
