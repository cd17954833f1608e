from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")]


class CareServiceReview(models.Model):
    """One check of a service plan at its interval (P04.05): the figure found for each
    standard, quality and satisfaction, measures. The plan plans the next when it is
    done."""

    _name = "care.service.review"
    _description = "Review of a service plan"
    _inherit = [
        "care.obligation.mixin",
        "care.service.review.compliance",
        "care.improvement.mixin",
        "care.step.mixin",
        "care.secrecy.follow.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_due desc, id desc"
    _step_fields = {"state": "planned", "done_by_id": False}
    _MOVES = {
        ("planned", "done"): _USER,
        ("planned", "cancelled"): _MANAGER,
        ("cancelled", "planned"): _MANAGER,
    }

    plan_id = fields.Many2one(
        "care.service.plan",
        "Service plan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True, index=True)
    department_id = fields.Many2one(related="plan_id.department_id", store=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    clause_id = fields.Many2one(related="plan_id.clause_id", store=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES, required=True, default="planned", copy=False, index=True, tracking=True
    )
    date_due = fields.Date("Due", required=True, index=True, tracking=True)
    date_done = fields.Date("Held on", copy=False, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Done by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    participant_ids = fields.Many2many(
        "res.users",
        "care_service_review_user_rel",
        string="Took part",
        copy=False,
        domain="[('share', '=', False)]",
    )
    quality = fields.Text("Quality of the service", copy=False)
    satisfaction = fields.Text("Satisfaction of the customer", copy=False)
    measures = fields.Text("Measures of improvement", copy=False)
    line_ids = fields.One2many(
        "care.service.review.line", "review_id", "Standards", copy=False
    )
    share_met = fields.Float(
        "Standards met (%)", compute="_compute_share_met", store=True, aggregator="avg"
    )
    is_judged = fields.Boolean(compute="_compute_share_met", store=True)
    missed_count = fields.Integer(
        "Standards missed", compute="_compute_share_met", store=True
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Papers", copy=False)
    done_by_id = fields.Many2one(
        "res.users", "Noted by", readonly=True, copy=False, ondelete="restrict"
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    _planned_uniq = models.UniqueIndex(
        "(plan_id) WHERE state = 'planned'",
        "A review of this plan is planned already. Finish it first.",
    )

    @api.depends("plan_id", "date_due")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "Review of %(plan)s, %(date)s",
                plan=review.plan_id.name or "",
                date=fields.Date.to_string(review.date_due) or "",
            )

    @api.depends("line_ids.verdict")
    def _compute_share_met(self):
        for review in self:
            verdicts = review.line_ids.mapped("verdict")
            met, missed = verdicts.count("met"), verdicts.count("missed")
            review.is_judged = bool(met + missed)
            review.missed_count = missed
            review.share_met = 100 * met / (met + missed) if met + missed else 0

    @api.depends("state", "date_due")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for review in self:
            late = review.date_due and review.date_due < today
            review.is_late = bool(review.state == "planned" and late)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("state", "=", "planned") & Domain("date_due", "<", today)
        return late if True in value else ~late

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """A mean leaves out what is not judged."""
        found = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "share_met:avg":
            return found
        known = self._field_to_sql(self._table, "is_judged", query)
        return SQL("%s FILTER (WHERE %s)", found, known)

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        if not self.env.su:
            reviews.plan_id.check_access("write")
        for review in reviews:
            if review.plan_id.state != "running":
                raise UserError(
                    self.env._(
                        "%(plan)s does not run: it is reviewed once it is approved.",
                        plan=review.plan_id.display_name,
                    )
                )
            review._add_lines()
        return reviews

    def write(self, vals):
        if not self._is_step() and vals.keys() - {"active", "activity_ids"}:
            for review in self.filtered(lambda review: review.state == "done"):
                raise UserError(
                    self.env._(
                        "%(review)s is done and stays as it was found.",
                        review=review.display_name,
                    )
                )
            if "plan_id" in vals and any(r.plan_id.id != vals["plan_id"] for r in self):
                raise UserError(self.env._("A review stays with its plan."))
        return super().write(vals)

    def _add_lines(self):
        """Each standard of the plan has a row."""
        for review in self.sudo():
            there = review.line_ids.line_id
            review.line_ids = [
                Command.create({"line_id": line.id})
                for line in review.plan_id.line_ids - there
            ]

    # ---- buttons

    def action_fill(self):
        """Take the figures of the indicators, those of the period of the review."""
        for review in self:
            review.check_access("write")
            review._add_lines()
            review.line_ids._take_figures(review.date_done or review.date_due)
        return True

    def action_done(self):
        """Keep what was found and plan the next one."""
        for review in self:
            review._check_move("done")
            review._refuse_incomplete()
            review._step_write({"state": "done", "done_by_id": self.env.uid})
            for row in review.sudo().line_ids:
                row.line_id._step_write(
                    {
                        "has_reading": row.has_found,
                        "reading": row.found,
                        "verdict": row.verdict,
                    }
                )
            review.plan_id.sudo()._plan_next()
            self.env["care.duty"]._fulfil_by(review)
        return True

    def _refuse_incomplete(self):
        names = ["date_done", "quality", "satisfaction"]
        if self.missed_count:
            names.append("measures")
        words = self.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(review)s is not complete. Fill in: %(fields)s.",
                    review=self.display_name,
                    fields=", ".join(missing),
                )
            )
        if self.date_done > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(review)s lies ahead. Note it once it was held.",
                    review=self.display_name,
                )
            )
        blank = self.line_ids.filtered(lambda row: not row.verdict)
        if blank:
            raise UserError(
                self.env._(
                    "%(review)s does not say whether “%(standard)s” is met. Enter the "
                    "figure found, or that it does not apply.",
                    review=self.display_name,
                    standard=blank[0].name,
                )
            )

    def action_cancel(self):
        """Call it off; the next one is planned."""
        for review in self:
            review._check_move("cancelled")
            review._step_write({"state": "cancelled"})
            review.plan_id.sudo()._plan_next()
        return True

    def action_replan(self):
        """Plan again what was called off."""
        for review in self:
            review._check_move("planned")
            review._step_write({"state": "planned"})
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for review in self.filtered(lambda review: review.state == "done"):
            raise AccessError(
                self.env._(
                    "%(review)s is done and stays on record.",
                    review=review.display_name,
                )
            )
