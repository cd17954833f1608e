import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..logic import recurrence
from .care_obligation_spec import UNITS


class CareCallbackProgramme(models.Model):
    """Who is called back after what: which records, which share of them, by whom and
    until when. Managers and policy packs write it; the job draws and plans by it."""

    _name = "care.callback.programme"
    _description = "Callback programme"
    _inherit = [
        "care.pack.row.mixin",
        "care.rule.model.mixin",
        "care.handler.mixin",
        "care.callback.calendar",
    ]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "model_name",
        "mode",
        "domain",
        "with_archived",
        "event_field",
        "period",
        "late_days",
        "rrule",
        "occasion_names",
        "lead_days",
        "rate_pct",
        "role_id",
        "supervisor_role_id",
        "report_role_id",
        "assign",
        "channel",
        "next_channel",
        "not_before_amount",
        "not_before_unit",
        "not_after_amount",
        "not_after_unit",
        "stratum_path",
        "stratum_ids",
        "dissatisfied_domain",
        "excluded_paths",
        "partner_path",
        "department_path",
        "company_path",
        "contact_path",
        "phone_path",
        "unreachable_after",
        "substitute",
        "description",
    )
    _domain_fields = ("domain", "dissatisfied_domain")

    mode = fields.Selection(
        [("event", "After an event"), ("occasion", "On an occasion")],
        required=True,
        default="event",
        help="After an event: a share of the records whose event lies in the period. "
        "On an occasion: the records that fit on a holiday or a repeated day.",
    )
    domain = fields.Char("Records concerned", default="[]", help="Empty: all records.")
    with_archived = fields.Boolean(
        "Archived records too",
        help="So that nobody leaves the draw by archiving the record.",
    )
    event_field = fields.Char(
        "Date of the event",
        help="Date or time field of the record, dots allowed, such as closed_at.",
    )
    stratum_path = fields.Char(
        "Strata by",
        help="Field whose value tells the stratum, such as severity_id: strata then "
        "name its code. Empty: strata have conditions.",
    )
    stratum_ids = fields.One2many(
        "care.callback.stratum", "programme_id", "Strata", copy=True
    )
    rate_pct = fields.Float(
        "Share called back (%)",
        digits=(5, 2),
        default=100,
        help="Share of the records to call back, rounded up; for what has no stratum.",
    )
    role_id = fields.Many2one(
        "care.role", "Callers", ondelete="restrict", help="Who calls; never a handler."
    )
    supervisor_role_id = fields.Many2one(
        "care.role",
        "Supervisor",
        ondelete="restrict",
        help="Assigns the calls, hears what cannot be done, reviews what was done.",
    )
    report_role_id = fields.Many2one(
        "care.role",
        "Statistics go to",
        ondelete="restrict",
        help="Who gets the monthly report.",
    )
    assign = fields.Selection(
        [
            ("hand", "By the supervisor, one by one"),
            ("role", "At once, to the caller with the least to do"),
        ],
        "How assigned",
        required=True,
        default="hand",
    )
    channel = fields.Selection(
        [("phone", "Phone"), ("site", "On site"), ("video", "Video call")],
        "First round by",
        required=True,
        default="phone",
    )
    next_channel = fields.Selection(
        [("phone", "Phone"), ("site", "On site"), ("video", "Video call")],
        "Further rounds by",
        help="Empty: as the round before. The gravest stratum always keeps to that.",
    )
    not_before_amount = fields.Integer("Not before")
    not_before_unit = fields.Selection(UNITS, required=True, default="day")
    not_after_amount = fields.Integer("Not after", required=True, default=7)
    not_after_unit = fields.Selection(UNITS, required=True, default="day")
    dissatisfied_domain = fields.Char(
        "Always call back",
        default="[]",
        help="Records drawn in any case, on top of the rate: the dissatisfied.",
    )
    excluded_paths = fields.Char("Never called by")
    partner_path = fields.Char(
        "Customer", default="partner_id", help="Field that leads to the customer."
    )
    department_path = fields.Char("Department of the record", default="department_id")
    company_path = fields.Char("Company of the record", default="company_id")
    contact_path = fields.Char("Name of the contact", help="Such as contact_name.")
    phone_path = fields.Char("Phone number", help="Such as contact_phone.")
    unreachable_after = fields.Integer(
        "Unreachable after",
        default=3,
        help="Failed attempts until the next reserve takes the place. 0: never.",
    )
    substitute = fields.Boolean(
        "Reserves take the place of the unreachable", default=True
    )
    description = fields.Text(translate=True)
    draw_ids = fields.One2many("care.callback.draw", "programme_id", "Draws")
    draw_count = fields.Integer("Draws made", compute="_compute_counts")
    open_count = fields.Integer("Callbacks to do", compute="_compute_counts")

    _rate_range = models.Constraint(
        "CHECK (rate_pct >= 0 AND rate_pct <= 100)",
        "The rate of a callback programme lies between 0 and 100 per cent.",
    )
    _amounts_positive = models.Constraint(
        "CHECK (not_before_amount >= 0 AND not_after_amount > 0 "
        "AND unreachable_after >= 0 AND late_days >= 0 AND lead_days >= 0)",
        "A callback programme needs a time allowed, and nothing in it is negative.",
    )

    def _compute_counts(self):
        drawn = self.env["care.callback.draw"]._read_group(
            [("programme_id", "in", self.ids), ("state", "!=", "seeded")],
            ["programme_id"],
            ["__count"],
        )
        waiting = self.env["care.callback"]._read_group(
            [
                ("programme_id", "in", self.ids),
                ("state", "in", ("planned", "attempted")),
            ],
            ["programme_id"],
            ["__count"],
        )
        drawn, waiting = dict(drawn), dict(waiting)
        for programme in self:
            programme.draw_count = drawn.get(programme, 0)
            programme.open_count = waiting.get(programme, 0)

    # ---- what cannot be

    @api.constrains("mode", "event_field", "rrule", "model_name")
    def _check_event(self):
        for programme in self:
            if programme.mode == "event" and not programme.event_field:
                raise ValidationError(
                    self.env._(
                        "%(programme)s calls back after an event: name the date field "
                        "that tells when it was.",
                        programme=programme.name,
                    )
                )
            programme._check_path("event_field", ("date", "datetime"), stored=True)
            if programme.rrule:
                programme._check_rrule()

    def _check_rrule(self):
        try:
            recurrence.check(self.rrule)
        except recurrence.RuleError as error:
            raise ValidationError(
                self.env._(
                    "The repetition %(rule)s of %(programme)s cannot be used. Write it "
                    "as FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1.",
                    rule=self.rrule,
                    programme=self.name,
                )
            ) from error

    @api.constrains(
        "partner_path",
        "department_path",
        "company_path",
        "contact_path",
        "phone_path",
        "stratum_path",
        "model_name",
    )
    def _check_paths(self):
        for programme in self:
            programme._check_path("contact_path", ("char",))
            programme._check_path("phone_path", ("char",))
            programme._check_path("stratum_path", ())

    # ---- what others ask

    @api.model
    def _parse_domain(self, text):
        return Domain(ast.literal_eval((text or "").strip() or "[]"))

    def _has_whole_days(self):
        """Tell whether events are dates, so that the last day counts in full."""
        if self.mode == "occasion":
            return True
        field = self._follow_fields(self.event_field)
        return field is not None and field.type == "date"

    def _stratum(self, code):
        """Return the stratum, none for what is in no stratum."""
        return self.stratum_ids.filtered(lambda row: row.code == code)[:1]

    def _get_terms(self, code):
        """Return (role, not before amount, unit, not after amount, unit, gravest)."""
        source = self._stratum(code) or self
        return (
            source.role_id or self.role_id,
            (source.not_before_amount, source.not_before_unit),
            (source.not_after_amount, source.not_after_unit)
            if source.not_after_amount
            else (self.not_after_amount, self.not_after_unit),
            bool(code) and source.is_gravest,
        )

    def _get_exemptions(self):
        """Return the exemptions that hold for this programme, in their order."""
        return self.env["care.callback.exemption"].search(
            Domain("model_name", "=", self.model_name)
            & Domain("programme_id", "in", (self.id, False))
            & Domain("company_id", "in", (self.company_id.id, False))
        )

    def write(self, vals):
        if vals.get("active") and "start_date" not in vals:
            # What happened while it was archived is not called back afterwards.
            today = fields.Date.context_today(self)
            self.filtered(lambda row: not row.active).start_date = today
        return super().write(vals)

    # ---- buttons

    def action_draw(self):
        """Draw and plan every period that has ended, as the job does."""
        self.check_access("write")
        for programme in self:
            programme._run(fields.Datetime.now())
        return True

    def action_view_draws(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_callback_draw_action"
        )
        return action | {"domain": [("programme_id", "=", self.id)], "context": {}}

    def action_view_callbacks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_callback_action"
        )
        return action | {"domain": [("programme_id", "=", self.id)], "context": {}}
