from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [
    ("planned", "To be asked"),
    ("asked", "Surveyed"),
    ("answered", "Answered"),
    ("refused", "Refused"),
    ("unreachable", "Not reached"),
    ("cancelled", "Cancelled"),
]
OPEN = ("planned", "asked")
BY_PERSON = ("phone", "interview", "paper")


class CareSatisfactionRequest(models.Model):
    """One customer to be asked in a round, about one record: by which way, by whom,
    until when, and the signed paper form. The round writes it; who asks works on it."""

    _name = "care.satisfaction.request"
    _description = "Satisfaction request"
    _inherit = [
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.step.mixin",
        "care.satisfaction.asking",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "due_on, id"
    _obligation_place_fields = ("partner_id", "company_id")

    _step_fields = {
        "state": "planned",
        "asked_on": False,
        "asked_times": 0,
        "answered_on": False,
        "user_input_id": False,
    }
    _MOVES = {
        ("planned", "asked"): _USER,
        ("asked", "asked"): _USER,
        ("planned", "refused"): _USER,
        ("asked", "refused"): _USER,
        ("planned", "unreachable"): _USER,
        ("asked", "unreachable"): _USER,
        ("planned", "cancelled"): _MANAGER,
        ("asked", "cancelled"): _MANAGER,
        ("refused", "planned"): _MANAGER,
        ("unreachable", "planned"): _MANAGER,
    }
    # what names the case; the round writes it once
    _PLANNED = frozenset(
        {"round_id", "programme_id", "company_id", "res_model", "res_id", "event_on"}
    )

    # what an answer stands on; it stays once there is one
    _SETTLED = frozenset(
        {"partner_id", "channel", "user_id", "scan_ids", "evaluation_ids"}
        | {"warranty_ids", "is_signed", "is_stamped", "signed_by"}
    )

    round_id = fields.Many2one(
        "care.satisfaction.round", required=True, index=True, ondelete="restrict"
    )
    programme_id = fields.Many2one(
        "care.satisfaction.programme",
        "Survey programme",
        required=True,
        index=True,
        ondelete="restrict",
    )
    clause_id = fields.Many2one(related="programme_id.clause_id")
    company_id = fields.Many2one("res.company", required=True, index=True)
    res_model = fields.Char("Kind of record", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True, readonly=True
    )
    project_id = fields.Many2one(
        "project.project",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Person surveyed",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    customer_id = fields.Many2one(
        "res.partner", readonly=True, index=True, ondelete="restrict"
    )
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    channel = fields.Selection(
        lambda self: self.env["care.satisfaction.programme"]._selection_channel(),
        "Survey channel",
        required=True,
        default="web",
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Interviewer",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    state = fields.Selection(
        STATES, required=True, default="planned", index=True, tracking=True, copy=False
    )
    event_on = fields.Date("Event on", readonly=True)
    opened_on = fields.Date("Planned on", readonly=True)
    due_on = fields.Date("Ask until", index=True)
    asked_on = fields.Date(readonly=True, copy=False)
    asked_times = fields.Integer("Times asked", readonly=True, copy=False)
    answered_on = fields.Date(readonly=True, copy=False)
    closed_reason = fields.Char("Why not answered", compute="_compute_closed_reason")
    user_input_id = fields.Many2one(
        "survey.user_input",
        "Survey form",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="survey.group_survey_user",
    )
    answer_ids = fields.One2many(
        "care.satisfaction.answer", "request_id", "Survey answers"
    )
    score = fields.Float("Score of the form", compute="_compute_score", digits=(6, 2))
    has_score = fields.Boolean(compute="_compute_score")
    # paper
    scan_ids = fields.Many2many(
        "ir.attachment",
        "care_satisfaction_request_scan_rel",
        string="Scan of the form",
        copy=False,
    )
    evaluation_ids = fields.Many2many(
        "ir.attachment",
        "care_satisfaction_request_evaluation_rel",
        string="Completion evaluation",
        copy=False,
    )
    warranty_ids = fields.Many2many(
        "ir.attachment",
        "care_satisfaction_request_warranty_rel",
        string="Warranty visit records",
        copy=False,
    )
    is_signed = fields.Boolean("Signed by the customer", copy=False, tracking=True)
    is_stamped = fields.Boolean("Stamped by the customer", copy=False, tracking=True)
    signed_by = fields.Char("Who signed", copy=False)
    note = fields.Text(copy=False)

    _subject_uniq = models.UniqueIndex(
        "(round_id, res_model, res_id, event_on, partner_id) NULLS NOT DISTINCT",
        "This round asks the customer about the record already.",
    )
    _lately_idx = models.Index("(programme_id, customer_id, opened_on)")

    @api.depends("round_id.name", "partner_id", "project_id")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        for request in self:
            names = (request.partner_id.display_name, request.project_id.display_name)
            request.display_name = (
                " · ".join(filter(None, names)) or request._description
            )

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_closed_reason(self):
        reasons = {
            "refused": self.env._("The customer does not answer."),
            "unreachable": self.env._("The customer was not reached."),
        }
        for request in self:
            request.closed_reason = reasons.get(request.state)

    @api.depends("answer_ids.score", "answer_ids.state")
    def _compute_score(self):
        for request in self:
            answers = request.answer_ids.filtered(
                lambda answer: answer.state in ("counted", "late")
            )[-1:]
            request.has_score = bool(answers)
            request.score = answers.score

    # ---- made by the round

    @api.model
    def _plan(self, wave, records, today):
        """Write down that the customers of `records` are to be asked in `wave`."""
        programme = wave.programme_id
        rows = []
        for record in records:
            partner = programme._customer_of(record)
            rows.append(
                {
                    "round_id": wave.id,
                    "programme_id": programme.id,
                    "company_id": wave.company_id.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "project_id": record.id
                    if record._name == "project.project"
                    else False,
                    "partner_id": partner.id,
                    "customer_id": partner.commercial_partner_id.id,
                    "channel": programme.channel,
                    "event_on": programme._event_of(record),
                    "opened_on": today,
                    "due_on": programme._due_of(record, wave),
                }
            )
        quiet = self.sudo().with_context(
            tracking_disable=True, mail_create_nosubscribe=True, mail_create_nolog=True
        )
        requests = quiet.create(rows)
        requests._assign()
        return requests.with_env(self.env)

    def _plan_more(self, partners):
        """Write down that further customers are asked about the same record."""
        self.ensure_one()
        this = self.sudo()
        known = this.search(
            [
                ("round_id", "=", this.round_id.id),
                ("res_model", "=", this.res_model),
                ("res_id", "=", this.res_id),
            ]
        ).partner_id
        rows = [
            {
                "round_id": this.round_id.id,
                "programme_id": this.programme_id.id,
                "company_id": this.company_id.id,
                "res_model": this.res_model,
                "res_id": this.res_id,
                "project_id": this.project_id.id,
                "partner_id": partner.id,
                "customer_id": partner.commercial_partner_id.id,
                "channel": this.programme_id.channel,
                "event_on": this.event_on,
                "opened_on": this.programme_id._today_in(this.company_id),
                "due_on": this.due_on,
            }
            for partner in partners.sudo() - known
        ]
        quiet = this.with_context(
            tracking_disable=True, mail_create_nosubscribe=True, mail_create_nolog=True
        )
        requests = quiet.create(rows)
        requests._assign()
        return requests.with_env(self.env)

    def write(self, vals):
        if not self._is_step() and not self.env.su and self._PLANNED & vals.keys():
            raise UserError(
                self.env._(
                    "What %(request)s is about was written by its round and stays.",
                    request=self[:1].display_name,
                )
            )
        if self._SETTLED & vals.keys() and not self._is_step():
            self._check_still_open()
        result = super().write(vals)
        if "partner_id" in vals:
            for request in self.sudo():
                request.customer_id = request.partner_id.commercial_partner_id
        if not {"user_id", "channel"}.isdisjoint(vals):
            self._check_interviewer()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(
                self.env._("Customers to be asked are written down by their round.")
            )
        requests = super().create(vals_list)
        requests._check_interviewer()
        return requests

    def _check_still_open(self):
        for request in self.filtered(lambda request: request.state not in OPEN):
            raise UserError(
                self.env._(
                    "%(request)s was settled. A correction of its round takes in what "
                    "came later.",
                    request=request.display_name,
                )
            )

    # ---- who asks

    def _record(self):
        """Return the record the request is about, with all rights."""
        self.ensure_one()
        if self.res_model not in self.env:
            return self.env["res.partner"].sudo().browse()
        return self.env[self.res_model].sudo().browse(self.res_id).exists()

    def _handlers(self):
        """Return the users who handled the case, so must not ask about it."""
        self.ensure_one()
        record = self._record()
        programme = self.sudo().programme_id
        return programme._excluded_users(record) if record else record.env["res.users"]

    def _check_interviewer(self):
        """Nobody asks after his own cases, and nobody who may not know of them."""
        notice = self.env["care.secrecy.notice"]
        for request in self.sudo().filtered("user_id"):
            user = request.user_id
            if user in request._handlers():
                raise UserError(
                    self.env._(
                        "%(user)s handled this case and does not ask about it. Choose "
                        "somebody else for %(request)s.",
                        user=user.name,
                        request=request.with_env(self.env).display_name,
                    )
                )
            if notice._deaf(user, request):
                raise UserError(
                    self.env._("%s cannot be given this request.", user.name)
                )

    def _assign(self):
        """Give what is asked by a person to those of the role, evenly."""
        for programme, rows in self.grouped("programme_id").items():
            todo = rows.filtered(lambda row: row.channel != "web" and not row.user_id)
            if not (programme.role_id and todo):
                continue
            for company, some in todo.grouped("company_id").items():
                people = programme.role_id._resolve(company=company)
                some._spread(people)

    def _spread(self, people):
        notice = self.env["care.secrecy.notice"]
        load = dict.fromkeys(people.ids, 0)
        for request in self:
            free = people - request._handlers()
            free -= notice._deaf(free, request)
            if free:
                user = min(free, key=lambda user: (load[user.id], user.id))
                load[user.id] += 1
                request.user_id = user

    def _my_day_domain(self):
        return Domain("user_id", "=", self.env.uid) & Domain("state", "in", OPEN)
