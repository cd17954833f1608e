from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.orm.models import NO_ACCESS

OFFICER = "customer_care.customer_care_group_security"


class CareAccessRequest(models.Model):
    """Somebody asks to read a record he may not see: what, what for, who, until when.

    The applicant writes what he looks for in his own words, as he cannot pick what he
    cannot see. An approval is asked for whether there is such a record or not; who
    decides, or a security officer, links the record. So neither the answer, the
    approvals nor the time they take tell the applicant whether it exists.
    """

    _name = "care.access.request"
    _description = "Access request"
    _inherit = [
        "care.access.request.flow",
        "care.obligation.mixin",
        "care.approval.mixin",
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _secrecy_open = "who asks and who decides see what is asked for, without a name"
    _order = "id desc"
    _guarded_fields = frozenset(
        {
            "state",
            "user_id",
            "department_id",
            "res_model",
            "res_id",
            "linked_by_id",
            "decided_at",
        }
    )
    _LOCKED = frozenset(
        {
            "what",
            "purpose",
            "reason",
            "reader_ids",
            "date_from",
            "date_to",
            "own_department",
            "company_id",
        }
    )

    what = fields.Char(
        "Object",
        required=True,
        help="The customer or record you look for, by name or number as you know it.",
    )
    purpose = fields.Char(required=True)
    reason = fields.Text(required=True)
    reader_ids = fields.Many2many(
        "res.users",
        "care_access_request_reader_rel",
        string="Readers",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        copy=False,
    )
    date_to = fields.Date(
        "Until",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=6),
        copy=False,
    )
    own_department = fields.Boolean(
        "Belongs to my department",
        help="The head of your department then decides; else the general manager.",
    )
    department_id = fields.Many2one(
        "hr.department", "Applicant's department", readonly=True, copy=False
    )
    user_id = fields.Many2one(
        "res.users",
        "Applicant",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
        index=True,
        copy=False,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Handed in"),
            ("granted", "Granted"),
            ("refused", "Not granted"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    decided_at = fields.Datetime(readonly=True, copy=False)
    grant_ids = fields.One2many("care.access.grant", "request_id", "Access given")
    # what was found, for the system alone: the applicant must not learn of it
    res_model = fields.Char(groups=NO_ACCESS, copy=False)
    res_id = fields.Integer(groups=NO_ACCESS, copy=False)
    linked_by_id = fields.Many2one(
        "res.users", groups=NO_ACCESS, copy=False, ondelete="restrict"
    )
    link_text = fields.Char("Record found", compute="_compute_link_text")
    can_link = fields.Boolean(compute="_compute_link_text")

    _span = models.Constraint(
        "CHECK (date_to >= date_from)", "Access must not end before it begins."
    )

    @api.depends("what")
    def _compute_display_name(self):
        for request in self:
            number = request._origin.id
            request.display_name = (
                self.env._(
                    "Access request %(number)s: %(what)s",
                    number=number,
                    what=request.what or "",
                )
                if number
                else self.env._("Access request")
            )

    @api.depends("state", "reader_ids", "user_id", "approval_ids.state")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_link_text(self):
        for request in self:
            request.can_link = request.state == "submitted" and request._may_link()
            request.link_text = request.can_link and request._link_words()

    def _may_link(self):
        """Tell whether the current user is told what was found: who decides, or an
        officer, never one who asks for it."""
        user = self.env.user
        if self.env.su or user in self.user_id | self.reader_ids:
            return False
        if user.has_group(OFFICER):
            return True
        approvals = self.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        return user in approvals.current_user_ids

    def _link_words(self):
        record = self._linked()
        if not record:
            return self.env._("None yet. Link the record before it is approved.")
        record = record.sudo(False)
        if record.has_access("read"):
            return record.display_name
        return self.env._("A record you may not see, linked by somebody who may.")

    def _linked(self):
        """Return the record as superuser, empty while none is linked or it is gone."""
        this = self.sudo()
        if not this.res_id or this.res_model not in self.env:
            return self.env["res.partner"].sudo().browse()
        return this.env[this.res_model].browse(this.res_id).exists()

    # ---- saving

    @api.constrains("date_from", "date_to", "reader_ids", "company_id")
    def _check_readers_and_days(self):
        for request in self:
            days = request.company_id.sudo().care_access_days
            if (request.date_to - request.date_from).days >= days > 0:
                raise ValidationError(
                    self.env._(
                        "%(record)s lasts too long: access is given for %(days)s days "
                        "at most. Ask again when it has ended.",
                        record=request.display_name,
                        days=days,
                    )
                )
            if not request.reader_ids or any(request.reader_ids.mapped("share")):
                raise ValidationError(
                    self.env._(
                        "%(record)s needs readers, who are internal users.",
                        record=request.display_name,
                    )
                )

    def write(self, vals):
        if not self._LOCKED.isdisjoint(vals) and not self._in_engine():
            for request in self.sudo().filtered(lambda one: one.state != "draft"):
                raise UserError(
                    self.env._(
                        "%(record)s was handed in. Withdraw it and ask anew.",
                        record=request.display_name,
                    )
                )
            self._check_mine()
        return super().write(vals)

    def _check_mine(self):
        """The applicant alone writes his request, whoever may read it."""
        for request in self.sudo():
            if not self.env.su and request.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(user)s asks for access here. Write a request of your own.",
                        user=request.user_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        self._check_mine()
        for request in self.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "%(record)s was handed in and is kept. Withdraw it instead.",
                    record=request.display_name,
                )
            )
