from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic.clearance import INTERNAL, SECRET, TOP_SECRET
from ..tools.masked_condition import matches_nothing
from ..tools.secrecy_domain import leads_above

_KEY = "care_ceiling"


class _Ceiling(int):
    """A level in the context; no client can send one, for JSON knows plain numbers."""


class CareCeiling(models.AbstractModel):
    """Up to which level an engine counts: it reads with all rights, so a figure that
    people read afterwards would tell what they may not know. Nothing is stored.

    Under a ceiling a search finds nothing above it, and answers a question that leads
    over a link to such a record as if the link were empty.
    """

    _name = "care.ceiling"
    _description = "Level up to which an engine counts"

    @api.model
    def _under(self, env, level):
        """Return `env` in which searches find nothing above `level`; as it is, as long
        as there is nothing above."""
        if level >= TOP_SECRET or not self.env["care.sight"]._in_use(level + 1):
            return env
        return env(context=dict(env.context, **{_KEY: _Ceiling(level)}))

    @api.model
    def _of(self, env):
        """Return the level of the ceiling in `env`, None where there is none."""
        level = env.context.get(_KEY)
        return level if isinstance(level, _Ceiling) else None

    @api.model
    def _by_level(self, model):
        """Return [(level, model, domain)] that together find every record, each as if
        nothing more secret than itself existed; the first is that of all who need no
        clearance."""
        capped = self._under(model.env, INTERNAL)
        if capped is model.env:
            return [(INTERNAL, model, Domain.TRUE)]
        parts = [(INTERNAL, model.with_env(capped), Domain.TRUE)]
        for level in range(SECRET, TOP_SECRET + 1):
            if self.env["care.sight"]._in_use(level):
                known = model.with_env(self._under(model.env, level))
                parts.append((level, known, ~model._secrecy_up_to(level - 1)))
        return parts

    # ---- conditions

    @api.model
    def _capped(self, model, domain):
        """Return `domain` of `model` with nothing above the ceiling in its answer."""
        level = self._of(model.env)
        if level is None:
            return domain
        return self._blind(model, domain, level) & model._secrecy_up_to(level)

    @api.model
    def _blinded(self, model, domain):
        """Return `domain` that answers over links as if what is above were missing."""
        level = self._of(model.env)
        return domain if level is None else self._blind(model, domain, level)

    @api.model
    def _apart(self, model, domain):
        """Return `domain` that fits each record as if nothing more secret than itself
        existed: what follows from a condition is seen by whoever sees the record. What
        it says of the record's own fields holds at any level."""
        domain = Domain(domain)
        used = self.env["care.sight"]._in_use(SECRET)
        if not used or not self._leads_away(model, domain):
            return domain
        parts, below = [], Domain.FALSE
        for level in range(INTERNAL, TOP_SECRET + 1):
            upto = model._secrecy_up_to(level)
            parts.append(self._blind(model, domain, level) & upto & ~below)
            if upto.is_true():
                break
            below = upto
        return Domain.OR(parts)

    def _leads_away(self, model, domain):
        """Return whether the answer may depend on more than the record's columns."""
        for leaf in domain.iter_conditions():
            field = model._fields.get(leaf.field_expr)
            if field is None or not field.store or field.relational:
                return True
        return False

    def _blind(self, model, domain, level):
        # names, dotted paths and computed fields have become links only then
        domain = Domain(domain).optimize_full(model)
        return domain.map_conditions(lambda leaf: self._blind_leaf(model, leaf, level))

    def _blind_leaf(self, model, leaf, level):
        field = model._fields.get(leaf.field_expr)
        if field is None or not field.relational:
            return leaf
        comodel = model.env[field.comodel_name]
        seen = comodel._secrecy_up_to(level)
        if isinstance(leaf.value, Domain):
            inner = self._blind(comodel, leaf.value, level) & seen
            return Domain(field.name, leaf.operator, inner)
        if seen.is_true() or not (field.store and comodel._auto):
            return leaf
        if field.type == "many2one":
            return self._blind_one(model, leaf, level)
        return self._blind_many(comodel, leaf, seen)

    def _blind_one(self, model, leaf, level):
        name, operator = leaf.field_expr, leaf.operator
        if name in self.env["care.mask"]._passing_links(model._name):
            return leaf  # what leads above is above itself
        above = leads_above(name, level)
        if operator.startswith("not any") or matches_nothing(operator, leaf.value):
            return leaf | above
        return leaf & ~above

    def _blind_many(self, comodel, leaf, seen):
        values = leaf.value
        if leaf.operator not in ("in", "not in") or not hasattr(values, "__iter__"):
            return leaf
        if comodel._active_name:
            seen &= Domain(comodel._active_name, "in", [True, False])
        ids = [value for value in values if value]
        found = Domain(leaf.field_expr, "any!", Domain("id", "in", ids) & seen)
        if len(ids) < len(list(values)):
            found |= Domain(leaf.field_expr, "not any!", seen)
        return found if leaf.operator == "in" else ~found

    # ---- SQL

    @api.model
    def _join(self, model, name, alias, query):
        """Join what the many2one `name` leads to, unless it is above the ceiling;
        return its model and alias."""
        comodel = model.env[model._fields[name].comodel_name]
        coalias = query.make_alias(alias, f"care_{name}")
        link = SQL(
            "%s = %s",
            model._field_to_sql(alias, name, query),
            SQL.identifier(coalias, "id"),
        )
        level = self._of(model.env)
        if level is not None:
            seen = comodel._secrecy_up_to(level).optimize_full(comodel)
            link = SQL("%s AND %s", link, seen._to_sql(comodel, coalias, query))
        query.add_join("LEFT JOIN", coalias, comodel._table, link)
        return comodel, coalias

    @api.model
    def _traverse(self, model, alias, field, query):
        """Follow a related field; see `BaseModel._traverse_related_sql`."""
        *names, last = field.related.split(".")
        for name in names:
            model, alias = self._join(model, name, alias, query)
        return model, model._fields[last], alias
