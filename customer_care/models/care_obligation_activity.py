import json
from collections import defaultdict
from functools import cache, lru_cache

from odoo import models
from odoo.tools import SQL

from ..logic import wall_clock
from .care_obligation_store import spread

_COLUMNS = {
    "user_id": "int",
    "res_model_id": "int",
    "res_model": "text",
    "res_id": "int",
    "res_name": "text",
    "activity_type_id": "int",
    "summary": "text",
    "date_deadline": "date",
    "user_tz": "text",
}


class CareObligationActivity(models.AbstractModel):
    """The activities by which people hear of an obligation.

    They are inserted with one statement; through the ORM each would cost a
    millisecond, and thousands may fall due in one night.
    """

    _name = "care.obligation.activity"
    _description = "Activities of obligations"

    def _raise_activities(self, activities, journal):
        """Insert one activity per (row, level, rung, user id)."""
        if not activities:
            return
        users = self.env["res.users"].sudo().browse({a[3] for a in activities})
        tongues = {user.id: (user.lang, user.tz or None) for user in users}
        names = self._row_names({row.id for row, *_rest in activities})
        targets = self._targets([row for row, *_rest in activities], journal)
        zones = self._zones({row.calendar_id for row, *_rest in activities})
        kind_of, summary_of = self._words(activities)
        lines = []
        for row, _level, rung, user_id in activities:
            lang, zone = tongues[user_id]
            name = names[row.id]
            lines.append(
                (
                    user_id,
                    *targets[row.id],
                    kind_of[rung],
                    summary_of(rung, lang) + (name.get(lang) or name.get("en_US", "")),
                    _day_in(zones[row.calendar_id], row.due_at),
                    zone,
                )
            )
        self._insert_activities(lines)
        self._ring(lines, {user.id: user for user in users}, journal.now)

    def _words(self, activities):
        """Return ({rung: id of its activity type}, a function of (rung, language) that
        gives the words before the name)."""
        todo = self.env.ref("mail.mail_activity_data_todo", False)
        kinds = {}
        for rung in {rung for _row, _level, rung, _user in activities}:
            kind = (rung and rung.activity_type_id) or todo
            kinds[rung] = kind.id if kind else None

        @cache
        def words(rung, lang):
            summary = rung and rung.with_context(lang=lang).summary
            return f"{summary}: " if summary else ""

        return kinds, words

    def _zones(self, calendar_ids):
        """Return {calendar id: ZoneInfo}."""
        calendars = self.env["resource.calendar"].sudo()
        return {
            id_: wall_clock.zone(calendars.browse(id_ or ()).tz or "UTC")
            for id_ in calendar_ids
        }

    def _row_names(self, ids):
        """Return {row id: {language: name}}; a rule gives all its rows one text."""
        read = lru_cache(maxsize=None)(json.loads)
        query = "SELECT id, name::text FROM care_obligation WHERE id = ANY(%s)"
        found = self.env.execute_query(SQL(query, list(ids)))
        return {id_: read(text) for id_, text in found}

    def _targets(self, rows, journal):
        """Return {row id: (ir.model id, model, record id, its name)}: the record itself
        where it takes activities, else the customer, else nothing."""
        targets, wanted = {}, defaultdict(list)
        for row in rows:
            if row.res_model in self.env and (
                "activity_ids" in self.env[row.res_model]._fields
            ):
                wanted[row.res_model].append((row.id, row.res_id))
            elif row.partner_id:
                wanted["res.partner"].append((row.id, row.partner_id))
            else:
                targets[row.id] = (None, None, None, None)
        for model_name, pairs in wanted.items():
            model_id = self.env["ir.model"].sudo()._get_id(model_name)
            names = self._document_names(model_name, [p[1] for p in pairs], journal)
            for row_id, id_ in pairs:
                found = id_ in names
                targets[row_id] = (
                    (model_id, model_name, id_, names[id_])
                    if found
                    else (None, None, None, None)
                )
        return targets

    def _document_names(self, model_name, ids, journal):
        """Return {record id: name} of those that exist."""
        known = journal.documents
        names = {id_: known.get((model_name, id_)) for id_ in ids}
        unknown = [id_ for id_, name in names.items() if name is None]
        hosts = self._hosts(model_name, unknown)
        if model_name == "res.partner":
            hosts = hosts.exists()  # the others were looked at just before
        for id_ in unknown:
            del names[id_]
        return names | {host.id: host.display_name for host in hosts}

    def _insert_activities(self, lines):
        columns = zip(*lines, strict=True)
        table = dict(zip(_COLUMNS, map(list, columns), strict=True))
        chosen, source = spread(table, _COLUMNS)
        now = self.env.cr.now()
        self.env.cr.execute(
            SQL(
                """INSERT INTO mail_activity (automated, active, create_uid,
                          create_date, write_date, %s)
                   SELECT true, true, %s, %s, %s, %s FROM %s""",
                SQL(", ").join(map(SQL.identifier, table)),
                self.env.uid,
                now,
                now,
                SQL(", ").join(chosen),
                source,
            )
        )
        self.env["mail.activity"].invalidate_model(flush=False)
        for model_name in set(table["res_model"]) - {None}:
            self.env[model_name].invalidate_model(
                [n for n in self.env[model_name]._fields if n.startswith("activity_")],
                flush=False,
            )

    def _ring(self, lines, users, now):
        """Let the clients of the people count one more."""
        counts = defaultdict(int)
        for line in lines:
            counts[line[0]] += line[7] <= now.date()
        for user_id, count in counts.items():
            if count:
                users[user_id]._bus_send(
                    "mail.activity/updated",
                    {"activity_created": True, "count_diff": count},
                )


@lru_cache(maxsize=4096)
def _day_in(zone, moment):
    return wall_clock.local(wall_clock.to_instant(moment), zone).date()
