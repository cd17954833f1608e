from collections import defaultdict
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from operator import attrgetter

from odoo import api, fields, models
from odoo.tools import SQL

from ..logic.obligation_clock import Clock

# column: its type in PostgreSQL
_TYPES = {
    "rule_id": "int",
    "duty_id": "int",
    "clause_id": "int",
    "res_model": "text",
    "res_id": "int",
    "round": "int",
    "partner_id": "int",
    "department_id": "int",
    "user_id": "int",
    "instead_of_id": "int",
    "taken_over": "bool",
    "company_id": "int",
    "calendar_id": "int",
    "amount": "int",
    "unit": "text",
    "at_time": "text",
    "start_at": "timestamp",
    "due_from": "timestamp",
    "due_on": "date",
    "base_due_at": "timestamp",
    "due_at": "timestamp",
    "paused_at": "timestamp",
    "paused_seconds": "int",
    "done_at": "timestamp",
    "missed_at": "timestamp",
    "state": "text",
    "escalation_level": "int",
    "next_fire_at": "timestamp",
    "waive_reason": "text",
    "replan": "bool",
}
# What never changes once an obligation is there
_FIXED = {
    "rule_id",
    "duty_id",
    "clause_id",
    "res_model",
    "res_id",
    "round",
    "company_id",
}
_EVENT_TYPES = {
    "obligation_id": "int",
    "at": "timestamp",
    "kind": "text",
    "level": "int",
    "due_before": "timestamp",
    "due_after": "timestamp",
    "user_id": "int",
    "from_user_id": "int",
    "to_user_id": "int",
    "reason": "text",
    "note": "text",
}


@dataclass(slots=True)
class Row(Clock):
    """One obligation in memory, column by column, while the engine works on it."""

    id: int = 0
    rule_id: int | None = None
    duty_id: int | None = None
    clause_id: int | None = None
    res_model: str = ""
    res_id: int = 0
    round: int = 1
    partner_id: int | None = None
    department_id: int | None = None
    user_id: int | None = None
    instead_of_id: int | None = None
    taken_over: bool | None = None
    company_id: int | None = None
    calendar_id: int | None = None
    amount: int = 0
    unit: str = "day"
    at_time: str | None = None
    due_from: object = None  # what the record says, where the rule names a field
    due_on: object = None  # the same, where it is a date
    escalation_level: int = 0
    next_fire_at: object = None
    waive_reason: str | None = None
    replan: bool = False
    was: tuple = ()

    def values(self):
        """Return the columns that may change, to see whether they did."""
        return _values_of(self)


# in the order of Row, so that a row read is a Row made
_COLUMNS = [f.name for f in dataclass_fields(Row) if f.name != "was"]
_CHANGING = [name for name in _COLUMNS if name != "id" and name not in _FIXED]
_values_of = attrgetter(*_CHANGING)
_INSERTED = [name for name in _COLUMNS if name != "id"]


def _named(names):
    return ", ".join(f'"{name}"' for name in names)


# Statements are put together once; at run time only values are added. Who did it stands
# in the log: create_uid and write_uid would say it again, a foreign key check each.
_SELECT = f"SELECT {_named(_COLUMNS)} FROM care_obligation WHERE %s ORDER BY %s%s%s"
_INSERT = f"""WITH new AS (
      INSERT INTO care_obligation ({_named(_INSERTED)},
             name, create_date, write_date)
      SELECT {_named(_INSERTED)}, name::jsonb, %s, %s
        FROM unnest({", ".join(f"%s::{_TYPES[n]}[]" for n in _INSERTED)}, %s::text[])
             AS s({_named(_INSERTED)}, name)
          ON CONFLICT DO NOTHING
   RETURNING id, COALESCE(rule_id, -duty_id) AS source, res_id, round, due_at
), log AS (
      INSERT INTO care_obligation_event (obligation_id, at, kind, level, due_after,
             user_id, create_date)
      SELECT id, %s, 'start', 0, due_at, %s, %s FROM new
)
SELECT id, source, res_id, round FROM new"""


def array(values):
    """Return values as one array literal; PostgreSQL reads it many times faster than
    the list of casts that the driver would write."""
    return "{" + ",".join(map(_element, values)) + "}"


def spread(table, types):
    """Return (expressions, source) of SQL that gives the lines of `table`.

    A column with one and the same value travels once. The first column is never one
    of these: it says how many lines there are.

    :param table: {column: list of values}
    :param types: {column: type in PostgreSQL}
    """
    chosen, arrays, names = [], [], []
    for name, values in table.items():
        kind = SQL(types[name])
        if names and values.count(values[0]) == len(values):
            chosen.append(SQL("%s::%s", values[0], kind))
        else:
            names.append(SQL.identifier(name))
            arrays.append(SQL("%s::%s[]", array(values), kind))
            chosen.append(SQL("s.%s", SQL.identifier(name)))
    source = SQL("unnest(%s) AS s(%s)", SQL(", ").join(arrays), SQL(", ").join(names))
    return chosen, source


def _element(value):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


class Journal:
    """What one run of the engine is about to write: rows and log lines."""

    def __init__(self, now):
        self.now = now
        self.new = []  # Row
        self.names = []  # {lang: name} of each new row
        self.old = []  # Row
        self.events = []  # dict of _EVENT_TYPES, row instead of obligation_id
        self.ended = defaultdict(list)  # {"met"|"missed": [Row]}
        self.documents = {}  # {(model name, record id): its name}, where known

    def log(self, row, kind, **values):
        """Note one line of the clock log of `row`."""
        self.events.append({"row": row, "kind": kind, **values})
        if kind in ("meet", "miss"):
            self.ended["met" if kind == "meet" else "missed"].append(row)


class CareObligationStore(models.AbstractModel):
    """How the engine reads and writes the ledger: whole batches, a statement each.

    The ledger has no stored computed field, no tracking and no rule of automation, so
    nothing is lost beside the time. Only methods of the engine come here; none can be
    called by a client.
    """

    _name = "care.obligation.store"
    _description = "Reading and writing of obligations in batches"

    @api.model
    def _load(self, where, lock=False, order="id", limit=None):
        """Return the Rows of the obligations that match the SQL condition `where`."""
        self.env["care.obligation"].flush_model()
        query = SQL(
            _SELECT,
            where,
            SQL(", ").join(map(SQL.identifier, order.split(", "))),
            SQL(" LIMIT %s", limit) if limit else SQL(),
            SQL(" FOR NO KEY UPDATE SKIP LOCKED") if lock else SQL(),
        )
        rows = []
        for values in self.env.execute_query(query):
            row = Row(*values)
            row.was = row.values()
            rows.append(row)
        return rows

    def _save(self, journal):
        """Write a journal. Return the rows that ended, by how."""
        self._insert(journal)
        changed = [row for row in journal.old if row.values() != row.was]
        self._update(changed)
        self._insert_events(journal)
        touched = {row.id for row in changed} | {
            event["row"].id for event in journal.events if event["row"].id
        }
        self.env["care.obligation"].browse(touched).invalidate_recordset(flush=False)
        return journal.ended

    def _insert(self, journal):
        """Insert the new rows with the first line of their logs, in one statement.

        A row that another transaction just made is left alone.
        """
        if not journal.new:
            return
        now, uid = self.env.cr.now(), self.env.uid
        arrays = [
            array(getattr(row, name) for row in journal.new) for name in _INSERTED
        ]
        inserted = self.env.execute_query(
            SQL(
                _INSERT,
                *(now, now),
                *(*arrays, array(journal.names)),
                *(journal.now, uid, now),
            )
        )
        ids = {key: id_ for id_, *key in inserted for key in [tuple(key)]}
        for row in journal.new:
            source = row.rule_id or -row.duty_id
            row.id = ids.get((source, row.res_id, row.round), 0)

    def _update(self, rows):
        """Write the columns that changed in any of the rows."""
        if not rows:
            return
        values = [row.values() for row in rows]
        table = {"id": [row.id for row in rows]}
        for index, name in enumerate(_CHANGING):
            column = [new[index] for new in values]
            if column != [row.was[index] for row in rows]:
                table[name] = column
        chosen, source = spread(table, _TYPES | {"id": "int"})
        changes = [
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in list(zip(table, chosen, strict=True))[1:]
        ]
        self.env.cr.execute(
            SQL(
                """UPDATE care_obligation o SET write_date = %s, %s
                     FROM %s WHERE o.id = s.id""",
                self.env.cr.now(),
                SQL(", ").join(changes),
                source,
            )
        )

    def _insert_events(self, journal):
        """Append to the clock logs, in the order in which it happened."""
        events = [event for event in journal.events if event["row"].id]
        if not events:
            return
        for event in events:
            event.setdefault("at", journal.now)
            event.setdefault("level", 0)
            event.setdefault("user_id", self.env.uid)
            event["obligation_id"] = event["row"].id
        table = {n: [event.get(n) for event in events] for n in _EVENT_TYPES}
        chosen, source = spread(table, _EVENT_TYPES)
        self.env.cr.execute(
            SQL(
                "INSERT INTO care_obligation_event (create_date, %s) SELECT %s, %s "
                "FROM %s",
                SQL(", ").join(map(SQL.identifier, table)),
                self.env.cr.now(),
                SQL(", ").join(chosen),
                source,
            )
        )

    @api.model
    def _fired_levels(self, rows):
        """Return {obligation id: set of levels that have fired}."""
        fired = defaultdict(set)
        if rows:
            for id_, level in self.env.execute_query(
                SQL(
                    """SELECT obligation_id, level FROM care_obligation_event
                        WHERE obligation_id = ANY(%s)
                          AND kind IN ('remind', 'escalate')""",
                    [row.id for row in rows],
                )
            ):
                fired[id_].add(level)
        return fired

    @api.model
    def _now(self):
        return fields.Datetime.now()
