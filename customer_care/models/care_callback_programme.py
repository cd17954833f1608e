import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..logic import recurrence
from .care_obligation_spec import UNITS

_PEOPLE = ("many2one", "many2many", "one2many")


class CareCallbackProgramme(models.Model):
    """Who is called back after what: which records, which share of them, by whom and
    until when. Managers and policy packs write it; the job draws and plans by it."""

    _name = "care.callback.programme"
    _description = "Callback programme"
    _inherit = [
        "care.pack.row.mixin",
        "care.rule.model.mixin",
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
    excluded_paths = fields.Char(
        "Never called by",
        help="Fields that lead to people who handled the record, separated by commas, "
        "such as user_id, accused_ids.",
    )
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
        "excluded_paths",
        "model_name",
    )
    def _check_paths(self):
        for programme in self:
            programme._check_path("contact_path", ("char",))
            programme._check_path("phone_path", ("char",))
            programme._check_path("stratum_path", ())
            for name in programme._get_excluded_paths():
                programme._check_one_path(name, "excluded_paths", _PEOPLE)

    def _check_path(self, field_name, types, stored=False):
        if self[field_name]:
            self._check_one_path(self[field_name], field_name, types, stored)

    def _check_one_path(self, path, field_name, types, stored=False):
        """Refuse a path that leads nowhere; a dormant programme is not looked at."""
        if self._domain_model() is None:
            return
        field = self._follow_fields(path)
        wrong = field is None or (types and field.type not in types)
        if wrong or (stored and not (field.store and field.column_type)):
            raise ValidationError(
                self.env._(
                    "%(path)s of %(programme)s leads to nothing that can be used as "
                    "“%(label)s”. Choose a field of the records.",
                    path=path,
                    programme=self.name,
                    label=self._fields[field_name].get_description(
                        self.env, ["string"]
                    )["string"],
                )
            )

    def _follow_fields(self, path):
        """Return the field at the end of a dotted path, None when there is none."""
        return self._follow_on(self._domain_model(), path)

    @api.model
    def _follow_on(self, model, path):
        field = None
        for name in path.split("."):
            field = model._fields.get(name) if model is not None else None
            if field is None:
                return None
            model = self.env[field.comodel_name] if field.relational else None
        return field

    # ---- what others ask

    @api.model
    def _parse_domain(self, text):
        return Domain(ast.literal_eval((text or "").strip() or "[]"))

    def _get_excluded_paths(self):
        parts = (self.excluded_paths or "").split(",")
        return [part.strip() for part in parts if part.strip()]

    def _follow(self, record, path):
        """Return what a path leads to, nothing where it leads nowhere here."""
        field = path and self._follow_on(record, path)
        return record.sudo().mapped(path) if field else None

    def _excluded_users(self, record):
        """Return the users who had to do with `record` and so never call about it."""
        users = self.env["res.users"].sudo()
        for path in self._get_excluded_paths():
            found = self._follow(record, path)
            if found is None or isinstance(found, list):
                continue
            if found._name == "res.users":
                users |= found
            elif "user_id" in found._fields:  # an employee, a salesperson's customer
                users |= found.user_id
        return users

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
