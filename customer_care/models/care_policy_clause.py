from odoo import api, fields, models
from odoo.exceptions import UserError

# What a version in force keeps as it was put in force.
_FIXED_FIELDS = {"policy_id", "code", "name", "text", "kind"}


class CarePolicyClause(models.Model):
    """One clause of one version of a policy; rules, deadlines, duties, approvals and
    requirements hang on it. Managers write it, or load it from a pack."""

    _name = "care.policy.clause"
    _description = "Policy clause"
    _order = "policy_id, sequence, code, id"
    _rec_names_search = ["code", "name"]

    policy_id = fields.Many2one(
        "care.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, index=True, precompute=True
    )
    policy_state = fields.Selection(related="policy_id.state", string="Policy state")
    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, translate=True)
    text = fields.Text(translate=True, help="The rule as the policy words it.")
    kind = fields.Selection(
        [
            ("record", "Record"),
            ("deadline", "Deadline"),
            ("duty", "Duty"),
            ("approval", "Approval"),
            ("right", "Right"),
            ("rate", "Rate"),
            ("score", "Scoring"),
            ("sanction", "Sanction"),
            ("guide", "Guide"),
        ],
        required=True,
        default="record",
        index=True,
    )
    sequence = fields.Integer(default=10)
    rule_ids = fields.One2many("care.clause.rule", "clause_id", string="Rules")
    rule_count = fields.Integer(compute="_compute_rule_count")
    due_count = fields.Integer(string="Due", compute="_compute_compliance")
    met_count = fields.Integer(string="Met", compute="_compute_compliance")
    missed_count = fields.Integer(string="Missed", compute="_compute_compliance")
    waived_count = fields.Integer(string="Waived", compute="_compute_compliance")
    open_count = fields.Integer(string="Open", compute="_compute_compliance")
    rate = fields.Float(
        string="Rate (%)",
        compute="_compute_compliance",
        help="Met of all that was met or missed this year.",
    )

    _code_uniq = models.UniqueIndex(
        "(policy_id, code)", "The policy has a clause with this code already."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for clause in self:
            clause.display_name = f"{clause.code or ''} {clause.name or ''}".strip()

    def _compute_rule_count(self):
        counts = dict(
            self.env["care.clause.rule"]._read_group(
                [("clause_id", "in", self.ids)], ["clause_id"], ["__count"]
            )
        )
        for clause in self:
            clause.rule_count = counts.get(clause, 0)

    def _compute_compliance(self):
        """Figures of the current year; a rate without a decided case is not shown."""
        names = ("due", "met", "missed", "waived", "open")
        groups = self.env["care.clause.compliance"]._read_group(
            [("clause_id", "in", self.ids), ("month", ">=", self._year_start())],
            ["clause_id"],
            [*(f"{name}:sum" for name in names), "rate:avg"],
        )
        figures = {clause: values for clause, *values in groups}
        for clause in self:
            *counts, rate = figures.get(clause, [0] * (len(names) + 1))
            for name, count in zip(names, counts, strict=True):
                clause[f"{name}_count"] = count
            clause.rate = rate or 0.0

    def _year_start(self):
        return fields.Date.context_today(self).replace(month=1, day=1)

    # ----------------------------------------------------------------- buttons

    def action_open_clause(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_view_rules(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_clause_rule_action"
        )
        return action | {"domain": [("clause_id", "=", self.id)], "context": {}}

    def action_view_compliance(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_clause_compliance_action"
        )
        return action | {"domain": [("clause_id", "=", self.id)], "context": {}}

    def action_view_obligations(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_obligation_action"
        )
        return action | {"domain": [("clause_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------------ guards

    @api.model_create_multi
    def create(self, vals_list):
        clauses = super().create(vals_list)
        clauses._check_draft()
        return clauses

    def write(self, vals):
        fixed = _FIXED_FIELDS & vals.keys()
        self.filtered(
            lambda clause: any(
                clause[name] != clause._written(name, vals[name]) for name in fixed
            )
        )._check_draft()
        result = super().write(vals)
        if "policy_id" in vals:
            self._check_draft()
        return result

    def _written(self, name, value):
        field = self._fields[name]
        return field.convert_to_record(field.convert_to_cache(value, self), self)

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """The words of a version in force stay; a language it lacks may be added."""
        for clause in self.filtered(lambda clause: clause.policy_state != "draft"):
            stored = clause._fields[field_name]._get_stored_translations(clause) or {}
            if any(stored.get(lang, new) != new for lang, new in translations.items()):
                clause._check_draft()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self._check_draft()

    def _check_draft(self):
        for clause in self.filtered(lambda clause: clause.policy_id.state != "draft"):
            raise UserError(
                self.env._(
                    "%(policy)s is in force or has been, so its clauses stay as they "
                    "are. Revise the policy and change the new version.",
                    policy=clause.policy_id.display_name,
                )
            )
