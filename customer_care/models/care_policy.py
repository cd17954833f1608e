from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

_MOVING = object()  # RPC carries JSON, and JSON has no identity
# What only putting in force, revising and withdrawing change.
_MOVED_FIELDS = {"state", "date_from", "date_to", "supersedes_id"}
# What stays as it is once a version has been in force.
_FIXED_FIELDS = {"code", "version", "company_id"}


class CarePolicy(models.Model):
    """One version of a written policy of a company.

    Managers write it, or load it from a pack. Of the versions with one code at most
    one is in force; the others are drafts or superseded and keep what ran under them.
    """

    _name = "care.policy"
    _description = "Policy"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "care.policy.reader.mixin",
        "care.policy.pack.mixin",
    ]
    _order = "code, version desc, id desc"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, index=True, tracking=True)
    version = fields.Integer(required=True, default=1, copy=False, tracking=True)
    name = fields.Char(required=True, translate=True, tracking=True)
    trade = fields.Char(translate=True, help="Line of business it was written for.")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In force"), ("superseded", "Superseded")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    date_from = fields.Date(string="In force from", readonly=True, copy=False)
    date_to = fields.Date(string="In force until", readonly=True, copy=False)
    supersedes_id = fields.Many2one(
        "care.policy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    clause_ids = fields.One2many("care.policy.clause", "policy_id", copy=True)
    clause_count = fields.Integer(compute="_compute_clause_count")
    active = fields.Boolean(default=True)
    rule_count = fields.Integer(compute="_compute_rule_count")
    full_text = fields.Html(compute="_compute_full_text", sanitize=False)

    _version_uniq = models.UniqueIndex(
        "(code, version, company_id)",
        "This policy has that version already. Choose the next number.",
    )
    _in_force_uniq = models.UniqueIndex(
        "(code, company_id) WHERE state = 'active'",
        "Another version of this policy is in force in the company. "
        "Put the new version in force with its button.",
    )
    _version_positive = models.Constraint(
        "CHECK (version > 0)", "Versions are counted from 1."
    )
    _days_positive = models.Constraint(
        "CHECK (acknowledgement_days > 0)", "There is at least one day to confirm."
    )

    @api.depends("clause_ids")
    def _compute_clause_count(self):
        for policy in self:
            policy.clause_count = len(policy.clause_ids)

    @api.depends("code", "version", "name")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._(
                "%(code)s %(name)s (version %(version)s)",
                code=policy.code or "",
                name=policy.name or "",
                version=policy.version,
            )

    @api.depends("clause_ids.code", "clause_ids.name", "clause_ids.text")
    @api.depends_context("lang")
    def _compute_full_text(self):
        """The policy as one text, for those who read it before they confirm."""
        part = Markup("<h4>%s %s</h4><p style='white-space: pre-line'>%s</p>")
        for policy in self:
            policy.full_text = Markup().join(
                part % (clause.code, clause.name, clause.text or "")
                for clause in policy.clause_ids
            )

    def _compute_rule_count(self):
        counts = dict(
            self.env["care.clause.rule"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.rule_count = counts.get(policy, 0)

    # ------------------------------------------------------------------ guards

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                self._check_moving(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_moving(vals)
        fixed = _FIXED_FIELDS & vals.keys()
        for policy in self.filtered(lambda policy: policy.state != "draft"):
            if any(policy[name] != policy._written(name, vals[name]) for name in fixed):
                raise UserError(
                    self.env._(
                        "%(policy)s has been in force, so its code, version and "
                        "company stay. Revise it instead.",
                        policy=policy.display_name,
                    )
                )
            if policy.state == "active" and vals.get("active") is False:
                raise UserError(
                    self.env._(
                        "%(policy)s is in force. Repeal it before you archive it.",
                        policy=policy.display_name,
                    )
                )
        result = super().write(vals)
        if "acknowledgement_wanted" in vals:
            self._ask_readers()
        return result

    def _written(self, name, value):
        field = self._fields[name]
        return field.convert_to_record(field.convert_to_cache(value, self), self)

    def _check_moving(self, vals):
        """The state moves through the buttons, which do what goes with it."""
        if not _MOVED_FIELDS & vals.keys():
            return
        if self.env.context.get("care_policy_moving") is not _MOVING:
            raise AccessError(
                self.env._("A policy changes its state through its buttons.")
            )

    def _move(self, vals):
        self.with_context(care_policy_moving=_MOVING).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for policy in self.filtered(lambda policy: policy.state != "draft"):
            raise UserError(
                self.env._(
                    "%(policy)s has been in force and stays as a record. "
                    "Archive it instead.",
                    policy=policy.display_name,
                )
            )

    def copy_data(self, default=None):
        """A copy is a policy of its own; the next version comes from Revise."""
        vals_list = super().copy_data(default)
        for policy, vals in zip(self, vals_list, strict=True):
            if "version" not in vals and "code" not in (default or {}):
                vals["code"] = policy._free_code()
        return vals_list

    def _free_code(self):
        taken = set(
            self.with_context(active_test=False)
            .search([("code", "=like", f"{self.code}%")])
            .mapped("code")
        )
        number = 2
        while f"{self.code}-{number}" in taken:
            number += 1
        return f"{self.code}-{number}"

    # ---------------------------------------------------------------- versions

    @api.model
    def _in_force(self, code, company):
        """Return the version of policy `code` in force in `company`, or none."""
        return self.search(
            Domain("code", "=", code)
            & Domain("company_id", "=", company.id)
            & Domain("state", "=", "active"),
            limit=1,
        )

    def _next_version(self):
        """Return the number after the highest version of this code and company."""
        self.ensure_one()
        highest = self.with_context(active_test=False).search(
            [("code", "=", self.code), ("company_id", "=", self.company_id.id)],
            order="version desc",
            limit=1,
        )
        return max(highest.version, self.version) + 1

    def action_activate(self):
        """Put drafts in force; the version in force until now is superseded and its
        rules move to the clauses of the same code."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        for policy in self:
            policy._check_activate()
            former = policy._in_force(policy.code, policy.company_id)
            policy._repoint_rules()
            if former:
                former._move({"state": "superseded", "date_to": today})
                former.flush_recordset(["state"])  # one in force at a time
            other = policy._take_place(today)
            before = former or other
            policy._move(
                {"state": "active", "date_from": today, "supersedes_id": before.id}
            )
            (former + policy)._ask_readers()
            self.env["care.pack.waiting"]._follow(former, policy)

    def _take_place(self, today):
        """End the policy of another code that this one takes the place of: its rules
        are archived, what they started goes on under it. Return it."""
        if not self.replaces or self.replaces == self.code:
            return self.browse()
        other = self._in_force(self.replaces, self.company_id)
        if other:
            for model in self._rule_models():
                model.search([("clause_id.policy_id", "=", other.id)]).action_archive()
            other._move({"state": "superseded", "date_to": today})
            other._ask_readers()
        return other

    def _check_activate(self):
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "%(policy)s is no draft. Revise it to get a new draft.",
                    policy=self.display_name,
                )
            )
        if not self.clause_ids:
            raise UserError(
                self.env._(
                    "%(policy)s has no clause. Write its clauses first.",
                    policy=self.display_name,
                )
            )
        former = self._in_force(self.code, self.company_id)
        if former.version > self.version:
            raise UserError(
                self.env._(
                    "%(former)s is in force already. Revise that version instead.",
                    former=former.display_name,
                )
            )

    def _repoint_rules(self):
        """Move the rules of other versions to the clauses of this one, by code."""
        clauses = {clause.code: clause for clause in self.clause_ids}
        for model in self._rule_models():
            rules = model.search(
                Domain("clause_id.policy_id.code", "=", self.code)
                & Domain("clause_id.company_id", "=", self.company_id.id)
                & Domain("clause_id.policy_id", "!=", self.id)
                & self.env["care.pack.sleeper"]._still_in_use(model._name)
            )
            for old, found in rules.grouped("clause_id").items():
                if old.code not in clauses:
                    self._refuse_lost_clause(found[0], old)
                found.clause_id = clauses[old.code]

    def _refuse_lost_clause(self, rule, clause):
        raise UserError(
            self.env._(
                "%(policy)s has no clause %(code)s, but the rule “%(rule)s” "
                "(%(kind)s) carries it out. Archive the rule or give it another clause "
                "first.",
                policy=self.display_name,
                code=clause.code,
                rule=rule.display_name,
                kind=self.env["ir.model"].sudo()._get(rule._name).name,
            )
        )

    def _rule_models(self):
        """Return the rule models, empty recordsets in pack order."""
        return [self.env[name] for name in self.env["care.pack.codec"]._rule_models()]

    def action_revise(self):
        """Open a draft of the next version, with the clauses as they are."""
        self.ensure_one()
        draft = self.search(
            Domain("code", "=", self.code)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "draft")
            & Domain("version", ">", self.version),
            limit=1,
        )
        draft = draft or self.copy({"code": self.code, "version": self._next_version()})
        return draft._open_form()

    def action_withdraw(self):
        """End a policy without a successor: its rules are archived, what they started
        goes on."""
        self.check_access("write")
        for policy in self.filtered(lambda policy: policy.state == "active"):
            for model in self._rule_models():
                model.search([("clause_id.policy_id", "=", policy.id)]).action_archive()
            policy._move(
                {"state": "superseded", "date_to": fields.Date.context_today(self)}
            )
            policy._ask_readers()

    # ----------------------------------------------------------------- buttons

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_view_compliance(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_clause_compliance_action"
        )
        return action | {"domain": [("policy_id", "=", self.id)], "context": {}}

    def action_view_rules(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_clause_rule_action"
        )
        return action | {
            "domain": [("policy_id", "=", self.id)],
            "context": {"search_default_group_clause": 1},
        }
