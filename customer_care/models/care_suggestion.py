from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [
    ("submitted", "To judge"),
    ("accepted", "Taken up"),
    ("doing", "Being carried out"),
    ("done", "Carried out"),
    ("rejected", "Not taken up"),
    ("withdrawn", "Withdrawn"),
]
ENDED = ("done", "rejected", "withdrawn")
# what whoever judges has read stays as it was
_JUDGED = {"name", "description", "benefit", "category_id", "author_id", "partner_id"}
_OPEN = ("accepted", "doing")


class CareSuggestion(models.Model):
    """One suggestion of an employee for better service, judged by somebody else and
    carried out by a named person (P02.13). Its state changes by its buttons alone."""

    _name = "care.suggestion"
    _description = "Suggestion"
    _inherit = [
        "care.suggestion.flow",
        "care.obligation.mixin",
        "care.approval.mixin",
        "care.requirement.mixin",
        "care.improvement.mixin",
        "care.suggestion.compliance",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "id desc"

    _step_fields = {
        "state": "submitted",
        "number": False,
        "judged_by_id": False,
        "judged_at": False,
        "judgement": False,
        "done_at": False,
        "supporter_ids": False,
    }
    _MOVES = {
        ("submitted", "accepted"): _USER,
        ("submitted", "rejected"): _USER,
        ("submitted", "withdrawn"): _USER,
        ("accepted", "doing"): _USER,
        ("doing", "done"): _USER,
        ("accepted", "rejected"): _MANAGER,
        ("doing", "rejected"): _MANAGER,
        ("rejected", "submitted"): _MANAGER,
    }

    name = fields.Char("Suggestion", required=True, tracking=True)
    number = fields.Char(readonly=True, copy=False, index=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="submitted",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    clause_id = fields.Many2one(
        "care.policy.clause", index="btree_not_null", ondelete="restrict"
    )
    category_id = fields.Many2one(
        "care.suggestion.category", "Kind", index="btree_not_null", ondelete="restrict"
    )
    description = fields.Text("What should change", required=True)
    benefit = fields.Text("What it brings")
    author_id = fields.Many2one(
        "res.users",
        "Suggested by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        copy=False,
    )
    department_id = fields.Many2one(
        "hr.department",
        index=True,
        ondelete="restrict",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        ondelete="restrict",
        help="Whose word or case gave the idea.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    supporter_ids = fields.Many2many(
        "res.users",
        "care_suggestion_supporter_rel",
        string="Supported by",
        readonly=True,
        copy=False,
    )
    supporter_count = fields.Integer("Supporters", compute="_compute_supporters")
    is_supported = fields.Boolean("Supported by me", compute="_compute_supporters")
    # judgement
    judged_by_id = fields.Many2one(
        "res.users", "Judged by", readonly=True, copy=False, ondelete="restrict"
    )
    judged_at = fields.Datetime("Judged on", readonly=True, copy=False)
    judgement = fields.Text(readonly=True, copy=False, tracking=True)
    can_judge = fields.Boolean(compute="_compute_can_judge")
    # carrying out
    user_id = fields.Many2one(
        "res.users",
        "Carried out by",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        copy=False,
        domain="[('share', '=', False)]",
    )
    date_due = fields.Date("Carried out until", copy=False, index=True, tracking=True)
    result = fields.Text("What was carried out", copy=False)
    done_at = fields.Datetime("Carried out on", readonly=True, copy=False)

    @api.depends("name", "number")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " ".join(filter(None, (record.number, record.name)))

    @api.depends("author_id", "company_id")
    def _compute_department_id(self):
        """The author's department, as long as nobody names another."""
        for record in self:
            author = record.author_id.sudo().with_company(record.company_id)
            record.department_id = author.employee_id.department_id

    @api.depends_context("uid")
    @api.depends("supporter_ids")
    def _compute_supporters(self):
        for record in self:
            record.supporter_count = len(record.supporter_ids)
            record.is_supported = self.env.user in record.supporter_ids

    @api.depends_context("uid")
    @api.depends("state", "author_id", "department_id")
    def _compute_can_judge(self):
        for record in self:
            record.can_judge = record.state == "submitted" and record._may_judge()

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            record._check_author()
            numbers = self.env["ir.sequence"].sudo().with_company(record.company_id)
            level = record.sudo().secrecy_level
            number = numbers._care_next("care.suggestion", level)
            record._step_write({"number": number})
        return records

    def write(self, vals):
        if not self._is_step() and _JUDGED & vals.keys():
            for record in self.filtered(lambda record: record.state != "submitted"):
                raise UserError(
                    self.env._(
                        "%(record)s is judged and keeps its words. Enter a new "
                        "suggestion.",
                        record=record.display_name,
                    )
                )
        result = super().write(vals)
        if "author_id" in vals:
            self._check_author()
        return result

    def _check_author(self):
        """Only managers enter what somebody else suggests."""
        user = self.env.user
        if self.env.su or user.has_group(_MANAGER):
            return
        for record in self.filtered(lambda record: record.author_id != user):
            raise AccessError(
                self.env._(
                    "“%(record)s” is suggested in your own name. A customer care "
                    "manager enters what others say.",
                    record=record.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_judged(self):
        for record in self:
            if record.state not in ("submitted", "withdrawn"):
                raise UserError(
                    self.env._(
                        "%(record)s stays on record. Archive it instead.",
                        record=record.display_name,
                    )
                )

    @api.model
    def _my_day_domain(self):
        """Return the suggestions the user carries out."""
        return Domain("user_id", "=", self.env.uid) & Domain("state", "in", _OPEN)
