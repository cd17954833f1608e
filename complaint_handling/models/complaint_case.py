import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from ..logic.plates import normalize_plate
from .complaint_match_mixin import MATCH_FIELDS
from .complaint_repeat_mixin import REPEAT_FIELDS

STATES = [
    ("new", "New"),
    ("acknowledged", "Acknowledged"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
    ("investigating", "Investigating"),
    ("solving", "Solving"),
    ("answered", "Answered"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]


_OF_COMPANY = (
    "desk_id",
    "branch_id",
    "partner_id",
    "department_id",
    "category_id",
    "issue_id",
    "severity_id",
)


class ComplaintCase(models.Model):
    """One complaint, request, suggestion or praise, from intake to closing.

    Written by the handlers and, at intake, by the mail gateway. The state moves
    through `_move_to` alone; number and times are the server's.
    """

    _name = "complaint.case"
    _description = "Complaint Case"
    _inherit = [
        "care.obligation.mixin",
        "complaint.guard.mixin",
        "complaint.flow.mixin",
        "complaint.intake.mixin",
        "complaint.match.mixin",
        "complaint.repeat.mixin",
        "complaint.grade.mixin",
        "complaint.aftercare.mixin",
        "complaint.conflict.mixin",
        "complaint.notice.mixin",
        "complaint.crisis.mixin",
        "complaint.improvement.mixin",
        "complaint.tracking.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "portal.mixin",
        "care.approval.mixin",
        "care.requirement.mixin",
        "care.secrecy.mixin",
    ]
    _order = "priority desc, received_at desc, id desc"
    _rec_names_search = ["number", "name"]
    _secrecy_skip_links = ("repeat_of_id", "merged_into_id")
    _primary_email = "contact_email"

    number = fields.Char(readonly=True, copy=False, index="trigram")
    name = fields.Char(string="Subject", required=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("complaint", "Complaint"),
            ("request", "Request"),
            ("suggestion", "Suggestion"),
            ("praise", "Praise"),
        ],
        required=True,
        default="complaint",
    )
    channel = fields.Selection(
        [
            ("mail", "E-mail"),
            ("web", "Web form"),
            ("phone", "Phone"),
            ("chat", "Chat"),
            ("visit", "In person"),
            ("portal", "Portal"),
            ("api", "System interface"),
            ("other", "Other"),
        ],
        required=True,
        default="phone",
    )
    desk_id = fields.Many2one(
        "complaint.desk",
        index="btree_not_null",
        check_company=True,
        default=lambda self: self._default_desk(),
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    claimant_kind = fields.Selection(
        [
            ("consumer", "Consumer"),
            ("dealer", "Dealer"),
            ("franchisee", "Franchisee"),
            ("other", "Other"),
        ],
        string="Complainant",
        help="Left open until somebody has asked: a guess would pass for an answer.",
    )
    demand = fields.Selection(
        [
            ("price_cut", "Price cut"),
            ("return", "Return"),
            ("exchange", "Exchange"),
            ("damages", "Damages"),
            ("suggestion", "Suggestion"),
            ("other", "Other"),
        ],
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null", check_company=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Company of the customer",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    contact_name = fields.Char(string="Contact")
    contact_email = fields.Char(string="E-mail", index="btree_not_null")
    contact_phone = fields.Char(string="Phone")
    anonymous = fields.Boolean(
        help="Contact data stay with the desk: they are not printed on the card, and "
        "colleagues of the customer do not see the case in the portal."
    )
    product_ref = fields.Char(string="Product or project")
    category_id = fields.Many2one("complaint.category", check_company=True)
    issue_id = fields.Many2one(
        "complaint.issue",
        check_company=True,
        domain="[('category_id', '=?', category_id)]",
    )
    description = fields.Text()
    received_at = fields.Datetime(
        string="Received at", readonly=True, copy=False, index=True
    )
    acknowledged_at = fields.Datetime(
        string="Acknowledged at", readonly=True, copy=False
    )
    promised_at = fields.Datetime(string="Promised for", readonly=True, copy=False)
    promise_ids = fields.One2many("complaint.promise", "case_id")
    branch_id = fields.Many2one(
        "complaint.branch",
        index="btree_not_null",
        check_company=True,
        help="The shop or subsidiary that the complaint is about.",
    )
    department_id = fields.Many2one(
        "hr.department", string="Handling department", check_company=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Handler",
        index="btree_not_null",
        copy=False,
        tracking=True,
        domain="[('share', '=', False)]",
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="new",
        index=True,
        tracking=True,
        group_expand=True,
    )
    justified = fields.Selection(
        [("undecided", "Undecided"), ("yes", "Justified"), ("no", "Not justified")],
        required=True,
        copy=False,
        default="undecided",
    )
    justified_reason = fields.Text(string="Reason of the judgement", copy=False)
    cause = fields.Text(copy=False)
    course = fields.Text(string="Course of events", copy=False)
    responsible = fields.Text(string="Persons responsible", copy=False)
    conclusion = fields.Text(copy=False)
    countermeasure = fields.Text(copy=False)
    prevention = fields.Text(copy=False)
    handling_opinion = fields.Text(copy=False)
    solution = fields.Text(copy=False)
    compensation = fields.Monetary(copy=False)
    loss_amount = fields.Monetary(
        string="Loss", copy=False, help="What the matter cost the company in all."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    handling_since = fields.Datetime(
        readonly=True,
        copy=False,
        help="Since it was accepted, or taken up again.",
    )
    proposed_at = fields.Datetime(string="Solution proposed", readonly=True, copy=False)
    solution_approved_at = fields.Datetime(
        string="Solution approved", readonly=True, copy=False
    )
    answer_channel = fields.Selection(
        [("oral", "Oral"), ("written", "Written")], copy=False
    )
    answer_ids = fields.One2many("complaint.answer", "case_id")
    answered_at = fields.Datetime(string="Answered at", readonly=True, copy=False)
    closed_at = fields.Datetime(
        string="Closed at", readonly=True, copy=False, index="btree_not_null"
    )
    reopen_count = fields.Integer(readonly=True, copy=False)
    merged_into_id = fields.Many2one(
        "complaint.case", readonly=True, copy=False, index="btree_not_null"
    )
    source_message_id = fields.Char(readonly=True, copy=False)
    customer_case_count = fields.Integer(related="partner_id.complaint_case_count")

    _number_uniq = models.UniqueIndex(
        "(number, company_id) WHERE secrecy_level < 2",
        "A complaint with this number exists already.",
    )
    _source_uniq = models.UniqueIndex(
        "(source_message_id, company_id) WHERE source_message_id IS NOT NULL "
        "AND secrecy_level < 2",
        "This message has become a complaint already.",
    )
    _token_uniq = models.UniqueIndex(
        "(access_token)", "Another complaint has this tracking link."
    )
    _turn_idx = models.Index("(priority DESC, received_at DESC, id DESC)")
    _compensation_positive = models.Constraint(
        "CHECK (compensation >= 0)", "The compensation must not be negative."
    )
    _loss_positive = models.Constraint(
        "CHECK (loss_amount >= 0)", "The loss must not be negative."
    )

    def _default_desk(self, company=None):
        company = company or self.env.company
        desks = self.env["complaint.desk"].sudo()
        return desks.search([("company_id", "=", company.id)], limit=1).id

    @api.depends("number", "name", "accused_ids")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        """A link to a case says nothing to the persons complained about in it."""
        for case in self:
            case.display_name = " ".join(filter(None, (case.number, case.name)))
            if self.env.user in case.sudo().accused_ids:
                case.display_name = self.env._("Restricted")

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id:
            self.contact_name = self.partner_id.name
            self.contact_email = self.partner_id.email
            self.contact_phone = self.partner_id.phone

    @api.onchange("category_id", "issue_id")
    def _onchange_classification(self):
        if self.issue_id and self.issue_id.category_id != self.category_id:
            if self.category_id:
                self.issue_id = False
            else:
                self.category_id = self.issue_id.category_id
        self.severity_id = self.severity_id or self.issue_id.severity_id
        self.department_id = self.department_id or self.category_id.department_id

    @api.onchange("branch_id")
    def _onchange_branch_id(self):
        self.department_id = self.branch_id.department_id or self.department_id

    @api.constrains(*_OF_COMPANY, "company_id")
    def _check_companies(self):
        """Odoo's own check, made only where companies differ, because it is slow."""
        for case in self.sudo():
            related = [case[name].company_id for name in _OF_COMPANY]
            if any(company and company != case.company_id for company in related):
                case._check_company(_OF_COMPANY)

    @api.constrains("justified", "justified_reason")
    def _check_judgement_reason(self):
        for case in self:
            if case.justified == "no" and not (case.justified_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "%(case)s is judged not justified. Write the reason, the "
                        "customer has a right to it.",
                        case=case.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]  # a caller may repeat one
        self._refuse_server_values(vals_list)
        self._fill_in(vals_list)
        batch = len(vals_list) > 1
        # In a batch: no note "created", and one message a handler, not one a case.
        quiet = {"complaint_batch": True, "mail_create_nolog": True} if batch else {}
        maker = self.with_context(**quiet)
        cases = super(ComplaintCase, maker).create(vals_list).with_env(self.env)
        if batch:
            cases._tell_handlers()
        if any(vals.get("accused_ids") for vals in vals_list):
            cases._shut_out_accused()
        cases._detect_repeats()
        cases._apply_severity_rules()
        cases._note_major()
        cases._notify_at_once()
        return cases

    def write(self, vals):
        if vals.get("plate"):
            vals = {**vals, "plate": normalize_plate(vals["plate"])}
        if "severity_id" in vals and not self.env.su:
            self._log_severity(vals)
        result = super().write(vals)
        if "accused_ids" in vals:
            self._shut_out_accused()
        if MATCH_FIELDS & vals.keys() or "partner_id" in vals:
            self._match_again(vals)
        if REPEAT_FIELDS & vals.keys():
            self._detect_repeats()
        self._follow_rules(vals)
        return result

    def action_view_customer(self):
        return self.partner_id.action_view_complaint_cases()

    def _fill_in(self, vals_list):
        """Set what the server alone knows: number, time of receipt, tracking key."""
        now = fields.Datetime.now()
        by_company = {}
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            by_company.setdefault(company_id, []).append(vals)
            email = vals.get("contact_email")
            vals["contact_email"] = email_normalize(email) or email
            vals["received_at"] = vals.get("received_at") or now
            vals["access_token"] = secrets.token_urlsafe(24)
        self._match_customers(vals_list)
        for company_id, group in by_company.items():
            company = self.env["res.company"].browse(company_id)
            desk_id = self._default_desk(company)
            numbers = self._numbers_of(company, group)
            for vals, number in zip(group, numbers, strict=True):
                vals["number"] = number
                vals.setdefault("desk_id", desk_id)
                if not vals.get("department_id"):
                    vals["department_id"] = self._default_department(vals)

    def _default_department(self, vals):
        branch = self.env["complaint.branch"].browse(vals.get("branch_id"))
        category = self.env["complaint.category"].browse(vals.get("category_id"))
        desk = self.env["complaint.desk"].browse(vals.get("desk_id"))
        found = branch.department_id or category.department_id or desk.department_id
        return found.id
