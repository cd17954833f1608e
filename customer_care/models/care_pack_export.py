from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..logic import pack as packs


class CarePackExport(models.AbstractModel):
    """Writes a policy with its rules as a pack; it keeps no records."""

    _name = "care.pack.export"
    _description = "Export of policy packs"
    _inherit = ["care.pack.sleeper"]

    @api.model
    def _encode_policy(self, policy):
        row = {"code": policy.code, "version": policy.version}
        for name in ("name", "trade"):
            if value := self._encode_words(policy, policy._fields[name]):
                row[name] = value
        return row | self._encode_policy_settings(policy)

    @api.model
    def _encode_clause(self, clause):
        row = {"code": clause.code, "kind": clause.kind}
        for name in ("name", "text"):
            if value := self._encode_words(clause, clause._fields[name]):
                row[name] = value
        return row

    @api.model
    def _pack_head(self, policy):
        """Return the pack of a policy without its rules."""
        clauses = policy.clause_ids.sorted(lambda c: (c.sequence, c.code))
        return {
            "format": packs.FORMAT,
            "policy": self._encode_policy(policy),
            "clauses": [self._encode_clause(clause) for clause in clauses],
        }

    @api.model
    def _pack_text(self, policy):
        """Return the policy, its clauses, its active rules and what waits for an
        add-on, as a canonical pack."""
        clauses = policy.clause_ids.sorted(lambda c: (c.sequence, c.code))
        place = {clause.code: index for index, clause in enumerate(clauses)}
        asleep = self.env["care.pack.waiting"].search([("policy_id", "=", policy.id)])
        waiting = asleep.filtered(lambda row: not row.res_id).grouped("kind")
        rules = {}
        known = self._rule_models()
        for name in [*known, *sorted(waiting.keys() - set(known))]:
            rows = []
            if name in known:
                domain = Domain("clause_id", "in", clauses.ids)
                found = self.env[name].search(domain & self._still_in_use(name))
                rows = [self._encode(rule) for rule in found]
                self._check_portable(rows, found)
            rows += [row.row for row in waiting.pop(name, ())]
            rules[name] = sorted(rows, key=lambda r: (place[r["clause"]], r["code"]))
        head = self._pack_head(policy)
        addons = {name for row in asleep for name in (row.addons or "").split(", ")}
        if addons - {""}:
            named = set(head["policy"].get("addons", ()))
            head["policy"]["addons"] = sorted((addons - {""}) | named)
        return packs.dump(head | {"rules": rules})

    @api.model
    def _check_portable(self, rows, rules):
        """Refuse to export what another database could not understand."""
        by_code = {rule.code: rule for rule in rules}
        for row in rows:
            for key in self._keys_without_name(row, by_code[row["code"]]):
                model, id_ = key.split(",")
                raise UserError(
                    self.env._(
                        "%(rule)s uses %(record)s, which has no external identifier, "
                        "so a pack cannot name it. Choose a record of an add-on, or "
                        "export the record once to give it an identifier.",
                        rule=by_code[row["code"]].display_name,
                        record=self.env[model].browse(int(id_)).display_name,
                    )
                )

    @api.model
    def _keys_without_name(self, row, record):
        for name, value in row.items():
            field = record._fields.get(name)
            if field is None or not field.relational:
                continue
            if field.type == "one2many":
                for child in value:
                    yield from self._keys_without_name(
                        child, self.env[field.comodel_name]
                    )
            else:
                for key in value if isinstance(value, list) else [value]:
                    if key.startswith(f"{field.comodel_name},"):
                        yield key
