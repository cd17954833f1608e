from odoo import api, fields, models
from odoo.tools import SQL

_TABLE = SQL("care_satisfaction_fresh")


class CareSatisfactionStore(models.AbstractModel):
    """Writes scores set-based. The row of a subject and period keeps its id, so what
    was opened about it stays with it; once frozen it changes by a correction alone,
    and what it said before is kept in a row of its own."""

    _name = "care.satisfaction.store"
    _description = "Writing of satisfaction scores"

    # columns whose change is a change of the score
    _compared_fields = (
        "value",
        "reason",
        "state",
        "band_id",
        "is_passed",
        "asked",
        "answered",
        "details",
    )
    _kept_fields = (
        *("programme_id", "company_id", "round_id", "level", "date_from", "date_to"),
        *("res_model", "res_id", "project_id", "partner_id"),
        *_compared_fields,
    )

    @api.model
    def _names_sql(self, names, alias=None):
        parts = ((alias, name) if alias else (name,) for name in names)
        return SQL(", ").join(SQL.identifier(*part) for part in parts)

    @api.model
    def _put_scores(self, fresh, run, correction=None):
        """Write `fresh`, SQL that gives `_kept_fields`, into the rows of a run.

        :param run: {column: value} that all rows of `fresh` share
        :param correction: why frozen rows change too; without it they stay
        """
        same_run = SQL(" AND ").join(
            SQL("o.%s = %s", SQL.identifier(name), value) for name, value in run.items()
        )
        there = self.env.execute_query(
            SQL(
                "SELECT FROM care_satisfaction_score o WHERE is_latest AND %s LIMIT 1",
                same_run,
            )
        )
        if not there:
            self._insert_rows(fresh, correction)
        else:
            self._replace_rows(fresh, same_run, correction)
        self.env["care.satisfaction.score"].invalidate_model(flush=False)

    def _replace_rows(self, fresh, same_run, correction):
        self._care_execute("DROP TABLE IF EXISTS %s", _TABLE)
        self._care_execute(
            """CREATE TEMP TABLE %(temp)s ON COMMIT DROP AS
               SELECT f.*, o.id, o.frozen_at FROM (%(fresh)s) f
                 LEFT JOIN care_satisfaction_score o
                      ON o.res_id = f.res_id AND o.is_latest AND %(run)s
                WHERE o.id IS NULL OR (%(old)s) IS DISTINCT FROM (%(new)s)""",
            temp=_TABLE,
            fresh=fresh,
            run=same_run,
            old=self._names_sql(self._compared_fields, "o"),
            new=self._names_sql(self._compared_fields, "f"),
        )
        if correction:
            self._keep_versions()
        self._change_rows(correction)
        self._insert_rows(SQL("SELECT * FROM %s WHERE id IS NULL", _TABLE), correction)
        self._care_execute("DROP TABLE %s", _TABLE)

    def _insert_rows(self, rows, correction):
        self._care_execute(
            """INSERT INTO care_satisfaction_score
                      (%(names)s, computed_at, is_latest, version, frozen_at,
                       correction)
               SELECT %(names)s, %(now)s, TRUE, %(version)s, %(frozen)s, %(why)s
                 FROM (%(rows)s) f
               -- two first answers at once: the second is tried again, not refused
               ON CONFLICT DO NOTHING""",
            names=self._names_sql(self._kept_fields),
            now=fields.Datetime.now(),
            version=1 if correction else 0,
            frozen=fields.Datetime.now() if correction else None,
            why=correction,
            rows=rows,
        )

    def _keep_versions(self):
        """Keep what frozen rows that are about to change said."""
        self._care_execute(
            """WITH kept AS (
                   INSERT INTO care_satisfaction_score
                          (%(names)s, computed_at, is_latest, version, frozen_at,
                           correction, previous_id, current_id)
                   SELECT %(old)s, o.computed_at, FALSE, o.version, o.frozen_at,
                          o.correction, o.previous_id, o.id
                     FROM care_satisfaction_score o JOIN %(temp)s f ON f.id = o.id
                    WHERE o.frozen_at IS NOT NULL
                RETURNING id, current_id)
               UPDATE care_satisfaction_score o SET previous_id = kept.id
                 FROM kept WHERE o.id = kept.current_id""",
            names=self._names_sql(self._kept_fields),
            old=self._names_sql(self._kept_fields, "o"),
            temp=_TABLE,
        )

    def _change_rows(self, correction):
        """Write what changed into living rows; into frozen ones under a reason."""
        changes = SQL(", ").join(
            SQL("%s = f.%s", SQL.identifier(name), SQL.identifier(name))
            for name in ("round_id", "partner_id", *self._compared_fields)
        )
        frozen = SQL()
        if correction:
            frozen = SQL(
                ", version = o.version + 1, frozen_at = %s, correction = %s",
                fields.Datetime.now(),
                correction,
            )
        self._care_execute(
            """UPDATE care_satisfaction_score o
                  SET %(changes)s, computed_at = %(now)s %(frozen)s
                 FROM %(temp)s f
                WHERE f.id = o.id AND %(may)s""",
            changes=changes,
            now=fields.Datetime.now(),
            frozen=frozen,
            temp=_TABLE,
            may=SQL("TRUE") if correction else SQL("o.frozen_at IS NULL"),
        )

    @api.model
    def _care_execute(self, text, *args, **named):
        self.env.cr.execute(SQL(text, *args, **named))  # pylint: disable=sql-injection
