from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.masked_condition import matches_nothing
from .care_mask import MASKED


class CareMaskQuery(models.AbstractModel):
    """How questions are answered that lead over a link to a hidden record: as if
    the link were empty. Nothing is stored."""

    _name = "care.mask.query"
    _description = "Questions over links to hidden records"

    @api.model
    def _answerable(self, model, domain):
        """Return the domain a client sent, blind for hidden records."""
        mask = self.env["care.mask"]
        if not mask._links(model._name) and not mask._borrowed(model._name):
            return domain
        domain = Domain(domain)
        if domain.is_true() or domain.is_false():
            return domain
        return domain.map_conditions(lambda leaf: self._blind(model, leaf))

    def _blind(self, model, leaf):
        """Return one condition, true for a hidden link where it is for an empty one."""
        mask = self.env["care.mask"]
        name, operator = leaf.field_expr, leaf.operator
        kind = mask._links(model._name).get(name)
        if operator in ("any", "not any", "any!", "not any!"):
            return leaf
        if operator in ("child_of", "parent_of"):
            leaf = self._blind_tree(model, leaf)
        if kind in ("one2many", "many2many"):
            return self._blind_many(model, leaf)
        if kind == "many2one":
            hidden = self._hidden_link(model, name)
        elif name in mask._borrowed(model._name) and not model._fields[name].store:
            hidden = self._hidden_path(model, mask._borrowed(model._name)[name])
        else:
            return leaf
        if kind == "many2one" and not model._fields[name].store:
            return self._blind_values(model, leaf)
        if hidden.is_false():
            return leaf
        if matches_nothing(operator, leaf.value):
            return leaf | hidden
        return leaf & ~hidden

    def _blind_values(self, model, leaf):
        """Return a condition on a link that has a search of its own, with a number
        that no record has for each one that is hidden."""
        if leaf.operator not in ("=", "!=", "in", "not in"):
            return leaf
        is_one = isinstance(leaf.value, (bool, int, str))
        values = [leaf.value] if is_one else list(leaf.value)
        ids = [value for value in values if isinstance(value, int) and value]
        comodel = self.env[model._fields[leaf.field_expr].comodel_name]
        unknown = set(comodel.browse(ids)._unknown()._ids)
        if not unknown:
            return leaf
        values = [MASKED if value in unknown else value for value in values]
        value = values[0] if is_one else values
        return Domain(leaf.field_expr, leaf.operator, value)

    def _blind_tree(self, model, leaf):
        """Return a condition on a tree that does not start from hidden records."""
        field = model._fields.get(leaf.field_expr)
        comodel = model
        if field is not None and field.relational:
            comodel = self.env[field.comodel_name]
        values = leaf.value
        if isinstance(values, (bool, int, str)):
            values = [values]
        ids = [value for value in values if isinstance(value, int) and value]
        known = comodel.browse(ids).exists().ids
        others = [value for value in values if not isinstance(value, int)]
        return Domain(leaf.field_expr, leaf.operator, known + others)

    def _hidden_link(self, model, name):
        """Return the domain of the records whose link leads to a hidden one."""
        if name not in self.env["care.mask"]._open_links(model._name):
            return Domain.FALSE
        return Domain(name, "any!", ~self._open_to_me(model, name))

    def _open_to_me(self, model, name):
        """Return the domain of the records that a link may show. Files know only what
        they hang on, so those that are linked to are looked at one by one."""
        comodel = self.env[model._fields[name].comodel_name]
        domain = comodel._secrecy_domain("read")
        if not hasattr(comodel, "_mask_pair") or hasattr(model, "_mask_pair"):
            return domain
        model.flush_model([name])
        link = SQL.identifier(name)
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT %s FROM %s WHERE %s IS NOT NULL",
                link,
                SQL.identifier(model._table),
                link,
            )
        )
        hidden = comodel.browse(id_ for (id_,) in rows)._mask_hidden()
        return domain & Domain("id", "not in", hidden.ids) if hidden else domain

    def _hidden_path(self, model, hops):
        """Return the domain of the records for which one of the links followed one
        after the other leads to a hidden record."""
        name, *further = hops
        hidden = self._hidden_link(model, name)
        if further:
            comodel = self.env[model._fields[name].comodel_name]
            deeper = self._hidden_path(comodel, further)
            if not deeper.is_false():
                hidden |= Domain(name, "any!", deeper)
        return hidden

    def _blind_many(self, model, leaf):
        """Return a condition on a list of records without the hidden ones in it."""
        field = model._fields[leaf.field_expr]
        comodel = self.env[field.comodel_name]
        values = leaf.value
        if isinstance(values, (bool, int)):
            values = [values]
        if (
            not field.store
            or leaf.operator not in ("=", "!=", "in", "not in")
            or not isinstance(values, (list, tuple, set, frozenset))
            or not all(isinstance(value, (bool, int)) for value in values)
        ):
            return leaf
        positive = leaf.operator in ("=", "in")
        asked = [value for value in values if value]
        known = comodel.browse(asked).exists().ids
        blind = Domain(leaf.field_expr, "in" if positive else "not in", known)
        if len(asked) == len(values) and asked:
            return blind
        every = Domain.TRUE
        if comodel._active_name:
            every = Domain(comodel._active_name, "in", [True, False])
        empty = Domain(leaf.field_expr, "not any" if positive else "any", every)
        if not asked:
            return empty
        return (empty | blind) if positive else (empty & blind)

    # ---- SQL

    @api.model
    def _join(self, model, field, alias, query):
        """Join what a many2one leads to, unless it is hidden; return the alias."""
        comodel = self.env[field.comodel_name]
        coalias = query.make_alias(alias, f"{field.name}__seen")
        seen = comodel.sudo().with_context(active_test=False)
        coquery = seen._search(self._open_to_me(model, field.name))
        rows = coquery.subselect(SQL("%s.*", SQL.identifier(comodel._table)))
        link = SQL(
            "%s = %s",
            model._field_to_sql(alias, field.name, query),
            SQL.identifier(coalias, "id"),
        )
        query.add_join("LEFT JOIN", coalias, rows, link)
        return coalias

    @api.model
    def _ordered_by(self, model, alias, name, direction, nulls, query):
        """Return the order by a many2one, hidden records last as empty ones are."""
        field = model._fields[name]
        seen = model.env.context.get("__m2o_order_seen", ())
        if field in seen:
            return SQL()
        model = model.with_context(__m2o_order_seen=frozenset((field, *seen)))
        comodel = model.env[field.comodel_name]
        coalias = self._join(model, field, alias, query)
        link = SQL.identifier(coalias, "id")
        if comodel._order == "id":
            query._order_groupby.append(link)
            return SQL("%s %s %s", link, direction, nulls)
        terms = []
        if nulls.code == "NULLS FIRST":
            terms.append(SQL("%s IS NOT NULL", link))
        elif nulls.code == "NULLS LAST":
            terms.append(SQL("%s IS NULL", link))
        reverse = direction.code == "DESC"
        terms.append(
            comodel._order_to_sql(comodel._order, query, alias=coalias, reverse=reverse)
        )
        return SQL(", ").join(term for term in terms if term)

    @api.model
    def _traverse(self, model, alias, field, query):
        """Follow a related field over links that may lead to hidden records; what is
        behind a hidden one is empty. See `BaseModel._traverse_related_sql`."""
        mask = self.env["care.mask"]
        model = model.sudo(field.compute_sudo)
        *names, last = field.related.split(".")
        for name in names:
            hop = model._fields[name]
            if mask._hideable(hop.comodel_name):
                alias = self._join(model, hop, alias, query)
                model = model.env[hop.comodel_name]
            else:
                model, alias = hop.join(model, alias, query)
        return model, model._fields[last], alias
