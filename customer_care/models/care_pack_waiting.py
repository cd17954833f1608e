from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..logic import pack as packs
from ..logic.pack import PackError


class CarePackWaiting(models.Model):
    """A row of a pack that waits for an add-on: as text, or as a rule that sleeps.

    The loader writes it; after an add-on is installed a job wakes what it can.
    """

    _name = "care.pack.waiting"
    _description = "Rule that waits for an add-on"
    _inherit = ["care.engine.mixin"]
    _order = "policy_id, clause_code, code, id"
    _rec_name = "code"

    policy_id = fields.Many2one(
        "care.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, index=True, precompute=True
    )
    clause_code = fields.Char(string="Clause")
    kind = fields.Char(string="Rule model", required=True)
    code = fields.Char(required=True)
    name = fields.Char(compute="_compute_name")
    row = fields.Json()
    text = fields.Text(compute="_compute_name", help="The row as the pack has it.")
    addons = fields.Char(string="Add-ons")
    res_id = fields.Integer(string="Rule that sleeps")
    state = fields.Selection(
        [("waiting", "Waits"), ("failed", "Does not fit")],
        required=True,
        default="waiting",
        index=True,
    )
    reason = fields.Char(help="Why it could not be woken.")

    _row_uniq = models.UniqueIndex("(policy_id, kind, code)", "The row waits already.")

    @api.depends("row")
    @api.depends_context("lang")
    def _compute_name(self):
        lang = self.env.lang or "en_US"
        for waiting in self:
            row = waiting.row or {}
            names = packs.words(row.get("name"))
            waiting.name = names.get(lang) or names.get("en_US") or waiting.code
            waiting.text = packs.dump(row)

    def _register_hook(self):
        """After an add-on was installed or updated, let the job look at the rows."""
        super()._register_hook()
        if self.env.registry.updated_modules and self.sudo().search_count([], limit=1):
            self.env.ref("customer_care.care_pack_waiting_cron").sudo()._trigger()

    # ----------------------------------------------------------------- keeping

    @api.model
    def _keep(self, policy, plan, missing):
        """Keep the rows of `plan` that wait or sleep, and no other of the policy."""
        wanted = {
            (planned.model, planned.row["code"]): planned
            for planned in plan
            if planned.outcome == "waiting" or planned.sleeps
        }
        old = self.sudo().search(
            Domain("policy_id.code", "=", policy.code)
            & Domain("company_id", "=", policy.company_id.id)
        )
        old.filtered(
            lambda row: (
                row.policy_id.id != policy.id or (row.kind, row.code) not in wanted
            )
        )._engine().unlink()
        kept = {(row.kind, row.code): row for row in old.exists()}
        for key, planned in wanted.items():
            vals = {
                "clause_code": planned.row["clause"],
                "row": planned.row,
                "addons": ", ".join(sorted(missing)),
                "res_id": 0 if planned.outcome == "waiting" else planned.record.id,
                "state": "waiting",
                "reason": False,
            }
            if key in kept:
                kept[key]._engine().write(vals)
            else:
                ident = {"policy_id": policy.id, "kind": key[0], "code": key[1]}
                self._engine().create(vals | ident)

    @api.model
    def _follow(self, former, policy):
        """Hand what waits to the next version of a policy."""
        codes = policy.clause_ids.mapped("code")
        for row in self.sudo().search([("policy_id", "in", former.ids)]):
            if row.clause_code in codes:
                row._engine().policy_id = policy
            else:
                row._engine().unlink()

    # ------------------------------------------------------------------ waking

    @api.model
    def _cron_wake(self):
        """Wake what can be woken; archive replaced rules under which nothing runs."""
        self.env["care.expense.gate"]._set_up()
        self.search([("state", "in", ("waiting", "failed"))])._wake()
        self.env["care.obligation.rule"]._archive_settled()

    def action_wake(self):
        """Try it now, instead of waiting for the job."""
        if not self.env.user.has_group("customer_care.customer_care_group_manager"):
            raise AccessError(
                self.env._("Policies are loaded by a manager of Customer care.")
            )
        self.check_access("read")
        self._wake()

    def _wake(self):
        """Load the rows of the policies in force, each policy whole or not at all."""
        for policy, rows in self.grouped("policy_id").items():
            rows = self.sudo().search([("policy_id", "=", policy.id)])
            if policy.state == "active":
                rows._wake_policy(policy)

    def _wake_policy(self, policy):
        loader = self.env["care.policy.pack"].with_company(policy.company_id)
        quiet = loader.with_context(lang="en_US")
        rules = {
            kind: [r.row for r in rows] for kind, rows in self.grouped("kind").items()
        }
        text = packs.dump(quiet._pack_head(policy) | {"rules": rules})
        try:
            pack = packs.parse(text)
            pack.missing = frozenset(
                name for row in self for name in (row.addons or "").split(", ") if name
            )
            with self.env.cr.savepoint():
                plan = loader._apply_woken(pack, policy)
                self._check_woken(plan, pack)
        except PackError as error:
            # The line is one of the text made here, so only the sentence is kept.
            sentence = self.env["care.pack.words"]._sentence(error, with_line=False)
            self._engine().write({"state": "failed", "reason": sentence})
            policy._message_log(body=Markup("<p>%s</p>") % sentence)
            return
        awake = [
            planned.row["code"]
            for planned in plan
            if planned.outcome != "waiting" and not planned.sleeps
        ]
        self._keep(policy, plan, pack.missing)
        if awake:
            sentence = self.env._("Woken by a new add-on: %s", ", ".join(awake))
            policy._message_log(body=Markup("<p>%s</p>") % sentence)

    def _check_woken(self, plan, pack):
        """Look at the rules that slept as if they were written now."""
        for planned in plan:
            if planned.record and not planned.sleeps and planned.outcome != "waiting":
                try:
                    planned.record._validate_fields(planned.record._fields)
                except (ValueError, UserError) as error:
                    raise pack.fail(
                        "refused",
                        *planned.path,
                        code=planned.row["code"],
                        reason=f"{error}",
                    ) from error

    def action_open_rule(self):
        """Open the rule that sleeps."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.kind,
            "res_id": self.res_id,
            "view_mode": "form",
        }
