"""Rows of any model of ours, planted by SQL: what a model asks for besides the link
that is tried is filled in with whatever the database accepts."""

from datetime import date, timedelta

from odoo.tests import new_test_user
from odoo.tools import SQL

from .common_ours import OURS

_DAY = date(2026, 3, 2)
_PLAIN = {
    "integer": 0,
    "bigint": 0,
    "numeric": 0,
    "double precision": 0,
    "boolean": False,
    "date": "2026-03-02",
    "timestamp without time zone": "2026-03-02 08:00:00",
    "jsonb": '{"en_US": "planted"}',
}


def uncleared_manager(env):
    """Return a manager of all four add-ons and security officer, without any
    clearance."""
    groups = [f"{addon}.{addon}_group_manager" for addon in OURS]
    groups += ["customer_care.customer_care_group_security"]
    # rows of leads and projects are seen by those who see these
    groups += ["base.group_partner_manager", "sales_team.group_sale_manager"]
    groups += ["project.group_project_manager"]
    return new_test_user(env, "secrecy_manager", ",".join(groups))


class Planter:
    """Plants rows of any model; what they hang on is planted with them, and what they
    name beside it, at level `beside`."""

    def __init__(self, env, beside=0):
        self.env = env
        self.beside = beside
        self.number = 0
        self.plain = {}
        self.places = {}

    def place(self, name):
        """Return a number of its own for each model, counted from nought."""
        return self.places.setdefault(name, len(self.places))

    def links(self, model):
        """Return the links by which the model follows, the reference as None."""
        found = list(model._secrecy_links())
        return [*found, None] if model._secrecy_has_reference() else found

    def row(self, name, level):
        """Return the id of a new row of model `name` at `level`."""
        if name == "res.partner":
            self.number += 1
            customer = {"name": f"Planted {self.number}", "secrecy_own": level}
            return self.env[name].create(customer).id
        model = self.env[name]
        links = (
            link
            for link in self.links(model)
            if link is None or model._fields[link].comodel_name != name
        )
        return self.plant(model, next(links, ""), level)

    def plant(self, model, link, level, **values):
        """Return the id of a new row whose `link` leads to something of `level`; the
        reference for None, its own level for ""."""
        if link is None:
            field_model, field_id = model._secrecy_reference
            values[field_model] = "res.partner"
            values[field_id] = self.row("res.partner", level)
        elif link:
            values[link] = self.row(model._fields[link].comodel_name, level)
        elif "secrecy_own" in model._fields:
            values["secrecy_own"] = level
        elif getattr(model, "_secrecy_stands", ""):
            values[model._secrecy_stands] = level
        common = {"company_id": self.env.company.id, "active": True}
        common[getattr(model, "_secrecy_stands", "")] = 0
        self.number += 1
        day = _DAY + timedelta(days=self.number)  # some rows are one for each period
        for column, kind, wanted in self._columns(model):
            if column in values or column in ("id", "secrecy_level", "secrecy_own"):
                continue
            field = model._fields.get(column)
            if column in common:
                values[column] = common[column]
            elif wanted and kind == "date":
                values[column] = day
            elif wanted or column in ("number", "title"):
                values[column] = self._value(model, field, kind)
        names = SQL(", ").join(map(SQL.identifier, values))
        marks = SQL(", ").join(SQL("%s", value) for value in values.values())
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
                SQL.identifier(model._table),
                names,
                marks,
            )
        )
        model.invalidate_model(flush=False)
        return rows[0][0]

    def _columns(self, model):
        return self.env.execute_query(
            SQL(
                """SELECT column_name, data_type,
                          is_nullable = 'NO' AND column_default IS NULL
                     FROM information_schema.columns
                    WHERE table_name = %s AND table_schema = current_schema""",
                model._table,
            )
        )

    def _value(self, model, field, kind):
        if field is not None and field.type == "many2one":
            return self._other(field.comodel_name)
        if field is not None and field.type == "selection":
            return field.get_values(self.env)[0]
        if kind == "integer":
            return self.number
        return _PLAIN.get(kind, f"planted {self.number}")

    def _other(self, name):
        """Return some row of a model that is not tried: an open one."""
        comodel = self.env[name].sudo().with_context(active_test=False)
        if name == "res.users":
            return self.env.uid
        if name == "res.partner" or comodel._secrecy_has_level():
            return self.row(name, self.beside)
        if name in ("crm.lead", "project.project"):  # some rows are one for each
            return comodel.create({"name": f"Planted {self.number}"}).id
        if name not in self.plain:
            found = comodel.search([], limit=1)
            self.plain[name] = found.id or self._plain_row(comodel)
        return self.plain[name]

    def _plain_row(self, model):
        self.number += 1
        values = {
            column: self._value(model, model._fields.get(column), kind)
            for column, kind, wanted in self._columns(model)
            if wanted and column != "id"
        }
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
                SQL.identifier(model._table),
                SQL(", ").join(map(SQL.identifier, values)),
                SQL(", ").join(SQL("%s", value) for value in values.values()),
            )
        )
        return rows[0][0]
