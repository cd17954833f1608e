from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [
    ("draft", "To rate"),
    ("rated", "Rated"),
    ("published", "Told"),
    ("appealed", "Appealed"),
    ("final", "Final"),
    ("replaced", "Rated anew"),
]
TOLD = ("published", "appealed", "final", "replaced")


class CareAppraisal(models.Model):
    """The appraisal of one person for a period: figures, what was judged, sanctions and
    rewards, what it leads to, and an appeal (P01.23, P02.12, P04.10). The rater writes
    it until it is told; then it stays, and an appeal leads to a new version."""

    _name = "care.appraisal"
    _description = "Appraisal"
    _inherit = [
        "care.appraisal.flow",
        "care.appraisal.figures",
        "care.obligation.mixin",
        "care.approval.mixin",
        "care.requirement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_to desc, total desc, id desc"
    _secrecy_open = "it is about one of us, whose score hangs on no customer"
    _step_fields = {
        "state": "draft",
        "version": 1,
        "previous_id": False,
        "figures_value": 0.0,
        "figures_known": False,
        "figures_reason": False,
        "score_id": False,
        "judged_value": 0.0,
        "sanction_points": 0.0,
        "sanction_amount": 0.0,
        "total": 0.0,
        "band_id": False,
        "rated_at": False,
        "told_at": False,
        "appeal_until": False,
        "seen_at": False,
        "trained_on": False,
        "appeal": False,
        "appealed_at": False,
        "appeal_result": False,
        "appeal_words": False,
        "appeal_by_id": False,
        "appeal_decided_at": False,
    }
    _MOVES = {
        ("draft", "rated"): _USER,
        ("rated", "draft"): _USER,
        ("rated", "published"): _USER,
        ("published", "appealed"): _USER,
        ("published", "final"): _USER,
        ("appealed", "final"): _MANAGER,
        ("appealed", "replaced"): _MANAGER,
    }

    scheme_id = fields.Many2one(
        "care.appraisal.scheme",
        "Appraisal scheme",
        required=True,
        index=True,
        ondelete="restrict",
    )
    clause_id = fields.Many2one(related="scheme_id.clause_id", store=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    rater_id = fields.Many2one(
        "res.users",
        "Rated by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    department_id = fields.Many2one(
        "hr.department", compute="_compute_department_id", store=True, index=True
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True, index=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "care.appraisal",
        "Earlier version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    # figures
    score_id = fields.Many2one(
        "care.score", readonly=True, copy=False, ondelete="set null"
    )
    figures_value = fields.Float(
        "Points of the figures", readonly=True, copy=False, aggregator="avg"
    )
    figures_known = fields.Boolean("Figures are known", readonly=True, copy=False)
    figures_reason = fields.Char("Why not known", readonly=True, copy=False)
    # judged
    line_ids = fields.One2many("care.appraisal.line", "appraisal_id", "Judgements")
    judged_value = fields.Float("Judged", readonly=True, copy=False, aggregator="avg")
    # sanctions and rewards of the period
    sanction_points = fields.Float("Points of sanctions", readonly=True, copy=False)
    sanction_amount = fields.Monetary("Fines and rewards", readonly=True, copy=False)
    total = fields.Float(
        "Total score", readonly=True, copy=False, aggregator="avg", tracking=True
    )
    band_id = fields.Many2one(
        "care.appraisal.band",
        "Grade of the appraisal",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    comment = fields.Text("Words of the rater", copy=False)
    own_words = fields.Text(
        "Words of the person", copy=False, help="What the person says of the period."
    )
    outcome_ids = fields.Many2many(
        "care.appraisal.outcome",
        "care_appraisal_outcome_rel",
        string="Leads to",
        copy=False,
    )
    measure = fields.Text("What is agreed", copy=False)
    rated_at = fields.Datetime("Rated on", readonly=True, copy=False)
    told_at = fields.Datetime("Told on", readonly=True, copy=False)
    seen_at = fields.Datetime("Read by the person on", readonly=True, copy=False)
    participant_ids = fields.One2many(
        "care.training.participant", "appraisal_id", "Trainings"
    )
    trained_on = fields.Date("Trained on", readonly=True, copy=False)
    # appeal
    appeal_until = fields.Date("Appeal until", readonly=True, copy=False)
    appeal = fields.Text("Appeal of the person", readonly=True, copy=False)
    appealed_at = fields.Datetime("Appealed on", readonly=True, copy=False)
    appeal_result = fields.Selection(
        [("kept", "The appraisal stands"), ("anew", "It is rated anew")],
        "Answer to the appeal",
        readonly=True,
        copy=False,
    )
    appeal_words = fields.Text("Reasons of the answer", readonly=True, copy=False)
    appeal_by_id = fields.Many2one(
        "res.users", "Answered by", readonly=True, copy=False, ondelete="restrict"
    )
    appeal_decided_at = fields.Datetime("Answered on", readonly=True, copy=False)
    is_mine = fields.Boolean("About me", compute="_compute_is_mine")

    _once = models.UniqueIndex(
        "(scheme_id, user_id, date_from, date_to) WHERE state != 'replaced'",
        "This person has an appraisal for the period already.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "A period ends after it begins."
    )

    @api.depends("user_id", "scheme_id", "date_from", "version")
    def _compute_display_name(self):
        for record in self:
            name = f"{record.user_id.name or ''}, {record.scheme_id.name or ''}"
            if record.date_from:
                name += f" {record.date_from:%Y-%m}"
            if record.version > 1:
                name += f" ({record.version})"
            record.display_name = name

    @api.depends("user_id", "company_id")
    def _compute_department_id(self):
        for record in self:
            user = record.user_id.sudo().with_company(record.company_id)
            record.department_id = user.employee_id.department_id

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        for record in self:
            record.is_mine = record.user_id == self.env.user

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """A mean leaves out what is not rated."""
        found = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec not in ("total:avg", "judged_value:avg", "figures_value:avg"):
            return found
        known = self._field_to_sql(self._table, "rated_at", query)
        return SQL("%s FILTER (WHERE %s)", found, SQL("%s IS NOT NULL", known))

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_rater()
        for record in records:
            record._take_criteria()
        records._take_figures()
        return records

    def write(self, vals):
        if not self._is_step():
            self._check_edit(vals)
        result = super().write(vals)
        if {"rater_id", "user_id"} & vals.keys():
            self._check_rater()
        return result

    def _check_edit(self, vals):
        free = {"active", "activity_ids", "message_follower_ids"}
        if vals.keys() <= free | self._step_fields.keys():  # refused by their rule
            return
        self.check_access("write")
        for record in self:
            mine = record.user_id == self.env.user and not self.env.su
            if mine and vals.keys() == {"own_words"} and record.state == "published":
                continue
            if mine:
                raise AccessError(
                    self.env._(
                        "%(appraisal)s is about you. You add your own words alone, "
                        "once it is told.",
                        appraisal=record.display_name,
                    )
                )
            later = {"outcome_ids", "measure"} if record.state == "rated" else set()
            if record.state != "draft" and vals.keys() - later:
                raise UserError(
                    self.env._(
                        "%(appraisal)s is rated and stays as it is.",
                        appraisal=record.display_name,
                    )
                )

    def _check_rater(self):
        for record in self.filtered(lambda record: record.rater_id == record.user_id):
            raise UserError(
                self.env._(
                    "Nobody rates himself. Choose who rates %(person)s.",
                    person=record.user_id.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for record in self.filtered(lambda record: record.state != "draft"):
            raise UserError(
                self.env._(
                    "%(appraisal)s is rated and stays on record.",
                    appraisal=record.display_name,
                )
            )

    @api.model
    def _my_day_domain(self):
        """Return the appraisals the user has to rate."""
        return Domain("rater_id", "=", self.env.uid) & Domain("state", "=", "draft")
