from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# Fields people fill in, by the step of the evaluation
_SHARED = frozenset({"special_policy", "special_note", "support_plan", "credit_grade"})
_STEPS = {
    "pregrading": ("proposed_tier_id", "proposed_reason", "is_proposed"),
    "review": ("reviewed_tier_id", "reviewed_reason", "is_reviewed"),
}


class CareEvaluationLine(models.Model):
    """One customer in an evaluation: by the figures, by the section, by the review.

    The engine makes it; the section's people and the review meeting fill in their
    part, each at its step, and each change is kept as a decision.
    """

    _name = "care.evaluation.line"
    _description = "Customer in an evaluation"
    _inherit = ["care.guarded.mixin", "care.secrecy.follow.mixin"]
    _order = "evaluation_id desc, section_id, id"
    _rec_name = "partner_id"

    evaluation_id = fields.Many2one(
        "care.evaluation", required=True, index=True, ondelete="cascade"
    )
    section_id = fields.Many2one(
        "care.evaluation.section", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    scheme_id = fields.Many2one(related="evaluation_id.scheme_id", store=True)
    company_id = fields.Many2one(
        related="evaluation_id.company_id", store=True, index=True
    )
    evaluation_state = fields.Selection(
        related="evaluation_id.state", string="State of the evaluation"
    )
    previous_tier_id = fields.Many2one("care.tier", "Before", readonly=True)
    computed_tier_id = fields.Many2one("care.tier", "By the figures", readonly=True)
    explanation = fields.Json(readonly=True)
    explanation_html = fields.Html(
        "Fact by fact", compute="_compute_explanation_html", sanitize=False
    )
    is_new_customer = fields.Boolean("New customer", readonly=True)
    # ---- the section
    is_proposed = fields.Boolean("Section decided", readonly=True)
    proposed_tier_id = fields.Many2one(
        "care.tier", "By the section", domain="[('scheme_id', '=', scheme_id)]"
    )
    proposed_reason = fields.Char("Section's reason")
    # ---- the review
    is_reviewed = fields.Boolean("Review decided", readonly=True)
    reviewed_tier_id = fields.Many2one(
        "care.tier", "By the review", domain="[('scheme_id', '=', scheme_id)]"
    )
    reviewed_reason = fields.Char("Reason of the review")
    # ---- what comes of it
    final_tier_id = fields.Many2one(
        "care.tier", "Grade", compute="_compute_final", store=True, index=True
    )
    is_changed = fields.Boolean(
        "Other than before", compute="_compute_final", store=True
    )
    special_policy = fields.Selection(
        [("keep", "Keep"), ("change", "Change"), ("end", "End")]
    )
    special_note = fields.Char("About the special policy")
    support_plan = fields.Text()
    credit_before = fields.Char("Credit grade before", readonly=True)
    credit_grade = fields.Char(
        help="Empty: that of the grade, or the one before where it names none."
    )
    list_kind = fields.Selection(
        [
            ("support", "Support plan"),
            ("special", "Special policy"),
            ("new", "New customers"),
            ("other", "Others"),
        ],
        "List",
        compute="_compute_list_kind",
        store=True,
    )
    applied_at = fields.Datetime("In force since", readonly=True)
    decision_ids = fields.One2many(
        "care.evaluation.decision", "line_id", "Decisions", readonly=True
    )

    _partner_uniq = models.UniqueIndex(
        "(evaluation_id, partner_id)", "The customer is on the list already."
    )
    _todo_idx = models.Index("(evaluation_id, id) WHERE applied_at IS NULL")

    @api.depends(
        "computed_tier_id",
        "proposed_tier_id",
        "is_proposed",
        "reviewed_tier_id",
        "is_reviewed",
        "previous_tier_id",
    )
    def _compute_final(self):
        for line in self:
            line.final_tier_id = line._decided_tier()
            line.is_changed = line.final_tier_id != line.previous_tier_id

    def _decided_tier(self):
        if self.is_reviewed:
            return self.reviewed_tier_id
        return self.proposed_tier_id if self.is_proposed else self.computed_tier_id

    @api.depends("final_tier_id.wants_support_plan", "special_policy")
    def _compute_list_kind(self):
        for line in self:
            if line.special_policy:
                line.list_kind = "special"
            elif line.is_new_customer:
                line.list_kind = "new"
            else:
                wanted = line.final_tier_id.wants_support_plan
                line.list_kind = "support" if wanted else "other"

    @api.depends("explanation")
    def _compute_explanation_html(self):
        for line in self:
            line.explanation_html = self.env["ir.qweb"]._render(
                "customer_care.care_tier_explanation",
                {"rows": line.explanation or []},
                minimal_qcontext=True,
            )

    def _final_reason(self):
        """Return why the grade is what it is, in the words of those who decided."""
        if self.is_reviewed and self.reviewed_reason:
            return self.reviewed_reason
        if self.is_proposed and self.proposed_reason:
            return self.proposed_reason
        return self.env._("By the figures of the evaluation.")

    # ---- who writes what, when

    @api.model_create_multi
    def create(self, vals_list):
        if not self._in_engine():
            raise UserError(
                self.env._("Customers come on the list when an evaluation opens.")
            )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self._in_engine():
            raise UserError(self.env._("A customer on the list stays on it."))

    def write(self, vals):
        if self._in_engine():
            return super().write(vals)
        self.check_access("write")
        self._hold_step()
        for evaluation, lines in self.grouped("evaluation_id").items():
            lines._check_may_grade(evaluation, vals)
        before = {line.id: line._shown(vals) for line in self}
        lines = self._guard()
        for step, (tier, __, decided) in _STEPS.items():
            if tier in vals:
                lines.filtered(lambda n, s=step: n.evaluation_state == s).write(
                    {decided: True}
                )
        result = super(CareEvaluationLine, lines).write(vals)
        self._check_reasons()
        self._keep_decisions(vals, before)
        return result

    def _hold_step(self):
        """Keep the evaluations at their step until the change is saved: whoever moves
        one on meanwhile waits, and a change that came too late is refused."""
        ids = self.evaluation_id.ids
        query = "SELECT id FROM care_evaluation WHERE id = ANY(%s) FOR SHARE"
        self.env.execute_query(SQL(query, ids))

    def _check_may_grade(self, evaluation, vals):
        """Refuse fields of another step, and people whose customers they are not."""
        state = evaluation.state
        allowed = _SHARED | set(_STEPS.get(state, ())[:2])
        if state not in _STEPS or set(vals) - allowed:
            words = self.fields_get(list(vals), ["string"])
            names = [words[n]["string"] for n in set(vals) - allowed if n in words]
            raise UserError(
                self.env._(
                    "%(fields)s of the customers of %(evaluation)s cannot be changed "
                    "at this step.",
                    fields=", ".join(sorted(names)) or self.env._("The values"),
                    evaluation=evaluation.name,
                )
            )
        if evaluation.is_mine_to_lead:
            return
        if state == "review" and self.env.user in evaluation.participant_ids:
            return
        for section in self.section_id:
            if (
                state == "review"
                or section.state == "submitted"
                or self.env.user not in section.sudo().user_ids
            ):
                raise UserError(
                    self.env._(
                        "The list of %(section)s is not yours to change now.",
                        section=section.name,
                    )
                )

    @api.constrains("proposed_tier_id", "reviewed_tier_id")
    def _check_scheme(self):
        for line in self:
            for tier in line.proposed_tier_id | line.reviewed_tier_id:
                if tier.scheme_id != line.scheme_id:
                    raise ValidationError(
                        self.env._(
                            "%(tier)s is no grade of %(scheme)s.",
                            tier=tier.name,
                            scheme=line.scheme_id.name,
                        )
                    )

    def _check_reasons(self):
        """Who differs from the figures, or from the section, says why."""
        for line in self:
            pairs = [
                (line.is_proposed, line.proposed_tier_id, line.computed_tier_id),
                (line.is_reviewed, line.reviewed_tier_id, line._before_review()),
            ]
            reasons = (line.proposed_reason, line.reviewed_reason)
            for (decided, tier, other), reason in zip(pairs, reasons, strict=True):
                if decided and tier != other and not (reason or "").strip():
                    raise ValidationError(
                        self.env._(
                            "%(partner)s gets %(tier)s instead of %(other)s. Say why.",
                            partner=line.partner_id.display_name,
                            tier=tier.name or self.env._("no grade"),
                            other=other.name or self.env._("no grade"),
                        )
                    )

    def _before_review(self):
        return self.proposed_tier_id if self.is_proposed else self.computed_tier_id

    def _shown(self, names):
        """Return {field: its value as text}."""
        shown = {}
        for name in names:
            value = self[name]
            field = self._fields[name]
            if field.type == "selection" and value:
                value = dict(field._description_selection(self.env))[value]
            elif isinstance(value, models.BaseModel):
                value = value.display_name
            shown[name] = value or ""
        return shown

    def _keep_decisions(self, vals, before):
        names = [name for name in vals if not name.endswith("_reason")]
        words = self.fields_get(names, ["string"])
        now, rows = fields.Datetime.now(), []
        for line in self:
            after = line._shown(vals)
            reason = "proposed_reason"
            if line.evaluation_id.state == "review":
                reason = "reviewed_reason"
            rows += [
                {
                    "line_id": line.id,
                    "step": line.evaluation_id.state,
                    "field_label": words[name]["string"],
                    "before": before[line.id][name],
                    "after": after[name],
                    "reason": line[reason],
                    "user_id": self.env.uid,
                    "decided_at": now,
                }
                for name in names
                if before[line.id][name] != after[name]
            ]
        self.env["care.evaluation.decision"]._engine().create(rows)
