from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .care_obligation_mixin import CareObligationMixin
from .care_obligation_places import Places, in_company

PLACES = (
    ("partner_id", "res.partner"),
    ("department_id", "hr.department"),
    ("company_id", "res.company"),
)


class Seen(NamedTuple):
    """What one look at a record gave."""

    id: int
    name: str | None
    user_id: int | None
    is_active: bool | None
    start: object
    due: object
    partner_id: int | None
    department_id: int | None
    company_id: int | None


class CareObligationGlance(models.AbstractModel):
    """Asks the database which records are as they were when last looked at.

    Most of what falls due has not changed since: one statement a rule tells so and
    fetches the name, and only the others are read and compared field by field.
    """

    _name = "care.obligation.glance"
    _description = "Quick look at records with obligations"

    @api.model
    def _glance(self, spec, rows):
        """Return {row id: name of its record, None if not known} of the rows whose
        record needs no closer look."""
        if not self._can_glance(spec):
            return {}
        model = in_company(self._hosts(spec.model, ()), spec)
        seen = {
            values[0]: Seen(*values)
            for values in self.env.execute_query(self._glance_query(model, spec, rows))
        }
        places = self._glance_places(model, seen)
        wanted = {
            (one.user_id, places[one.id][2] or spec.company_id)
            for one in seen.values()
            if one.is_active
        }
        present = self._present(wanted)
        quiet = {}
        for row in rows:
            one = seen.get(row.res_id)
            if (
                one
                and self._same_dates(row, spec, one)
                and self._same_people(row, spec, one, places[one.id], present)
            ):
                quiet[row.id] = one.name
        return quiet

    def _can_glance(self, spec):
        """Return whether all that the rule reads of a record stands in columns."""
        if spec.by_company and not spec.company_id:
            return False
        model = self.env[spec.model]
        names = [n for n in (spec.start_field, spec.due_field) if n]
        if not all(self._is_column(spec, name) for name in names):
            return False
        if spec.done is None and not self._is_column(spec, spec.done_field):
            return False
        ends = (spec.done, spec.pause, spec.cancel)
        if not all(self._is_searchable(spec, end) for end in ends if end is not None):
            return False
        for name in spec.path:
            field = model._fields[name]
            if not is_link(field, field.comodel_name):
                return False
            model = self.env[field.comodel_name]
        return True

    def _glance_query(self, model, spec, rows):
        ends = [self._done_domain(spec), spec.pause, spec.cancel]
        running = Domain.AND(~end for end in ends if end is not None)
        domain = self.env["care.ceiling"]._apart(model, running)
        domain &= Domain("id", "in", [row.res_id for row in rows])
        if "active" in model._fields and model._fields["active"].store:
            domain &= Domain("active", "=", True)
        query = model._search(domain)
        alias, owner = query.table, model
        for name in spec.path:
            comodel = self.env[owner._fields[name].comodel_name]
            owner.flush_model([name])
            alias = query.left_join(alias, name, comodel._table, "id", f"care_{name}")
            owner = comodel
        user = (SQL("NULL"), SQL("NULL"))
        if spec.path:
            user = (SQL.identifier(alias, "id"), SQL.identifier(alias, "active"))
        columns = [
            self._column(model, query, self._name_field(model)),
            *user,
            self._column(model, query, spec.start_field),
            self._column(model, query, spec.due_field),
        ]
        for name, comodel_name in PLACES:
            plain = is_link(model._fields.get(name), comodel_name)
            columns.append(self._column(model, query, name if plain else None))
        return query.select(SQL.identifier(query.table, "id"), *columns)

    def _column(self, model, query, name):
        if not name:
            return SQL("NULL")
        return model._field_to_sql(query.table, name, query)

    def _name_field(self, model):
        """Return the column that is the record's name, None where it is computed."""
        field = model._fields.get(model._rec_name or "")
        usual = (
            type(model)._compute_display_name is models.BaseModel._compute_display_name
        )
        plain = field is not None and field.type == "char" and field.store
        return field.name if usual and plain else None

    def _glance_places(self, model, seen):
        """Return {record id: (customer, department, company)}; a model with words of
        its own for them is asked record by record."""
        kind = type(model)
        if all(
            getattr(kind, name, None) in (None, getattr(CareObligationMixin, name))
            for name in (
                "_obligation_partner",
                "_obligation_department",
                "_obligation_company",
                "_obligation_places",
            )
        ) and not self._has_other_places(model):
            return {id_: one[-3:] for id_, one in seen.items()}
        return Places(self, model.browse(seen)).all()

    def _has_other_places(self, model):
        return any(
            field is not None
            and field.comodel_name == comodel_name
            and not is_link(field, comodel_name)
            for field, comodel_name in (
                (model._fields.get(name), comodel) for name, comodel in PLACES
            )
        )

    def _same_dates(self, row, spec, one):
        if spec.due_field:
            kept = row.due_on or row.due_from
            due = one.due
            if hasattr(due, "microsecond"):
                due = due.replace(microsecond=0)
            if due is None or due != kept:
                return False
        if spec.start_field and row.round == 1 and one.start:
            start = one.start
            if hasattr(start, "microsecond"):
                start = start.replace(microsecond=0)
            else:
                start = self._zone_start(start, row.calendar_id)
            return row.start_at in (start, min(start, row.due_at))
        return True

    def _same_people(self, row, spec, one, place, present):
        partner_id, department_id, company_id = place
        if spec.company_id and company_id and company_id != spec.company_id:
            return False
        if (partner_id, department_id) != (row.partner_id, row.department_id):
            return False
        if row.taken_over and one.user_id == row.instead_of_id:
            return True
        if one.is_active:
            there = present[one.user_id, company_id or spec.company_id]
            instead = one.user_id if there != one.user_id else None
            return (row.user_id, row.instead_of_id) == (there, instead)
        return row.user_id is not None if spec.role else row.user_id is None


def is_link(field, comodel_name):
    """Return whether a field is a column that points to a record of that model."""
    return bool(
        field is not None
        and field.type == "many2one"
        and field.comodel_name == comodel_name
        and field.store
        and field.column_type
        and not field.company_dependent
    )
