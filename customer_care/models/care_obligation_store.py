from collections import defaultdict
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields

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
    "company_id": "int",
    "calendar_id": "int",
    "amount": "int",
    "unit": "text",
    "at_time": "text",
    "start_at": "timestamp",
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
    "reason": "text",
    "note": "text",
    "company_id": "int",
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
    company_id: int | None = None
    calendar_id: int | None = None
    amount: int = 0
    unit: str = "day"
    at_time: str | None = None
    escalation_level: int = 0
    next_fire_at: object = None
    waive_reason: str | None = None
    replan: bool = False
    was: tuple = ()

    def values(self):
        """Return the columns that may change, to see whether they did."""
        return tuple(getattr(self, name) for name in _CHANGING)


_COLUMNS = ["id", *(f.name for f in dataclass_fields(Row) if f.name in _TYPES)]
_CHANGING = [name for name in _COLUMNS if name != "id" and name not in _FIXED]


class Journal:
    """What one run of the engine is about to write: rows and log lines."""

    def __init__(self, now):
        self.now = now
        self.new = []  # Row
        self.names = []  # {lang: name} of each new row
        self.old = []  # Row
        self.events = []  # dict of _EVENT_TYPES, row instead of obligation_id
        self.ended = defaultdict(list)  # {"met"|"missed": [Row]}

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
            "SELECT %s FROM care_obligation WHERE %s ORDER BY %s%s%s",
            SQL(", ").join(SQL.identifier(name) for name in _COLUMNS),
            where,
            SQL(", ").join(map(SQL.identifier, order.split(", "))),
            SQL(" LIMIT %s", limit) if limit else SQL(),
            SQL(" FOR NO KEY UPDATE SKIP LOCKED") if lock else SQL(),
        )
        rows = []
        for values in self.env.execute_query(query):
            row = Row(**dict(zip(_COLUMNS, values, strict=True)))
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
        """Insert the new rows; one that another transaction just made is left alone."""
        if not journal.new:
            return
        names = [name for name in _COLUMNS if name != "id"]
        arrays = [
            SQL(
                "%s::%s[]",
                [getattr(row, name) for row in journal.new],
                SQL(_TYPES[name]),
            )
            for name in names
        ]
        inserted = self.env.execute_query(
            SQL(
                """INSERT INTO care_obligation (name, create_uid, write_uid,
                          create_date, write_date, %s)
                   SELECT s.name::jsonb, %s, %s, %s, %s, %s
                     FROM unnest(%s::text[], %s) AS s(name, %s)
                       ON CONFLICT DO NOTHING
                RETURNING id, COALESCE(rule_id, -duty_id), res_id, round""",
                SQL(", ").join(map(SQL.identifier, names)),
                self.env.uid,
                self.env.uid,
                self.env.cr.now(),
                self.env.cr.now(),
                SQL(", ").join(SQL.identifier("s", name) for name in names),
                journal.names,
                SQL(", ").join(arrays),
                SQL(", ").join(map(SQL.identifier, names)),
            )
        )
        ids = {key: id_ for id_, *key in inserted for key in [tuple(key)]}
        for row in journal.new:
            source = row.rule_id or -row.duty_id
            row.id = ids.get((source, row.res_id, row.round), 0)

    def _update(self, rows):
        if not rows:
            return
        arrays = [
            SQL("%s::%s[]", [getattr(row, name) for row in rows], SQL(_TYPES[name]))
            for name in _CHANGING
        ]
        self.env.execute_query(
            SQL(
                """UPDATE care_obligation o
                      SET write_uid = %s, write_date = %s, %s
                     FROM unnest(%s::int[], %s) AS s(id, %s)
                    WHERE o.id = s.id RETURNING o.id""",
                self.env.uid,
                self.env.cr.now(),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), SQL.identifier("s", name))
                    for name in _CHANGING
                ),
                [row.id for row in rows],
                SQL(", ").join(arrays),
                SQL(", ").join(map(SQL.identifier, _CHANGING)),
            )
        )

    def _insert_events(self, journal):
        """Append to the clock logs."""
        events = [event for event in journal.events if event["row"].id]
        if not events:
            return
        for event in events:
            event.setdefault("at", journal.now)
            event.setdefault("level", 0)
            event.setdefault("user_id", self.env.uid)
            event["obligation_id"] = event["row"].id
            event["company_id"] = event["row"].company_id
        arrays = [
            SQL("%s::%s[]", [event.get(name) for event in events], SQL(kind))
            for name, kind in _EVENT_TYPES.items()
        ]
        names = SQL(", ").join(map(SQL.identifier, _EVENT_TYPES))
        self.env.execute_query(
            SQL(
                """INSERT INTO care_obligation_event (create_uid, write_uid,
                          create_date, write_date, %s)
                   SELECT %s, %s, %s, %s, s.* FROM unnest(%s) AS s(%s)
                RETURNING id""",
                names,
                self.env.uid,
                self.env.uid,
                self.env.cr.now(),
                self.env.cr.now(),
                SQL(", ").join(arrays),
                names,
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
