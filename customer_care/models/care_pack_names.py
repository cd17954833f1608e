from odoo import api, models
from odoo.fields import Domain

from ..logic.pack import PackError

# Records that packs name by their external id.
_BY_XMLID = {
    "ir.actions.server",
    "mail.activity.type",
    "mail.template",
    "product.pricelist",
    "res.country.state",
    "res.groups",
    "res.partner.industry",
    "resource.calendar",
    "survey.survey",
}
# Field that names a record of the model in a pack.
_BY_FIELD = {"ir.model": "model", "res.currency": "name"}


class RowWaits(PackError):
    """A row names a record of an add-on that is not installed yet."""


class CarePackNames(models.AbstractModel):
    """The natural keys by which packs name records; it keeps no records.

    Rules go by their code, the lines of a rule by theirs within the rule, models and
    currencies by name, some kinds by external id. A model of ours whose records others
    name (a list of choices) says so with `_pack_key`, the field that names them.
    """

    _name = "care.pack.names"
    _description = "Names of records in packs"

    # ---------------------------------------------------------------- models

    @api.model
    def _rule_models(self):
        """Return the names of the models whose rows packs carry, in pack order: what
        others refer to comes first."""
        first = ["care.role", "care.obligation.rule", "care.duty", "care.approval.rule"]
        names = [
            name
            for name in self.env.registry.descendants(
                ["care.pack.row.mixin"], "_inherit"
            )
            if not self.env[name]._abstract
        ]
        return sorted(
            names, key=lambda n: (first.index(n) if n in first else len(first), n)
        )

    @api.model
    def _child_parents(self):
        """Return {model of lines: (field that leads to its owner, model of the owner)}
        of the lines that packs carry together with their rule."""
        found = {}
        queue = list(self._rule_models())
        for name in queue:
            for field in map(self.env[name]._fields.get, self.env[name]._pack_fields):
                if field.type == "one2many" and field.comodel_name not in found:
                    found[field.comodel_name] = (field.inverse_name, name)
                    queue.append(field.comodel_name)
        return found

    @api.model
    def _owner(self, record):
        """Return the rule that a line, or a line of a line, belongs to."""
        parents = self._child_parents()
        while record and record._name in parents:
            record = record[parents[record._name][0]]
        return record

    @api.model
    def _owner_model(self, model_name):
        parents = self._child_parents()
        while model_name in parents:
            model_name = parents[model_name][1]
        return model_name

    @api.model
    def _is_line(self, comodel):
        """Whether records of `comodel` are lines of rules that others name by code."""
        return (
            comodel._name in self._child_parents()
            and comodel._name not in self._rule_models()
            and "code" in getattr(comodel, "_pack_fields", ())
        )

    @api.model
    def _name_field(self, comodel):
        return _BY_FIELD.get(comodel._name) or getattr(comodel, "_pack_key", None)

    @api.model
    def _key_of(self, record, holder=None):
        """Return the natural key of a record, as `holder` names it; `model,id` where
        it has none."""
        if record._name in self._rule_models():
            return record.code
        if self._name_field(record):
            return record.sudo()[self._name_field(record)]
        if self._is_line(record):
            owner = self._owner(record)
            return (
                record.code
                if owner == self._owner(holder)
                else f"{owner.code}/{record.code}"
            )
        xmlid = record.get_external_id()[record.id] if record._name in _BY_XMLID else ""
        return xmlid or f"{record._name},{record.id}"

    @api.model
    def _links(self, model, row):
        """Yield (model, code) of the rules that a plain row names."""
        for name, value in row.items():
            field = model._fields.get(name)
            if field is None or not field.relational:
                continue
            comodel = self.env[field.comodel_name]
            if field.type == "one2many":
                for child in value:
                    yield from self._links(comodel, child)
                continue
            for key in value if field.type == "many2many" else [value] if value else []:
                if comodel._name in self._rule_models():
                    yield comodel._name, key
                elif self._is_line(comodel) and "/" in key:
                    yield self._owner_model(comodel._name), key.split("/")[0]

    @api.model
    def _line_codes(self, model, row, wanted):
        """Yield the codes of the lines of kind `wanted` in a row of a pack."""
        for name in model._pack_fields:
            field = model._fields[name]
            if field.type != "one2many" or not isinstance(row.get(name), list):
                continue
            for child in row[name]:
                if isinstance(child, dict):
                    if field.comodel_name == wanted:
                        yield child.get("code")
                    yield from self._line_codes(
                        self.env[field.comodel_name], child, wanted
                    )

    @api.model
    def _check_key(self, comodel, key, pack, path, company):
        if not isinstance(key, str):
            raise pack.fail("bad_value", *path, key=path[-1])
        if self._is_line(comodel):
            known = self._knows_line(comodel, key, pack, path, company)
        else:
            carried = {row["code"] for row in pack.rules.get(comodel._name, ())}
            known = key in carried or self._find(comodel, key, company)
        if not known and key.split(".")[0] in pack.missing:
            raise RowWaits("unknown_record", value=key, model=comodel._name)
        if not known:
            raise pack.fail("unknown_record", *path, value=key, model=comodel._name)

    @api.model
    def _knows_line(self, comodel, key, pack, path, company):
        """Whether the row at `path` may name the line `key`: `code` is a line of the
        same rule, `rule/code` one of another rule."""
        kind, index = path[1:3]
        row, (code, __, line) = pack.rules[kind][index], key.partition("/")
        if line:
            kind = self._owner_model(comodel._name)
            rows = [row for row in pack.rules.get(kind, ()) if row["code"] == code]
            if not rows:
                return bool(self._find(comodel, key, company))
            row = rows[0]
        return (line or code) in self._line_codes(self.env[kind], row, comodel._name)

    # ----------------------------------------------------------------- finding

    @api.model
    def _find(self, comodel, key, company, owner=None):
        """Return the record a pack names, or none; `owner` is the rule that names a
        line of its own."""
        nobody = comodel.browse()
        if comodel._name in self._rule_models():
            return self._find_rule(comodel, key, company)
        if self._name_field(comodel):
            return self._find_by_name(comodel, key, company)
        if self._is_line(comodel):
            return self._find_line(comodel, key, company, owner)
        if comodel._name not in _BY_XMLID or key.count(".") != 1:
            return nobody
        record = self.env.ref(key, raise_if_not_found=False)
        if not record or record._name != comodel._name:
            return nobody
        if comodel._name == "ir.actions.server" and not self._is_ours(key):
            return nobody
        return record

    @api.model
    def _find_by_name(self, comodel, key, company):
        domain = Domain(self._name_field(comodel), "=", key)
        order = None
        if comodel._name not in _BY_FIELD and "company_id" in comodel._fields:
            domain &= Domain("company_id", "in", (company.id, False))
            order = "company_id"
        found = comodel.sudo().with_context(active_test=False)
        return found.search(domain, order=order, limit=1).sudo(False)

    @api.model
    def _find_line(self, comodel, key, company, owner=None):
        code, __, line = key.partition("/")
        if line:
            model = self.env[self._owner_model(comodel._name)]
            owner = self._find_rule(model, code, company)
        if not owner:
            return comodel.browse()
        lines = comodel.with_context(active_test=False)
        return lines.search(
            Domain("code", "=", line or code) & self._owner_domain(comodel, owner)
        )[:1]

    @api.model
    def _owner_domain(self, comodel, owner):
        """Return the domain of the lines that belong to the rule `owner`."""
        parents, path, name = self._child_parents(), [], comodel._name
        while name in parents:
            inverse, name = parents[name]
            path.append(inverse)
        return Domain(".".join(path), "=", owner.id)

    @api.model
    def _find_rule(self, model, code, company):
        """Return the rule `code` of the company, or the one shared by all."""
        return model.with_context(active_test=False).search(
            Domain("code", "=", code) & Domain("company_id", "in", (company.id, False)),
            order="company_id",
            limit=1,
        )

    @api.model
    def _is_ours(self, xmlid):
        """A pack may start only actions that this product ships: a server action runs
        with rights that the person who loads the pack may not have."""
        name = xmlid.split(".")[0]
        if name == "customer_care":
            return True
        module = self.env["ir.module.module"].sudo().search([("name", "=", name)])
        return "customer_care" in module.upstream_dependencies(
            exclude_states=("uninstallable",)
        ).mapped("name")
