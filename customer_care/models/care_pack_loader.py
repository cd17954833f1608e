from markupsafe import Markup
from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..logic import pack as packs
from ..logic.pack_order import loading_order
from .care_pack_names import RowWaits
from .care_pack_sleeper import PlannedRow


class CarePackLoader(models.AbstractModel):
    """Loads a pack into a company; it keeps no records."""

    _name = "care.pack.loader"
    _description = "Loading of policy packs"
    _inherit = ["care.pack.export", "care.pack.writer"]

    # ---------------------------------------------------------------- planning

    @api.model
    def _plan(self, pack, company, overwrite=False):
        """Return [PlannedRow]: the policy, its clauses, its rules, the dropped ones."""
        pack.missing = self._missing_addons(pack)
        policy = self._planned_policy(pack, company)
        plan = [policy, *self._plan_clauses(pack, policy.record)]
        plan += self._plan_rules(pack, company, overwrite)
        plan += self._plan_withdrawn(pack, company)
        if policy.outcome == "created":
            self._plan_replaced(plan)
        return plan

    @api.model
    def _plan_rules(self, pack, company, overwrite=False):
        known = self._rule_models()
        plan = []
        for name in [*known, *(name for name in pack.rules if name not in known)]:
            if name not in known and not pack.missing:
                raise pack.fail(
                    "unknown_model", "rules", name, model=name, known=", ".join(known)
                )
            for index, row in enumerate(pack.rules.get(name, ())):
                path = ("rules", name, index)
                if name in known:
                    planned = self._plan_rule(name, row, pack, path, company, overwrite)
                else:
                    planned = self._planned_waiting(name, row, pack, path)
                plan.append(planned)
        return self._with_those_that_wait(pack, plan)

    @api.model
    def _planned_policy(self, pack, company):
        wanted = pack.policy
        Policy = self.env["care.policy"].with_context(active_test=False)
        same = Policy.search(
            Domain("code", "=", wanted["code"])
            & Domain("version", "=", wanted["version"])
            & Domain("company_id", "=", company.id)
        )
        in_force = Policy._in_force(wanted["code"], company)
        if in_force.version > wanted["version"]:
            raise pack.fail(
                "older_version",
                "policy",
                "version",
                policy=in_force.display_name,
                company=company.name,
            )
        if same and same.state != "active":
            raise pack.fail(
                "version_not_in_force",
                "policy",
                "version",
                policy=same.display_name,
                company=company.name,
            )
        row = {"code": wanted["code"], "version": wanted["version"]}
        row |= self._normalise_words(Policy, wanted, ("name", "trade"))
        row |= self._normalise_policy(wanted)
        outcome = "created" if not same else "unchanged"
        if same and row != self._encode_policy(same):
            edited = same.pack_digest != packs.fingerprint(self._encode_policy(same))
            outcome = "kept" if edited else "changed"
        return PlannedRow("care.policy", row, ("policy",), same, outcome)

    @api.model
    def _plan_clauses(self, pack, policy):
        """A version in force keeps its words; only new languages may be added."""
        old = {clause.code: clause for clause in policy.clause_ids}
        plan = []
        for index, clause in enumerate(pack.clauses):
            path = ("clauses", index)
            Clause = self.env["care.policy.clause"]
            row = {"code": clause["code"], "kind": clause["kind"]}
            row |= self._normalise_words(Clause, clause, ("name", "text"))
            record = old.pop(clause["code"], Clause)
            outcome = "created"
            if record:
                outcome = self._compare_clause(pack, path, row, record)
            if policy and outcome == "created":
                raise pack.fail("words_changed", *path, clause=clause["code"])
            plan.append(PlannedRow("care.policy.clause", row, path, record, outcome))
        for code in old:
            raise pack.fail("words_changed", "clauses", clause=code)
        return plan

    @api.model
    def _compare_clause(self, pack, path, row, record):
        current = self._encode_clause(record)
        if row == current:
            return "unchanged"
        if row["kind"] != current["kind"]:
            raise pack.fail("words_changed", *path, "kind", clause=row["code"])
        added = False
        for name in ("name", "text"):
            new, old = packs.words(row.get(name)), packs.words(current.get(name))
            differs = any(new.get(lang, text) != text for lang, text in old.items())
            if differs or bool(new) != bool(old):
                raise pack.fail("words_changed", *path, name, clause=row["code"])
            added |= bool(new.keys() - old.keys())
        return "changed" if added else "unchanged"

    @api.model
    def _plan_rule(self, name, row, pack, path, company, overwrite):
        model, raw = self.env[name], row
        try:
            row = self._normalise(model, row, pack, path, company)
        except RowWaits:
            return self._planned_waiting(name, raw, pack, path)
        record = self._find_rule(model, row["code"], company)
        if self._sleeps(model, row, pack, path):
            note = self.env._("Sleeps until the add-on that brings it is installed.")
            outcome = "unchanged" if record else "created"
            if record and row != self._encode(record):
                outcome = "changed" if record._pack_is_untouched() else "kept"
            return PlannedRow(name, row, path, record, outcome, note, sleeps=True)
        if not record:
            return PlannedRow(name, row, path, record, "created")
        return self._compare_rule(name, row, pack, path, record, overwrite)

    @api.model
    def _compare_rule(self, name, row, pack, path, record, overwrite):
        note = ""
        current = self._encode(record)
        owner = record.clause_id.policy_id
        if owner and owner.code != pack.policy["code"]:
            note = self.env._("Belongs to %s; left as it is.", owner.display_name)
            if name != "care.role":  # a role may serve several policies
                raise pack.fail(
                    "foreign_rule",
                    *path,
                    code=row["code"],
                    policy=owner.display_name,
                )
            outcome = "kept"
        elif not record.company_id:
            note = self.env._("Shared by all companies; left as it is.")
            outcome = "unchanged" if row == current else "kept"
        elif row == current:
            outcome = "unchanged"
        elif overwrite or record._pack_is_untouched():
            outcome = "changed"
        else:
            outcome = "kept"
            note = self.env._("Edited here since it was loaded.")
        return PlannedRow(name, row, path, record, outcome, note)

    @api.model
    def _plan_withdrawn(self, pack, company):
        """Rules an earlier pack of this policy brought and this one no longer has."""
        plan = []
        for name in self._rule_models():
            carried = [row["code"] for row in pack.rules.get(name, ())]
            for rule in self.env[name].search(
                Domain("clause_id.policy_id.code", "=", pack.policy["code"])
                & Domain("company_id", "=", company.id)
                & Domain("pack_digest", "!=", False)
                & Domain("code", "not in", carried)
                & self._still_in_use(name)
            ):
                edited = rule.pack_digest != self._fingerprint(rule)
                note = self.env._("The pack no longer has it.")
                plan.append(
                    PlannedRow(
                        name,
                        {"code": rule.code, "clause": rule.clause_id.code},
                        ("rules",),
                        rule,
                        "kept" if edited else "withdrawn",
                        note,
                    )
                )
        return plan

    @api.model
    def _normalise_words(self, model, row, names):
        result = {}
        for name in names:
            texts = self._known_words(packs.words(row.get(name)))
            if value := packs.plain_words(texts):
                result[name] = value
        return result

    # ----------------------------------------------------------------- writing

    @api.model
    def _apply(self, pack, plan, company):
        """Carry out a plan. All of it or nothing: the caller holds a savepoint."""
        policy = self._apply_policy(plan, company)
        clauses = {clause.code: clause for clause in policy.clause_ids}
        rules = [p for p in plan if p.path[0] == "rules"]
        self._apply_rules(pack, rules, clauses, company)
        for planned in rules:
            if planned.outcome == "withdrawn" and not planned.record._pack_retire():
                planned.record.action_archive()
        if policy.state == "draft":
            policy.action_activate()
        self.env["care.pack.waiting"]._keep(policy, plan, pack.missing)
        self._note_load(policy, plan)
        return policy

    @api.model
    def _apply_woken(self, pack, policy):
        """Write what waited for an add-on into the version in force."""
        company = policy.company_id
        pack.missing = self._missing_addons(pack)
        clauses = {clause.code: clause for clause in policy.clause_ids}
        plan = self._plan_rules(pack, company)
        self._apply_rules(pack, plan, clauses, company)
        return plan

    @api.model
    def _apply_rules(self, pack, rules, clauses, company):
        todo = {
            (planned.model, planned.row["code"]): planned
            for planned in rules
            if planned.outcome in ("created", "changed", "replaced")
        }
        order, early = loading_order(
            {
                key: list(self._links(self.env[planned.model], planned.row))
                for key, planned in todo.items()
            }
        )
        for key in [*order, *(key for key in order if key in early)]:
            self._apply_rule(pack, todo[key], clauses, company)

    @api.model
    def _apply_policy(self, plan, company):
        planned = plan[0]
        policy = planned.record
        if planned.outcome == "created":
            policy = self.env["care.policy"].create(
                {
                    "code": planned.row["code"],
                    "version": planned.row["version"],
                    "name": packs.words(planned.row["name"])["en_US"],
                    "company_id": company.id,
                }
            )
            planned.record = policy
        if planned.outcome in ("created", "changed"):
            self._set_words(policy, planned.row, ("name", "trade"))
            policy.write(self._policy_vals(planned.row))
            policy.pack_digest = packs.fingerprint(self._encode_policy(policy))
        self._apply_clauses(policy, [p for p in plan if p.path[0] == "clauses"])
        return policy

    @api.model
    def _apply_clauses(self, policy, plan):
        fresh = [planned for planned in plan if planned.outcome == "created"]
        created = self.env["care.policy.clause"].create(
            [
                {
                    "policy_id": policy.id,
                    "code": planned.row["code"],
                    "kind": planned.row["kind"],
                    "name": packs.words(planned.row["name"])["en_US"],
                    "sequence": 10 * (planned.path[1] + 1),
                }
                for planned in fresh
            ]
        )
        for planned, clause in zip(fresh, created, strict=True):
            planned.record = clause
        for planned in plan:
            if planned.outcome in ("created", "changed"):
                self._set_words(planned.record, planned.row, ("name", "text"))

    @api.model
    def _set_words(self, record, row, names):
        english = record.with_context(lang="en_US")
        for name in names:
            stored = record._fields[name]._get_stored_translations(record) or {}
            texts = packs.words(row.get(name))
            if texts.get("en_US") != stored.get("en_US"):
                english[name] = texts.get("en_US", False)
            new = {lang: text for lang, text in texts.items() if lang != "en_US"}
            if record._name == "care.policy":  # the words of clauses are only added to
                new = dict.fromkeys(stored.keys() - {"en_US"}, False) | new
            if texts and new:
                english.update_field_translations(name, new)

    @api.model
    def _apply_rule(self, pack, planned, clauses, company):
        model, record, row = self.env[planned.model], planned.record, planned.row
        try:
            with self.env.cr.savepoint():
                more = {"clause_id": clauses[row["clause"]].id}
                if planned.outcome == "replaced":
                    old, record = record, model.browse()
                    old._pack_retire(make_room=True)
                    planned.outcome = "changed"
                    record = self._write_row(model, record, row, company, more)
                    old.successor_id = record
                else:
                    record = self._write_row(model, record, row, company, more)
                record.pack_digest = self._fingerprint(record)
                planned.record = record
        except (UserError, ValueError) as error:
            reason = f"{error}"
            raise pack.fail(
                "refused", *planned.path, code=row["code"], reason=reason
            ) from error
        except IntegrityError as error:
            reason = model._sql_error_to_message(error)
            raise pack.fail(
                "refused", *planned.path, code=row["code"], reason=reason
            ) from error

    @api.model
    def _note_load(self, policy, plan):
        counts = {}
        for planned in plan:
            counts[planned.outcome] = counts.get(planned.outcome, 0) + 1
        labels = dict(self._outcomes())
        words = ", ".join(
            f"{labels[key]}: {counts[key]}" for key in labels if key in counts
        )
        if set(counts) - {"unchanged"}:
            policy.message_post(
                body=Markup("<p>%s</p>") % self.env._("Pack loaded. %s", words)
            )

    @api.model
    def _outcomes(self):
        return [
            ("created", self.env._("New")),
            ("changed", self.env._("Changed")),
            ("kept", self.env._("Kept as it is here")),
            ("replaced", self.env._("Replaced for what is new")),
            ("withdrawn", self.env._("Withdrawn")),
            ("waiting", self.env._("Waits for an add-on")),
            ("unchanged", self.env._("Unchanged")),
        ]
