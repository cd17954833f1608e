import hashlib
import json
import os
from functools import partial

import psycopg2

from odoo import api, models
from odoo.tools import SQL, ormcache
from odoo.tools.sql import table_exists

from ..tools.access_buffer import AccessBuffer, called_on, current_request

# Columns of one entry with their types, in the order of the INSERT.
COLUMNS = {
    "user_id": "int",
    "company_id": "int",
    "address": "varchar",
    "route": "varchar",
    "session": "varchar",
    "agent": "varchar",
    "request": "varchar",
    "operation": "varchar",
    "model": "varchar",
    "res_ids": "int[]",
    "field_names": "text[]",
    "count": "int",
    "detail": "jsonb",
    "denied": "boolean",
    "aborted": "boolean",
    "level": "int",
}
_ROW = f"({', '.join(f'%s::{kind}' for kind in COLUMNS.values())})"
_NAMES = ", ".join(COLUMNS)
# The login is copied, and the company where the client chose none.
_PICKED = ", ".join(f"r.{name}" for name in COLUMNS).replace(
    "r.company_id",
    "COALESCE(r.company_id, (SELECT company_id FROM res_users WHERE id = r.user_id))",
)
_INSERT = f"""
    INSERT INTO care_access_log ({_NAMES}, login)
    SELECT {_PICKED},
           COALESCE((SELECT login FROM res_users WHERE id = r.user_id), '')
      FROM (VALUES %s) AS r ({_NAMES})"""
# From which level reading is logged; a key without which it is the default.
THRESHOLD = "customer_care.access_log_from"
_DEFAULT_THRESHOLD = 2
_DENIED_LEVEL = 2
_DENIED_METHODS = {"write": "write", "web_save": "write", "unlink": "unlink"}


class CareAccessWriter(models.AbstractModel):
    """Writes the read log: collects what one call touched and inserts it once."""

    _name = "care.access.writer"
    _description = "Writer of the access log"

    @api.model
    def _note(self, operation, model, ids, fields=(), detail=None):
        """Note that the current user did `operation` on records; never values.

        Entries of the same kind in one transaction become one; all of them are
        inserted at once when the call ends.
        """
        self._put(operation, model, ids, fields, detail)

    @api.model
    def _deny(self, operation, model, ids):
        """Note a refusal. It survives the rollback that the refusal causes."""
        self._put(operation, model, ids, denied=True)

    @api.model
    def _deny_call(self):
        """Note the refusal of the records that the client has named, where the ORM
        met their absence before it asked for access."""
        request = current_request()
        model, method, ids = called_on(request)
        if model not in self.env or not ids or AccessBuffer.is_denied(model):
            return
        try:
            levels = self.env[model].browse(ids)._log_levels()
        except psycopg2.Error:
            return  # the transaction failed for another reason
        if levels:
            self._deny(_DENIED_METHODS.get(method, "read"), model, levels)

    @api.model
    def _put(
        self,
        operation,
        model,
        ids,
        fields=(),
        detail=None,
        denied=False,
        level=None,
        count=0,
    ):
        """Collect one entry; `level` is the highest of the records, if known, and
        `count` the number of groups where there are no ids."""
        buffer = AccessBuffer.of(
            self.env.cr,
            self._insert,
            partial(self._insert_apart, self.env.registry),
        )
        fields = tuple(fields)
        text = json.dumps(detail, sort_keys=True, default=str) if detail else None
        key = (operation, model, fields, text, denied, self.env.uid)
        entry = buffer.waiting.get(key)
        if entry is None:
            entry = buffer.waiting[key] = {
                **self._whence(),
                "operation": operation,
                "model": model,
                "res_ids": {},
                "field_names": list(fields),
                "detail": text,
                "denied": denied,
                "aborted": False,
                "level": _DENIED_LEVEL if denied else 0,
                "count": 0,
            }
        entry["res_ids"].update(dict.fromkeys(int(id_) for id_ in ids))
        if level is None:
            level = self._level_of(model, list(ids))
        entry["level"] = max(entry["level"], level)
        entry["count"] += count

    @api.model
    def _threshold(self, records):
        """Return the level from which reading `records` is logged, None: never."""
        level = self._thresholds().get(records._name)
        if level and not self.env["care.sight"]._in_use(level):
            return None
        return level

    @ormcache(cache="stable")
    def _thresholds(self):
        """Return {model: level from which it is logged}; other models never are."""
        log = self.env["ir.config_parameter"].sudo().get_param(THRESHOLD)
        level = int(log) if log in ("0", "1", "2", "3") else _DEFAULT_THRESHOLD
        found = {
            name: level
            for name, model in self.env.items()
            if not model._abstract
            and not model._transient
            and ("secrecy_level" in model._fields or model._secrecy_partner_fields())
        }
        return {**found, "care.access.log": 0}

    @api.model
    def _level_of(self, model, ids):
        """Return the highest level among records; those gone count as nothing."""
        host = self.env.get(model)
        if host is None or host._abstract or not ids:
            return 0
        return max(host.browse(ids)._known_levels().values(), default=0)

    @api.model
    def _whence(self):
        """Return who calls from where; copied texts, because the log outlives them."""
        found = {
            "user_id": self.env.uid or 0,
            "company_id": self._active_company(),
            "address": None,
            "route": self._where_without_request(),
            "session": None,
            "agent": None,
            "request": None,
        }
        request = current_request()
        if request:
            http = request.httprequest
            sid = getattr(request.session, "sid", "") or ""
            if not hasattr(request, "care_request"):
                request.care_request = os.urandom(8).hex()
            found |= {
                "address": http.remote_addr,
                "route": http.path,
                "session": hashlib.sha256(sid.encode()).hexdigest()[:16] if sid else "",
                "agent": (http.user_agent.string or "")[:120],
                "request": request.care_request,
            }
        return found

    def _active_company(self):
        """Return the company chosen by the client, if it is the user's own; None: the
        user's company, looked up with the INSERT, as fetching users costs more."""
        chosen = self.env.context.get("allowed_company_ids") or [None]
        return chosen[0] if chosen[0] in self.env.user._get_company_ids() else None

    def _where_without_request(self):
        job = self.env.context.get("cron_id")
        return f"cron/{job}" if isinstance(job, int) else "shell"

    @api.model
    def _write_now(self):
        """Write what the current transaction has noted so far."""
        buffer = self.env.cr.cache.get(AccessBuffer.KEY)
        if buffer:
            buffer.flush()

    @api.model
    def _end_of_call(self):
        """Write what the current HTTP call has noted, before its answer goes out."""
        cr = self.env.cr
        entries = AccessBuffer.take_all(keep=not cr.readonly)
        if not entries:
            return
        if cr.readonly:
            cr.rollback()  # nothing to lose, and the snapshot need not be kept
            self._insert_apart(self.env.registry, entries)
        else:
            self._insert(cr, entries)

    @staticmethod
    def _insert_apart(registry, entries):
        with registry.cursor() as cr:
            # uninstalling reads records while its own table goes
            if table_exists(cr, "care_access_log"):
                CareAccessWriter._insert(cr, entries)

    @staticmethod
    def _insert(cr, entries):
        """Insert all entries by one statement."""
        rows = []
        for entry in entries:
            ids = list(entry["res_ids"])
            values = {**entry, "res_ids": ids, "count": entry["count"] or len(ids)}
            rows.append(SQL(_ROW, *[values[name] for name in COLUMNS]))
        cr.execute(SQL(_INSERT, SQL(", ").join(rows)))
