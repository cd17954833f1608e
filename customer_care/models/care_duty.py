from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..logic import wall_clock
from .care_obligation_spec import UNITS, reminder

_DUE = {"amount", "unit", "at_time", "calendar_id", "due_kind", "due_day", "due_months"}


class CareDuty(models.Model):
    """A task that comes round again; each time it does is an obligation.

    Managers and policy packs write it.
    """

    _name = "care.duty"
    _description = "Duty"
    _inherit = [
        "care.pack.row.mixin",
        "care.duty.rhythm",
        "care.duty.window",
        "care.duty.run",
    ]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "rrule",
        "dtstart",
        "start_time",
        "due_kind",
        "due_day",
        "due_months",
        "amount",
        "unit",
        "at_time",
        "calendar_id",
        "role_id",
        "waive_role_id",
        "evidence",
        "evidence_model_name",
        "evidence_domain",
        "evidence_date_field",
        "evidence_period",
        "action_id",
        "remind_amount",
        "remind_unit",
        "escalation_ids",
        "sanction_rule_id",
    )
    _domain_fields = ("evidence_domain",)

    # ---- by when, and by whom
    amount = fields.Integer(
        "Time allowed",
        required=True,
        default=1,
        help="From the start. Days and months end with their last day.",
    )
    unit = fields.Selection(UNITS, required=True, default="day")
    at_time = fields.Char("At", help="Such as 10:00. 24:00 is the end of the day.")
    calendar_id = fields.Many2one(
        "resource.calendar", "Working schedule", ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", "Responsible", ondelete="restrict")
    role_id = fields.Many2one("care.role", "Responsible role", ondelete="restrict")
    department_id = fields.Many2one("hr.department", ondelete="restrict")
    waive_role_id = fields.Many2one(
        "care.role",
        "May waive",
        ondelete="restrict",
        help="Who may waive an occurrence, beside the managers.",
    )
    # ---- what shows that it was done
    evidence = fields.Selection(
        [("none", "Nothing"), ("record", "A record"), ("file", "A file")],
        "Evidence wanted",
        required=True,
        default="none",
    )
    evidence_model_name = fields.Char("Evidence model")
    evidence_model_id = fields.Many2one(
        "ir.model",
        "Record of",
        compute="_compute_evidence_model_id",
        inverse="_inverse_evidence_model_id",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    evidence_domain = fields.Char("Condition", default="[]")
    evidence_date_field = fields.Char(
        "Date of the record",
        help="Date or time field that tells which occurrence the record belongs to. "
        "Empty: the latest occurrence.",
    )
    evidence_period = fields.Selection(
        [
            ("before", "lies in the period before the start"),
            ("since", "lies between this start and the next"),
        ],
        "That date",
        required=True,
        default="before",
    )
    action_id = fields.Many2one(
        "ir.actions.server",
        "Action at the start",
        ondelete="restrict",
        domain=[("usage", "=", "ir_actions_server")],
        help="Run at each occurrence, for instance to produce a report.",
    )
    # ---- reminding
    remind_amount = fields.Integer("Remind before")
    remind_unit = fields.Selection(UNITS, default="day")
    escalation_ids = fields.One2many("care.obligation.escalation", "duty_id", copy=True)
    sanction_rule_id = fields.Many2one(
        "care.sanction.rule",
        "Sanction when missed",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('trigger', '=', 'obligation')]",
    )
    occurrence_ids = fields.One2many("care.obligation", "duty_id", "Occurrences")
    open_count = fields.Integer("Open", compute="_compute_counts")
    missed_count = fields.Integer("Missed", compute="_compute_counts")

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The time allowed for a duty must not be negative."
    )

    @api.depends("evidence_model_name")
    def _compute_evidence_model_id(self):
        for duty in self:
            name = duty.evidence_model_name
            known = name and name in self.env
            duty.evidence_model_id = known and self.env["ir.model"].sudo()._get(name)

    @api.onchange("evidence_model_id")
    def _inverse_evidence_model_id(self):
        for duty in self:
            duty.evidence_model_name = duty.evidence_model_id.sudo().model

    @api.depends("occurrence_ids.state")
    def _compute_counts(self):
        groups = self.env["care.obligation"]._read_group(
            [("duty_id", "in", self.ids), ("state", "in", ("open", "missed"))],
            ["duty_id", "state"],
            ["__count"],
        )
        counts = {(duty.id, state): count for duty, state, count in groups}
        for duty in self:
            duty.open_count = counts.get((duty.id, "open"), 0)
            duty.missed_count = counts.get((duty.id, "missed"), 0)

    # ---- what cannot be

    def _domain_model(self):
        """Return the model that the condition on the evidence is read against."""
        name = self.evidence_model_name
        return self.env[name] if name and name in self.env else None

    def _domain_constrained_fields(self):
        return ("evidence_domain", "evidence_model_name")

    @api.constrains("start_time", "at_time")
    def _check_times(self):
        for duty in self:
            for text in (duty.start_time, duty.at_time):
                try:
                    wall_clock.parse_clock(text or "00:00")
                except ValueError as error:
                    raise ValidationError(
                        self.env._(
                            "%(text)s of %(duty)s is not a time of the day. Write it "
                            "as 10:00.",
                            text=text,
                            duty=duty.name,
                        )
                    ) from error

    @api.constrains("evidence", "evidence_model_name", "evidence_date_field")
    def _check_evidence_fields(self):
        for duty in self:
            if duty.evidence == "record" and not duty.evidence_model_name:
                raise ValidationError(
                    self.env._(
                        "%(duty)s wants a record as evidence: choose of what.",
                        duty=duty.name,
                    )
                )
            model, name = duty._domain_model(), duty.evidence_date_field
            field = model is not None and model._fields.get(name or "")
            if model is not None and name and not field:
                raise ValidationError(
                    self.env._(
                        "%(name)s is no field of the evidence of %(duty)s. Choose a "
                        "date or time field.",
                        name=name,
                        duty=duty.name,
                    )
                )

    @api.constrains("action_id")
    def _check_action(self):
        """The job runs the action as superuser. So an administrator may choose any,
        others those that this product ships, and of these none reserved to groups
        they are not in."""
        user = self.env.user  # constraints run as superuser: `env.su` says nothing
        if user._is_superuser() or user.has_group("base.group_system"):
            return
        for duty in self.filtered("action_id"):
            action = duty.action_id.sudo()
            is_ours = self.env["care.pack.codec"]._is_ours
            shipped = any(map(is_ours, action._get_external_ids()[action.id]))
            groups = action.group_ids
            if not shipped or (groups and not groups & user.all_group_ids):
                raise ValidationError(
                    self.env._(
                        "The action %(action)s may do more than you may. Ask an "
                        "administrator to choose it for %(duty)s.",
                        action=action.name,
                        duty=duty.name,
                    )
                )

    # ---- changes reach what runs

    def write(self, vals):
        if vals.get("active") and "produce_from" not in vals:
            # What came round while it was archived is not owed afterwards.
            archived = self.filtered(lambda duty: not duty.active)
            archived.produce_from = fields.Date.context_today(self)
        result = super().write(vals)
        ledger = self.env["care.obligation"]
        if vals.get("active") is False:
            self._get_running()._cancel_for_duty()
        elif not _DUE.isdisjoint(vals):
            ledger._recount_duties(self)
        elif not {"remind_amount", "remind_unit"}.isdisjoint(vals):
            ledger._on_duties_changed(self)
        if not {"user_id", "role_id", "department_id"}.isdisjoint(vals):
            self._assign_running()
        return result

    def unlink(self):
        self._get_running()._cancel_for_duty()
        return super().unlink()

    def _ladder(self):
        """Return the rungs of its occurrences: the reminder and the escalations."""
        return reminder(self) + self.escalation_ids._rungs()

    # ---- buttons

    def action_view_obligations(self):
        """Open the occurrences."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_duty_occurrence_action"
        )
        return action | {
            "domain": [("duty_id", "=", self.id)],
            "context": {"search_default_duty_id": self.id},
        }
