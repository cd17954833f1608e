from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize_all

KINDS = [
    ("external", "Customer data to an outsider"),
    ("report", "Report that goes out"),
    ("internal", "Copy or excerpt inside the company"),
]
STATES = [
    ("draft", "Draft"),
    ("asked", "To decide"),
    ("approved", "Approved"),
    ("disclosed", "Handed out"),
    ("expired", "Expired"),
    ("revoked", "Revoked"),
    ("rejected", "Rejected"),
]
RUNNING = ("approved", "disclosed")


class CareDisclosure(models.Model):
    """One leave to show or copy what belongs to a customer: to whom, what, why, in
    which form and until when. Employees write it, approvals decide it, and copies
    are made of it alone."""

    _name = "care.disclosure"
    _description = "Disclosure"
    _inherit = [
        "care.disclosure.flow",
        "care.disclosure.cover",
        "care.obligation.mixin",
        "care.secrecy.mixin",
        "care.requirement.mixin",
        "care.approval.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ("number", "recipient_name", "recipient_organisation")

    # what only steps write
    _step_fields = {
        "state": "draft",
        "number": False,
        "asked_at": False,
        "evidence": False,
        "approved_at": False,
        "disclosed_at": False,
        "disclosed_by_id": False,
        "ended_at": False,
        "revoke_reason": False,
        "return_kind": False,
        "return_note": False,
        "return_confirmed_at": False,
        "return_confirmed_by": False,
    }
    # what stays open once it was asked for
    _OPEN = ("active", "activity_", "message_", "handler_id", "secrecy_", "access_")

    number = fields.Char(readonly=True, copy=False, index=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="external", index=True)
    state = fields.Selection(
        STATES, required=True, default="draft", copy=False, index=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "Applicant",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    handler_id = fields.Many2one(
        "res.users",
        "Carried out by",
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        help="The named person who makes the copies and hands them out.",
    )
    department_id = fields.Many2one(
        "hr.department",
        ondelete="restrict",
        default=lambda self: self.env.user.employee_id.department_id,
    )
    # who gets it
    recipient_user_id = fields.Many2one(
        "res.users",
        "Employee",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    recipient_name = fields.Char("Recipient")
    recipient_organisation = fields.Char("Organisation")
    recipient_contact = fields.Char("Telephone")
    recipient_email = fields.Char(
        "E-mail", help="Several addresses are separated by commas."
    )
    in_person = fields.Boolean(
        "Comes in person", help="Shows a letter of introduction or a card."
    )
    credential_kind = fields.Selection(
        [
            ("letter", "Letter of introduction"),
            ("work_card", "Work card"),
            ("identity", "Identity card"),
            ("passport", "Passport"),
            ("other", "Another paper"),
        ],
        "Shows",
    )
    credential_number = fields.Char("Number of the paper", copy=False)
    credential_file_ids = fields.Many2many(
        "ir.attachment",
        "care_disclosure_credential_rel",
        ondelete="restrict",
        string="Scan of the paper",
        copy=False,
    )
    # why and how
    purpose = fields.Text()
    legal_ground = fields.Selection(
        [
            ("consent", "Consent of the person"),
            ("contract", "Needed for a contract with the person"),
            ("duty", "Legal duty or order of an authority"),
            ("emergency", "Public health or protection of life and property"),
            ("public", "Made public by the person or by law"),
            ("none", "No personal data"),
        ],
        "Legal ground",
        default="consent",
    )
    has_personal_data = fields.Boolean("Holds personal data", default=True)
    assessment = fields.Text(
        "Impact assessment",
        help="What the recipient does with personal data, what could harm the person, "
        "and what protects them. Wanted before personal data go to somebody else.",
    )
    item_ids = fields.One2many("care.disclosure.item", "disclosure_id", "Items")
    item_count = fields.Integer(compute="_compute_item_count")
    form = fields.Selection(
        [
            ("mail", "By e-mail"),
            ("paper", "On paper"),
            ("viewing", "For viewing only"),
            ("medium", "On a data medium"),
        ],
        required=True,
        default="paper",
    )
    copies_allowed = fields.Integer("Copies of each item", required=True, default=1)
    date_to = fields.Date(
        "Until",
        copy=False,
        index=True,
        help="Last day on which anything is handed out; copies are back by then.",
    )
    # the customer's word
    authorisation_file_ids = fields.Many2many(
        "ir.attachment",
        "care_disclosure_authorisation_rel",
        ondelete="restrict",
        string="Written authorisation",
        copy=False,
    )
    authorisation_date = fields.Date("Authorised on", copy=False)
    authorisation_until = fields.Date("Authorised until", copy=False)
    evidence = fields.Char("Fingerprint of the papers", readonly=True, copy=False)
    # what became of it
    asked_at = fields.Datetime("Asked for", readonly=True, copy=False)
    approved_at = fields.Datetime("Approved on", readonly=True, copy=False)
    disclosed_at = fields.Datetime("Handed out on", readonly=True, copy=False)
    disclosed_by_id = fields.Many2one(
        "res.users", "Handed out by", readonly=True, copy=False, ondelete="restrict"
    )
    ended_at = fields.Datetime("Ended on", readonly=True, copy=False)
    revoke_reason = fields.Text("Why it was revoked", readonly=True, copy=False)
    return_kind = fields.Selection(
        [
            ("returned", "Returned"),
            ("destroyed", "Destroyed"),
            ("kept", "Kept under a legal duty"),
        ],
        "Copies were",
        readonly=True,
        copy=False,
    )
    return_note = fields.Text("How it is known", readonly=True, copy=False)
    return_confirmed_at = fields.Datetime("Confirmed on", readonly=True, copy=False)
    return_confirmed_by = fields.Char("Confirmed by", readonly=True, copy=False)
    copy_ids = fields.One2many("care.disclosure.copy", "disclosure_id", "Copies")
    copy_count = fields.Integer(compute="_compute_copy_count")
    is_running = fields.Boolean(
        "May be handed out", compute="_compute_is_running", compute_sudo=False
    )
    can_carry_out = fields.Boolean(compute="_compute_can_carry_out")

    _copies_positive = models.Constraint(
        "CHECK (copies_allowed > 0)", "At least one copy is handed out."
    )
    _ended_idx = models.Index("(date_to) WHERE state IN ('approved', 'disclosed')")

    @api.depends("number", "recipient_name", "recipient_organisation")
    def _compute_display_name(self):
        for record in self:
            whom = record.recipient_organisation or record.recipient_name
            record.display_name = " ".join(filter(None, (record.number, whom)))

    @api.depends("item_ids")
    def _compute_item_count(self):
        for record in self:
            record.item_count = len(record.item_ids)

    @api.depends("copy_ids")
    def _compute_copy_count(self):
        for record in self:
            record.copy_count = len(record.copy_ids)

    @api.depends("state", "date_to", "authorisation_until")
    def _compute_is_running(self):
        for record in self:
            record.is_running = record._runs_on(record._today())

    def _runs_on(self, day):
        """Tell whether something may be handed out on a day."""
        ends = [self.date_to]
        if self.kind == "external":
            ends.append(self.authorisation_until)
        return self.state in RUNNING and all(end and day <= end for end in ends)

    @api.depends_context("uid")
    @api.depends("handler_id")
    def _compute_can_carry_out(self):
        for record in self:
            record.can_carry_out = record._may_carry_out()

    def _today(self):
        return self.env["care.role"]._today(self.company_id or self.env.company)

    def _emails(self):
        """Return the recipient's addresses, written the one way they compare."""
        found = self.recipient_email
        if self.kind == "internal":
            found = self.recipient_user_id.sudo().email
        return set(email_normalize_all(found or ""))

    @api.onchange("kind", "recipient_user_id")
    def _onchange_recipient_user_id(self):
        if self.kind == "internal" and self.recipient_user_id:
            self.recipient_name = self.recipient_user_id.name

    # ---- what cannot be

    @api.constrains("kind", "partner_id")
    def _check_partner(self):
        for record in self:
            if record.kind == "external" and not record.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(record)s tells an outsider of a customer. Name them.",
                        record=record.display_name or record._description,
                    )
                )
            if record.kind == "report" and record.partner_id:
                raise ValidationError(
                    self.env._(
                        "A report that goes out is about no single customer. Choose "
                        "“Customer data to an outsider” instead."
                    )
                )

    @api.constrains("authorisation_date", "authorisation_until", "date_to")
    def _check_dates(self):
        for record in self:
            start, end = record.authorisation_date, record.authorisation_until
            if start and end and end < start:
                raise ValidationError(
                    self.env._("The authorisation ends after the day it was given.")
                )
            if record.kind == "external" and end and (record.date_to or end) > end:
                raise ValidationError(
                    self.env._(
                        "The customer's authorisation ends on %(day)s. Nothing is "
                        "handed out after it: choose an earlier day.",
                        day=end,
                    )
                )

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self._is_step():
                vals["user_id"] = self.env.uid
        records = super().create(vals_list)
        records.partner_id.check_access("read")
        records._claim_files()
        for record in records:
            record._step_write({"number": record._next_number()})
        return records

    def _next_number(self):
        """Return the next number; those of classified customers have numbers of their
        own, so that no gap in the others tells of them."""
        code = "care.disclosure"
        if self._is_classified():
            code = "care.disclosure.classified"
        numbers = self.env["ir.sequence"].sudo().with_company(self.company_id)
        return numbers.next_by_code(code)

    def write(self, vals):
        locked = any(not n.startswith(self._OPEN) for n in vals)
        if locked and not self._is_step():
            for record in self.filtered(lambda r: r.state != "draft"):
                raise UserError(
                    self.env._(
                        "%(record)s was handed in. Withdraw it before changing it.",
                        record=record.display_name,
                    )
                )
        if "user_id" in vals and not self._is_step():
            self._refuse_edit("user_id")
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id.check_access("read")
        if {"credential_file_ids", "authorisation_file_ids"} & set(vals):
            self._claim_files()
        return result

    def _claim_files(self):
        """Let uploaded files follow the disclosure: whoever may read it reads them."""
        for record in self:
            files = record.credential_file_ids | record.authorisation_file_ids
            files.check_access("read")
            loose = files.sudo().filtered(lambda f: not f.res_id)
            loose.write({"res_model": self._name, "res_id": record.id})

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for record in self.filtered(lambda r: r.state != "draft" or r.asked_at):
            raise UserError(
                self.env._(
                    "%(record)s was handed in and is kept. Withdraw or archive it.",
                    record=record.display_name,
                )
            )
