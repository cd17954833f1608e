"""Leaves of a domain that look up the user's sight each time they are used.

They hold neither a user nor a level nor a time, so a domain made of them can be kept.
"""

from functools import cache

from odoo.fields import Domain
from odoo.tools import SQL, Query


def _flush(model):
    """Save what levels depend on, if it is still in memory only."""
    model.flush_model(model._secrecy_moving_fields())


def _sql_of(domain, model, alias):
    """Return `domain` over `model` as SQL; it may not need a join."""
    query = Query(model.env, alias, SQL.identifier(model._table))
    return domain.optimize_full(model)._to_sql(model, alias, query)


def _cleared_sql(model, alias, query):
    model = model.sudo()
    _flush(model)
    domain = model._secrecy_cleared_domain().optimize_full(model)
    return domain._to_sql(model, alias, query)


def _is_cleared(record):
    return record._secrecy_is_cleared()


CLEARED = Domain.custom(to_sql=_cleared_sql, predicate=_is_cleared)


@cache
def not_hidden(name):
    """Return the leaf "the partner in field `name`, if any, is not hidden"."""

    def to_sql(model, alias, query):
        partner = model.env["res.partner"].sudo()
        hidden = partner._secrecy_hidden_domain()
        if hidden.is_false():
            return SQL("TRUE")
        _flush(partner)
        other = f"{alias}__care_{name}"
        return SQL(
            "NOT EXISTS (SELECT 1 FROM res_partner %s WHERE %s = %s AND %s)",
            SQL.identifier(other),
            SQL.identifier(other, "id"),
            model._field_to_sql(alias, name, query),
            _sql_of(hidden, partner, other),
        )

    def predicate(record):
        partner = record.sudo()[name]
        return not partner or partner._secrecy_is_cleared()

    return Domain.custom(to_sql=to_sql, predicate=predicate)


@cache
def leads_above(name, level):
    """Return the leaf "the record in field `name` is above `level`", whoever asks."""

    def to_sql(model, alias, query):
        comodel = model.env[model._fields[name].comodel_name].sudo()
        comodel.env["res.partner"].flush_model(["secrecy_own", "parent_id"])
        other = f"{alias}__above_{name}"
        return SQL(
            "EXISTS (SELECT 1 FROM %s %s WHERE %s = %s AND NOT (%s))",
            SQL.identifier(comodel._table),
            SQL.identifier(other),
            SQL.identifier(other, "id"),
            model._field_to_sql(alias, name, query),
            _sql_of(comodel._secrecy_up_to(level), comodel, other),
        )

    def predicate(record):
        target = record.sudo()[name]
        return bool(target) and target._secrecy_height() > level

    return Domain.custom(to_sql=to_sql, predicate=predicate)


@cache
def speaks_up_to(model_field, id_field, level):
    """Return the leaf "the record named by model and id is not above `level`"."""

    def to_sql(model, alias, query):
        return SQL(
            "care_secrecy_of(%s, %s) <= %s",
            model._field_to_sql(alias, model_field, query),
            model._field_to_sql(alias, id_field, query),
            level,
        )

    def predicate(record):
        name, id_ = record.sudo()[model_field], record.sudo()[id_field]
        if not id_ or name not in record.env:
            return True
        return record.env[name].browse(id_)._secrecy_height() <= level

    return Domain.custom(to_sql=to_sql, predicate=predicate)
