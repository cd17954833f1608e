from odoo import api, models
from odoo.exceptions import UserError

from ..logic import pack as packs


class CarePackExport(models.AbstractModel):
    """Writes a policy with its rules as a pack; it keeps no records."""

    _name = "care.pack.export"
    _description = "Export of policy packs"
    _inherit = ["care.pack.codec"]

    @api.model
    def _encode_policy(self, policy):
        row = {"code": policy.code, "version": policy.version}
        for name in ("name", "trade"):
            if value := self._encode_words(policy, policy._fields[name]):
                row[name] = value
        return row

    @api.model
    def _encode_clause(self, clause):
        row = {"code": clause.code, "kind": clause.kind}
        for name in ("name", "text"):
            if value := self._encode_words(clause, clause._fields[name]):
                row[name] = value
        return row

    @api.model
    def _pack_text(self, policy):
        """Return the policy, its clauses and its active rules as a canonical pack."""
        clauses = policy.clause_ids.sorted(lambda c: (c.sequence, c.code))
        place = {clause: index for index, clause in enumerate(clauses)}
        rules = {}
        for name in self._rule_models():
            found = self.env[name].search([("clause_id", "in", clauses.ids)])
            rows = [
                self._encode(rule)
                for rule in found.sorted(lambda r: (place[r.clause_id], r.code))
            ]
            self._check_portable(rows, found)
            rules[name] = rows
        return packs.dump(
            {
                "format": packs.FORMAT,
                "policy": self._encode_policy(policy),
                "clauses": [self._encode_clause(clause) for clause in clauses],
                "rules": rules,
            }
        )

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
