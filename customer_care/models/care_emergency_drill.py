from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")]


class CareEmergencyDrill(models.Model):
    """One drill or review of an emergency plan (P04.11): when it was due, when it was
    held, who took part and what was learnt. The next one is planned when it is done."""

    _name = "care.emergency.drill"
    _description = "Drill or review of a plan"
    _inherit = [
        "care.obligation.mixin",
        "care.improvement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_due desc, id desc"
    _step_fields = {"state": "planned", "done_by_id": False}
    _MOVES = {
        ("planned", "done"): _USER,
        ("planned", "cancelled"): _MANAGER,
        ("cancelled", "planned"): _MANAGER,
    }

    plan_id = fields.Many2one(
        "care.emergency.plan", required=True, index=True, ondelete="restrict"
    )
    clause_id = fields.Many2one(related="plan_id.clause_id", store=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("drill", "Drill"), ("review", "Review")], required=True, default="drill"
    )
    form = fields.Selection(
        [
            ("table", "At the table"),
            ("call", "Call-out"),
            ("field", "In the field"),
            ("full", "Full exercise"),
        ],
        "Way",
        default="table",
    )
    state = fields.Selection(
        STATES, required=True, default="planned", copy=False, index=True, tracking=True
    )
    date_due = fields.Date("Due", required=True, index=True, tracking=True)
    date_done = fields.Date("Held on", copy=False)
    user_id = fields.Many2one(
        "res.users",
        "Led by",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    participant_ids = fields.Many2many(
        "res.users",
        "care_emergency_drill_user_rel",
        string="Took part",
        copy=False,
        domain="[('share', '=', False)]",
    )
    minutes = fields.Integer("Minutes taken", copy=False)
    course = fields.Text("How it went", copy=False)
    lessons = fields.Text("What was learnt", copy=False)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Record and pictures", copy=False
    )
    done_by_id = fields.Many2one(
        "res.users", "Noted by", readonly=True, copy=False, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    @api.depends("plan_id", "kind", "date_due")
    def _compute_display_name(self):
        for record in self:
            words = dict(self._fields["kind"]._description_selection(self.env))
            record.display_name = self.env._(
                "%(kind)s of %(plan)s, %(date)s",
                kind=words.get(record.kind, ""),
                plan=record.plan_id.name or "",
                date=fields.Date.to_string(record.date_due) or "",
            )

    @api.depends("state", "date_due")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for record in self:
            late = record.date_due and record.date_due < today
            record.is_late = bool(record.state == "planned" and late)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("state", "=", "planned") & Domain("date_due", "<", today)
        return late if True in value else ~late

    def write(self, vals):
        if not self._is_step() and vals.keys() - {"active", "activity_ids"}:
            for record in self.filtered(lambda record: record.state == "done"):
                raise UserError(
                    self.env._(
                        "%(drill)s is done and stays as it was held.",
                        drill=record.display_name,
                    )
                )
        return super().write(vals)

    def action_done(self):
        """Keep what was held and plan the next."""
        for record in self:
            record._check_move("done")
            names = ["date_done", "participant_ids", "course", "lessons"]
            record._refuse_missing(names if record.kind == "drill" else names[::3])
            if record.date_done > fields.Date.context_today(self):
                raise UserError(
                    self.env._(
                        "%(drill)s lies ahead. Note it once it was held.",
                        drill=record.display_name,
                    )
                )
            record._step_write({"state": "done", "done_by_id": self.env.uid})
            record.plan_id.sudo()._plan_next([record.kind])
            self.env["care.duty"]._fulfil_by(record)
        return True

    def _refuse_missing(self, names):
        words = self.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(drill)s is not complete. Fill in: %(fields)s.",
                    drill=self.display_name,
                    fields=", ".join(missing),
                )
            )

    def action_cancel(self):
        """Call it off."""
        for record in self:
            record._check_move("cancelled")
            record._step_write({"state": "cancelled"})
            record.plan_id.sudo()._plan_next([record.kind])
        return True

    def action_replan(self):
        """Plan again what was called off."""
        for record in self:
            record._check_move("planned")
            record._step_write({"state": "planned"})
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for record in self.filtered(lambda record: record.state == "done"):
            raise AccessError(
                self.env._(
                    "%(drill)s is done and stays on record.",
                    drill=record.display_name,
                )
            )
