from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

OFFICER = "customer_care.customer_care_group_security"
STATES = [
    ("reported", "Reported"),
    ("contained", "Contained"),
    ("assessed", "Assessed"),
    ("notified", "Told"),
    ("closed", "Closed"),
]


class CareLeakIncident(models.Model):
    """One leak of customer data, found or suspected, with its remedy, assessment,
    notices and lessons. Anybody reports one; those who handle leaks work on it."""

    _name = "care.leak.incident"
    _description = "Leak incident"
    _inherit = [
        "care.leak.incident.flow",
        "care.leak.incident.notice",
        "care.obligation.mixin",
        "care.secrecy.mixin",
        "care.requirement.mixin",
        "care.approval.mixin",
        "care.improvement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"

    # what only steps write
    _step_fields = {
        "state": "reported",
        "number": False,
        "reported_by_id": False,
        "reported_at": False,
        "received_at": False,
        "received_by_id": False,
        "contained_at": False,
        "assessed_at": False,
        "authority_told_at": False,
        "person_notice": "open",
        "persons_told_at": False,
        "notified_at": False,
        "closed_at": False,
        "closed_by_id": False,
    }

    number = fields.Char(readonly=True, copy=False, index=True)
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
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    # the report
    description = fields.Text("What was seen", required=True)
    found_at = fields.Datetime(
        "Found on", required=True, default=lambda self: fields.Datetime.now()
    )
    reported_by_id = fields.Many2one(
        "res.users",
        "Reported by",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
    )
    reported_at = fields.Datetime("Reported on", readonly=True, copy=False)
    photo_ids = fields.Many2many("ir.attachment", string="Pictures", copy=False)
    received_at = fields.Datetime("Taken up on", readonly=True, copy=False)
    received_by_id = fields.Many2one(
        "res.users", "Taken up by", readonly=True, copy=False, ondelete="restrict"
    )
    handler_id = fields.Many2one(
        "res.users",
        "Handled by",
        index=True,
        copy=False,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    # what it is
    certainty = fields.Selection(
        [
            ("suspected", "Suspected"),
            ("confirmed", "Confirmed"),
            ("refuted", "No leak"),
        ],
        required=True,
        default="suspected",
        tracking=True,
    )
    severity = fields.Selection(
        [
            ("1_low", "Low"),
            ("2_medium", "Moderate"),
            ("3_high", "High"),
            ("4_critical", "Critical"),
        ],
        default="2_medium",
        index=True,
    )
    kind_ids = fields.Many2many("care.leak.kind", string="Information leaked")
    affected_ids = fields.One2many("care.leak.affected", "incident_id", "Customers")
    affected_count = fields.Integer(compute="_compute_affected_count")
    person_count = fields.Integer("Number of persons concerned")
    cause = fields.Text()
    harm = fields.Text("Possible harm")
    measure_ids = fields.One2many("care.leak.measure", "incident_id", "Remedies")
    contained_at = fields.Datetime("Contained on", readonly=True, copy=False)
    assessed_at = fields.Datetime("Assessed on", readonly=True, copy=False)
    # the notices
    contact_name = fields.Char("Contact", help="Whom persons and the authority ask.")
    contact_phone = fields.Char("Telephone of the contact")
    contact_email = fields.Char("E-mail of the contact")
    person_advice = fields.Text(
        "What persons can do", help="Empty: the advice of the kinds of information."
    )
    notice_person = fields.Html(
        "Notice to persons",
        help="Empty: made from the fields, in the reader's language.",
    )
    authority_name = fields.Char("Authority")
    authority_reference = fields.Char("Its reference")
    authority_told_at = fields.Datetime("Authority told on", readonly=True, copy=False)
    person_notice = fields.Selection(
        [
            ("open", "To be told"),
            ("told", "Told"),
            ("not_needed", "Not told, as decided"),
        ],
        "Persons",
        required=True,
        default="open",
        readonly=True,
        copy=False,
    )
    no_notice_reason = fields.Text(
        "Why persons are not told",
        help="Allowed where the remedies keep harm from them effectively; the "
        "authority may still demand it.",
    )
    persons_told_at = fields.Datetime("Persons told on", readonly=True, copy=False)
    notified_at = fields.Datetime("Notices finished on", readonly=True, copy=False)
    # lessons
    no_lesson_reason = fields.Text("Why nothing is to be improved")
    closed_at = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    is_handled_by_me = fields.Boolean(
        compute="_compute_is_handled_by_me", search="_search_is_handled_by_me"
    )

    _person_count_positive = models.Constraint(
        "CHECK (person_count >= 0)", "The number of persons must not be negative."
    )

    @api.depends("number")
    def _compute_display_name(self):
        for record in self:
            record.display_name = record.number or self.env._("New leak incident")

    @api.depends("affected_ids")
    def _compute_affected_count(self):
        for record in self:
            record.affected_count = len(record.affected_ids)

    # ---- who handles leaks

    @api.model
    def _handler_roles(self):
        """Return the codes of the roles that are told of every leak and handle it."""
        found = self.env["ir.config_parameter"].sudo()
        text = found.get_param("customer_care.leak_roles", "")
        return [code.strip() for code in text.split(",") if code.strip()]

    @api.model
    def _handling_companies(self):
        """Return the companies whose leaks the user handles."""
        companies = self.env.companies
        if self.env.user.has_group(OFFICER):
            return companies
        roles = self._handler_roles()
        requests = [(role, company) for company in companies for role in roles]
        requests = [(role, company, None, None) for role, company in requests]
        found = self.env["care.role"]._resolve_many(requests)
        return companies.browse(
            {
                request[1].id
                for request, users in zip(requests, found, strict=True)
                if self.env.user in users
            }
        )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("company_id", "handler_id")
    def _compute_is_handled_by_me(self):
        companies = self._handling_companies()
        for record in self:
            record.is_handled_by_me = (
                record.company_id in companies or record.handler_id == self.env.user
            )

    def _search_is_handled_by_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("company_id", "in", self._handling_companies().ids)
        domain |= Domain("handler_id", "=", self.env.uid)
        return domain if True in value else ~domain

    # ---- saving

    @api.constrains("found_at")
    def _check_found_at(self):
        for record in self:
            if record.found_at > fields.Datetime.now():
                raise ValidationError(
                    self.env._(
                        "A leak is found before it is reported. Correct the time."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        now = fields.Datetime.now()
        for record in records:
            numbers = self.env["ir.sequence"].sudo().with_company(record.company_id)
            record._step_write(
                {
                    "number": numbers.next_by_code("care.leak.incident"),
                    "reported_by_id": self.env.uid,
                    "reported_at": now,
                }
            )
        records._claim_photos()
        records._tell_handlers()
        return records

    def write(self, vals):
        steps = self._is_step()
        for record in self.filtered(lambda r: r.state == "closed" and not steps):
            if any(not n.startswith(("message_", "activity_", "active")) for n in vals):
                raise UserError(
                    self.env._(
                        "%(incident)s is closed and stays as it is. Report anew what "
                        "came up since.",
                        incident=record.display_name,
                    )
                )
        result = super().write(vals)
        if "photo_ids" in vals:
            self._claim_photos()
        return result

    def _claim_photos(self):
        """Let uploaded pictures follow the incident."""
        for record in self:
            record.photo_ids.check_access("read")
            loose = record.photo_ids.sudo().filtered(lambda f: not f.res_id)
            loose.write({"res_model": self._name, "res_id": record.id})

    @api.ondelete(at_uninstall=False)
    def _never_unlink(self):
        for record in self:
            raise UserError(
                self.env._(
                    "%(incident)s is kept. Close it, with “No leak” where it was none.",
                    incident=record.display_name,
                )
            )
