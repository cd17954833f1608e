from dataclasses import dataclass, field

from psycopg2 import IntegrityError

from odoo import api, models
from odoo.tools import SQL, mute_logger

# what names a record that was there then, and stays as it was
FROZEN = frozenset(
    {
        "care_access_log",
        "care_access_seal",
        "care_callback_draw_line",  # a frozen draw is proved by these ids
        "care_customer_key",
        "care_data_key",  # wrapped for one record
        "care_secret",  # sealed for one record: taken over by itself
        "ir_attachment",  # moved through Odoo, which seals them anew
        "base_partner_merge_automatic_wizard",
        "base_partner_merge_automatic_wizard_res_partner_rel",
    }
)
# how a row makes way where the customer kept has one like it: columns set first
_YIELD = {
    "care_score": SQL("is_latest = FALSE"),
    "care_indicator_result": SQL("is_latest = FALSE"),
    "care_satisfaction_score": SQL("is_latest = FALSE"),
    # who was greeted as both keeps both; what is still to be done is done once
    "care_touch": SQL(
        """counts = FALSE, occurrence = CONCAT(occurrence, ':', id),
           skip_code = CASE WHEN state IN ('planned', 'approval', 'ready')
                            THEN 'greeted' ELSE skip_code END,
           state = CASE WHEN state IN ('planned', 'approval', 'ready')
                        THEN 'skipped' ELSE state END"""
    ),
    "care_obligation": SQL(
        """round = (SELECT COALESCE(max(o.round), 0) + 1 FROM care_obligation o
                     WHERE o.rule_id = care_obligation.rule_id
                       AND o.res_model = care_obligation.res_model)"""
    ),
}


@dataclass(eq=False)
class Merging:
    """What one merge does, until it is written to the log. It travels in the context,
    where no client can put it."""

    kept: int
    sources: list
    before: dict = field(default_factory=dict)  # {id: {column: value}}
    names: dict = field(default_factory=dict)  # {id: name}
    moved: dict = field(default_factory=dict)  # {table: {column: {source: [ids]}}}
    dropped: list = field(default_factory=list)  # [{table, row, instead}]
    reason: str = ""
    pair: int = 0


class CareMergeLinks(models.AbstractModel):
    """Moves what hangs on customers that are merged: nothing is stored here.

    Every foreign key and every stored pair of model and id is moved, row by row where
    the database refuses the whole. A row that cannot stand beside one of the customer
    kept gives way or hands on what hangs on it and is written down.
    """

    _name = "care.merge.links"
    _description = "What hangs on customers that are merged"

    @api.model
    def _move(self, merging):
        """Move all links of the sources to the customer kept."""
        self.env.flush_all()
        for table, column in self._foreign_keys("res_partner"):
            if table not in FROZEN:
                for source in merging.sources:
                    self._move_column(merging, table, column, source)
        for table, model_column, column in self._references():
            for source in merging.sources:
                named = SQL("%s = 'res.partner'", SQL.identifier(model_column))
                self._move_column(merging, table, column, source, named)
        self._move_origins(merging)
        self.env.invalidate_all()

    @api.model
    def _foreign_keys(self, table):
        """Return [(table, column)] of the foreign keys on a table."""
        found = self.env["base.partner.merge.automatic.wizard"]._get_fk_on(table)
        return sorted(set(found))

    @api.model
    def _references(self):
        """Return [(table, column of the model, column of the id)] of the stored pairs
        that name a record of any model; Odoo moves those of its own parts besides."""
        found = set()
        for model in self.env.values():
            if model._abstract or not model._auto or model._transient:
                continue
            for one in model._fields.values():
                pair = one.type == "many2one_reference" and one.model_field
                if not pair and one.name == "res_id" and one.type == "integer":
                    pair = "res_model" in model._fields and "res_model"
                if pair and one.store and model._fields[pair].store:
                    found.add((model._table, pair, one.name))
        return sorted(row for row in found if row[0] not in FROZEN)

    # ---- moving

    @api.model
    def _move_column(self, merging, table, column, source, named=None):
        """Move the rows of one column; those the database refuses one by one."""
        where = SQL("%s = %s", SQL.identifier(column), source)
        if named is not None:
            where = SQL("%s AND %s", where, named)
        keyed = "id" in self._columns(table)
        back = SQL("RETURNING id") if keyed else SQL()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self.env.cr.execute(self._update(table, column, merging, where, back))
                ids = [row[0] for row in self.env.cr.fetchall()] if keyed else []
        except IntegrityError:
            if not keyed:
                self._move_pairs(table, column, merging, where)
                return
            ids = self._move_rows(merging, table, column, source, where)
        if ids:
            places = merging.moved.setdefault(table, {}).setdefault(column, {})
            places.setdefault(str(source), []).extend(ids)

    @api.model
    def _update(self, table, column, merging, where, back=None, also=None):
        values = SQL("%s = %s", SQL.identifier(column), merging.kept)
        if also is not None:
            values = SQL("%s, %s", values, also)
        return SQL(
            "UPDATE %s SET %s WHERE %s %s",
            SQL.identifier(table),
            values,
            where,
            back or SQL(),
        )

    @api.model
    def _move_pairs(self, table, column, merging, where):
        """Move rows of a table of pairs; of those both have one stays."""
        other = next(one for one in self._columns(table) if one != column)
        name, other = SQL.identifier(column), SQL.identifier(other)
        there = SQL(
            "SELECT t.%s FROM %s t WHERE t.%s = %s",
            other,
            SQL.identifier(table),
            name,
            merging.kept,
        )
        free = SQL("%s AND %s NOT IN (%s)", where, other, there)
        self.env.cr.execute(self._update(table, column, merging, free))

    @api.model
    def _move_rows(self, merging, table, column, source, where):
        """Move rows one by one and return the ids of those that came along."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM %s WHERE %s ORDER BY id", SQL.identifier(table), where)
        )
        moved = []
        for (id_,) in rows:
            refused = self._move_row(merging, table, column, id_)
            if refused is None:
                moved.append(id_)
            else:
                self._join_row(merging, table, column, id_, refused)
        return moved

    @api.model
    def _move_row(self, merging, table, column, id_):
        """Move one row; return None, or the name of the constraint that refuses it."""
        one, refused = SQL("id = %s", id_), None
        ways = [None, _YIELD[table]] if table in _YIELD else [None]
        for way in ways:
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                    self.env.cr.execute(
                        self._update(table, column, merging, one, also=way)
                    )
                return None
            except IntegrityError as error:
                refused = error.diag.constraint_name or ""
        return refused

    @api.model
    def _join_row(self, merging, table, column, id_, constraint):
        """Let a row go for the one that the customer kept has: what hangs on it goes
        over, and its values are written down."""
        twin = self._twin(merging, table, column, id_, constraint)
        if twin:
            inner = Merging(twin, [id_])
            model = next(
                (m for m in self.env.values() if m._table == table and m._auto), None
            )
            for other, key in self._foreign_keys(table):
                self._move_column(inner, other, key, id_)
            for other, model_column, key in self._references() if model else ():
                named = SQL("%s = %s", SQL.identifier(model_column), model._name)
                self._move_column(inner, other, key, id_, named)
            merging.dropped += inner.dropped
        row = self.env.execute_query(
            SQL(
                "SELECT to_jsonb(t) FROM %s t WHERE id = %s",
                SQL.identifier(table),
                id_,
            )
        )[0][0]
        merging.dropped.append({"table": table, "row": row, "instead": twin})
        self.env.cr.execute(
            SQL("DELETE FROM %s WHERE id = %s", SQL.identifier(table), id_)
        )

    @api.model
    def _twin(self, merging, table, column, id_, constraint):
        """Return the id of the row that keeps another one from moving, if a plain
        unique index does."""
        columns = self.env.execute_query(
            SQL(
                """SELECT a.attname, pg_get_expr(i.indpred, i.indrelid)
                     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                    CROSS JOIN LATERAL unnest(i.indkey::int[]) AS k (number)
                     LEFT JOIN pg_attribute a
                            ON a.attrelid = i.indrelid AND a.attnum = k.number
                    WHERE c.relname = %s AND i.indisunique
                      AND c.relnamespace = current_schema::regnamespace""",
                constraint,
            )
        )
        names = [name for name, _predicate in columns]
        if not names or None in names:
            return None
        same = SQL(" AND ").join(
            SQL("t.%s = %s", SQL.identifier(name), merging.kept)
            if name == column
            else SQL(
                "t.%s IS NOT DISTINCT FROM o.%s",
                SQL.identifier(name),
                SQL.identifier(name),
            )
            for name in names
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT t.id FROM %s t JOIN %s o ON o.id = %s AND t.id <> o.id"
                " WHERE %s",
                SQL.identifier(table),
                SQL.identifier(table),
                id_,
                same,
            )
        )
        return rows[0][0] if len(rows) == 1 else None

    @api.model
    def _columns(self, table):
        rows = self.env.execute_query(
            SQL(
                """SELECT attname FROM pg_attribute
                    WHERE attrelid = %s::regclass AND attnum > 0
                      AND NOT attisdropped ORDER BY attnum""",
                f'"{table}"',
            )
        )
        return [name for (name,) in rows]

    @api.model
    def _move_origins(self, merging):
        """Improvements remember by a text for which record they opened."""
        for source in merging.sources:
            self.env.cr.execute(
                SQL(
                    """UPDATE care_improvement i
                          SET origin_key = split_part(origin_key, ':', 1) || %s
                        WHERE origin = 'record' AND origin_key LIKE %s
                          AND NOT EXISTS (SELECT 1 FROM care_improvement o
                                WHERE o.origin = 'record' AND o.origin_key =
                                      split_part(i.origin_key, ':', 1) || %s)""",
                    f":res.partner,{merging.kept}",
                    f"%:res.partner,{source}",
                    f":res.partner,{merging.kept}",
                )
            )
            self.env.cr.execute(
                SQL(
                    """UPDATE care_registration r SET first_of = %(kept)s
                        WHERE first_of = %(source)s AND NOT EXISTS (
                              SELECT 1 FROM care_registration WHERE first_of = %(kept)s)
                    """,
                    kept=merging.kept,
                    source=source,
                )
            )
            self._move_claims(merging, source)

    @api.model
    def _move_claims(self, merging, source):
        """An open claim stands for the customer kept, so that nobody claims him twice;
        of two claims by one person each keeps a place of its own."""
        self.env.cr.execute(
            SQL(
                """UPDATE care_registration_claim c
                      SET open_key = CONCAT(%(kept)s, moved.rest,
                          CASE WHEN EXISTS (SELECT 1 FROM care_registration_claim o
                                    WHERE o.open_key = CONCAT(%(kept)s, moved.rest))
                               THEN CONCAT('/merged-', c.id) END)
                     FROM (SELECT id, substr(open_key, %(length)s) AS rest
                             FROM care_registration_claim
                            WHERE open_key LIKE %(prefix)s) moved
                    WHERE moved.id = c.id""",
                kept=str(merging.kept),
                length=len(str(source)) + 1,
                prefix=f"{source}/%",
            )
        )
