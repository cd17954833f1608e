import json
from typing import NamedTuple

from odoo import api, models, tools
from odoo.fields import Domain

from ..logic.obligation_clock import REMIND, Rung

UNITS = [
    ("minute", "Minutes"),
    ("hour", "Hours"),
    ("day", "Days"),
    ("month", "Months"),
    ("working_hour", "Working hours"),
    ("working_day", "Working days"),
]


class Spec(NamedTuple):
    """What the engine must know of a rule; cached per worker, holds no record."""

    id: int
    names: str  # {lang: name} as JSON text
    clause_id: int | None
    model: str
    company_id: int | None
    calendar_id: int | None
    amount: int
    unit: str
    at_time: str | None
    start: Domain
    done: Domain | None
    pause: Domain | None
    cancel: Domain | None
    start_field: str | None
    due_field: str | None
    done_field: str | None
    path: tuple  # of field names to a user
    role: str | None  # code
    role_id: int | None
    ladder: tuple  # of Rung
    reads: frozenset  # fields of the host that can change what the rule says
    starts: frozenset  # those among them that can start the clock
    remote: bool  # reads more than the host's own fields, or the date
    by_company: bool  # reads what has a value for each company
    before: tuple  # ids of the rules it replaced, under which cases may still run


class CareObligationSpec(models.AbstractModel):
    """What a deadline rule says, read once per worker into plain values.

    Saving a record asks this table which rules are touched, without any query.
    """

    _name = "care.obligation.spec"
    _description = "Deadline rules, ready to use"

    @api.model
    def _for_model(self, model_name):
        """Return the Specs of the active rules for a model, () when there is none."""
        return self._specs().get(model_name, ())

    def _get_specs(self):
        """Return the Specs of these rules; inactive and dormant ones have none."""
        wanted = set(self.ids)
        return [
            spec
            for specs in self._specs().values()
            for spec in specs
            if spec.id in wanted
        ]

    @api.model
    @tools.ormcache()
    def _specs(self):
        """Return {model name: tuple of Spec}; cleared whenever a rule changes."""
        specs = {}
        rules = self.sudo().with_context(active_test=True, lang=None)
        rules = rules.search([("active", "=", True)])
        for rule in rules:
            if rule._domain_model() is not None:
                specs.setdefault(rule.model_name, []).append(rule._prepare_spec())
        return {model: tuple(found) for model, found in specs.items()}

    def _prepare_spec(self):
        model = self._domain_model().sudo()
        domains = self._read_domains(model)
        path = tuple(self.responsible_path.split(".")) if self.responsible_path else ()
        starts, start_remote = _fields_behind(model, [domains["start_domain"]], ())
        reads, remote = _fields_behind(
            model,
            [domain for domain in domains.values() if domain is not None],
            [self.start_field, self.due_field, self.done_field, *path[:1], "active"]
            + list(getattr(model, "_obligation_place_fields", ())),
        )
        return Spec(
            id=self.id,
            names=json.dumps(dict(self._fields["name"]._get_stored_translations(self))),
            clause_id=self.clause_id.id or None,
            model=self.model_name,
            company_id=self.company_id.id or None,
            calendar_id=self.calendar_id.id or None,
            amount=self.amount,
            unit=self._due_unit(),
            at_time=self._due_clock(model),
            start=Domain.FALSE if self.closed_at else domains["start_domain"],
            done=domains["done_domain"],
            pause=domains["pause_domain"],
            cancel=domains["cancel_domain"],
            start_field=self.start_field or None,
            due_field=self.due_field or None,
            done_field=self.done_field or None,
            path=path,
            role=self.role_id.code or None,
            role_id=self.role_id.id or None,
            ladder=self._ladder(),
            reads=reads,
            starts=starts,
            remote=remote or start_remote,
            by_company=self._reads_by_company(model, domains.values()),
            before=self._predecessor_ids(),
        )

    def _reads_by_company(self, model, domains):
        judge = self.env["care.condition"]
        names = (self.start_field, self.due_field, self.done_field)
        return any(name and judge._path_differs(model, name) for name in names) or any(
            judge._differs_by_company(model, domain)
            for domain in domains
            if domain is not None
        )

    def _read_domains(self, model):
        """Return {field: Domain}; an empty one means never, save for the start."""
        domains = {}
        for name in self._domain_fields:
            domain = self._rule_domain(name)
            never = name != "start_domain" and domain.is_true()
            domains[name] = None if never else domain.optimize(model)
        return domains

    def _due_clock(self, model):
        """Return the time of the day it is due at. Counted from a date, the last day
        counts in full."""
        field = model._fields.get(self.due_field or self.start_field or "")
        whole_day = field is not None and field.type == "date"
        if whole_day and not self.at_time and self._due_unit() in ("day", "month"):
            return "24:00"
        return self.at_time or None

    def _due_unit(self):
        """Return the unit. Nothing added to a date is that date: a working day would
        be the next one where the date is a holiday."""
        return "day" if self.due_field and not self.amount else self.unit

    def _ladder(self):
        """Return the rungs: the reminder and the escalations."""
        return reminder(self) + self.escalation_ids._rungs()


def reminder(rule):
    """Return the rung of the reminder, if the rule (or duty) wants one."""
    if not rule.remind_amount:
        return ()
    return (Rung(REMIND, True, rule.remind_amount, rule.remind_unit or "day"),)


def _fields_behind(model, domains, names):
    """Return (fields of `model` that decide what is read, whether anything else does).

    Computed fields are followed to the stored fields they are computed from.
    """
    remote = False
    todo = [name for name in names if name in model._fields]
    for domain in domains:
        for condition in domain.iter_conditions():
            todo.append(condition.field_expr)
            remote = remote or _is_relative(model, condition)
    found = set()
    while todo:
        head, _dot, rest = todo.pop().partition(".")
        field = model._fields.get(head)
        if field is None:
            continue
        if field.relational:
            remote = remote or bool(rest) or field.type == "one2many"
        if head not in found:
            found.add(head)
            todo.extend(model.pool.field_depends.get(field, ()))
    return frozenset(found), remote


def _is_relative(model, condition):
    """Return whether the condition changes as days pass, or looks elsewhere."""
    if condition.operator in ("any", "not any", "any!", "not any!"):
        return True
    field = model._fields.get(condition.field_expr.partition(".")[0])
    value = condition.value
    return (
        field is not None
        and field.type in ("date", "datetime")
        and isinstance(value, str)
        and not value[:1].isdigit()
    )
