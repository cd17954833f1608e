from odoo import fields, models
from odoo.tools import SQL

from ..logic.clearance import SECRET

_TABLE = SQL("care_figure_changed")


class CareFigureMixin(models.AbstractModel):
    """A figure written by set-based runs: a result or a score.

    A row is never changed. Reckoned again, it stays when nothing is different; else a
    new row follows it and the old one is no longer the latest. The database holds one
    latest row for each key, so two runs at once cannot both write it.
    """

    _name = "care.figure.mixin"
    _description = "Figure written by runs"
    _inherit = ["care.engine.mixin", "care.subject.mixin"]

    # columns that make a row the successor of another
    _key_fields = ()
    # the key but for the subject: (column, ...), constant within one run
    _run_fields = ()
    # columns whose change makes a new row
    _compared_fields = ()

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date_from = fields.Date(readonly=True)
    date_to = fields.Date(required=True, readonly=True)
    formula_version = fields.Integer("Formula", readonly=True)
    computed_at = fields.Datetime(readonly=True)
    is_latest = fields.Boolean("Latest", readonly=True)

    def _store(self, fresh, columns, run):
        """Write rows that are new or different; return how many are not secret.

        :param fresh: SQL giving `columns`, the key among them
        :param run: {column of `_run_fields`: value} of this run
        """
        table = SQL.identifier(self._table)
        names = SQL(", ").join(map(SQL.identifier, columns))
        now = fields.Datetime.now()
        same_run = SQL(" AND ").join(
            SQL("o.%s IS NOT DISTINCT FROM %s", SQL.identifier(name), value)
            for name, value in run.items()
        )
        there = self.env.execute_query(
            SQL("SELECT 1 FROM %s o WHERE %s AND is_latest LIMIT 1", table, same_run)
        )
        if not there:
            written = self._insert_sql(
                "INSERT INTO %s (%s, computed_at, is_latest) "
                "SELECT %s, %s, TRUE FROM (%s) f",
                table,
                names,
                names,
                now,
                fresh,
            )
        else:
            written = self._replace(fresh, names, same_run, now)
        self.invalidate_model()
        return written

    def _replace(self, fresh, names, same_run, now):
        table = SQL.identifier(self._table)
        keys = [name for name in self._key_fields if name not in self._run_fields]
        same_key = SQL(" AND ").join(
            SQL("o.%s = f.%s", SQL.identifier(name), SQL.identifier(name))
            for name in keys
        )
        old, new = (
            SQL(", ").join(SQL.identifier(alias, n) for n in self._compared_fields)
            for alias in ("o", "f")
        )
        self._run_sql("DROP TABLE IF EXISTS %s", _TABLE)
        self._run_sql(
            """CREATE TEMP TABLE %(temp)s ON COMMIT DROP AS
               SELECT f.*, o.id AS previous_id FROM (%(fresh)s) f
                 LEFT JOIN %(table)s o ON %(key)s AND %(run)s AND o.is_latest
                WHERE o.id IS NULL OR (%(old)s) IS DISTINCT FROM (%(new)s)""",
            temp=_TABLE,
            fresh=fresh,
            table=table,
            key=same_key,
            run=same_run,
            old=old,
            new=new,
        )
        self._run_sql(
            "UPDATE %s o SET is_latest = FALSE FROM %s t WHERE o.id = t.previous_id",
            table,
            _TABLE,
        )
        if self._fields["previous_id"].store:
            names = SQL("%s, previous_id", names)
        written = self._insert_sql(
            "INSERT INTO %s (%s, computed_at, is_latest) SELECT %s, %s, TRUE FROM %s",
            table,
            names,
            names,
            now,
            _TABLE,
        )
        self._run_sql("DROP TABLE %s", _TABLE)
        return written

    def _insert_sql(self, text, *args):
        """Execute an INSERT and return the number of rows that are not secret: the
        number stands on the run, which everybody may read."""
        if not self.env["care.sight"]._in_use(SECRET):
            return self._run_sql(text, *args)
        rows = self.env.execute_query(
            SQL(
                "WITH made AS (%s RETURNING secrecy_level) "
                "SELECT COUNT(*) FROM made WHERE secrecy_level < %s",
                SQL(text, *args),  # pylint: disable=sql-injection
                SECRET,
            )
        )
        return rows[0][0]

    def _run_sql(self, text, *args, **named):
        """Execute a statement and return the number of rows it touched."""
        self.env.cr.execute(SQL(text, *args, **named))  # pylint: disable=sql-injection
        return self.env.cr.rowcount
