from odoo import models
from odoo.tools import SQL


def _rounded(expression):
    return SQL("(ROUND((%s) * 1e6::float8) / 1e6::float8)", expression)


class CareScoreWriter(models.AbstractModel):
    """Turns a scorecard into SQL: points, total, band and details of every subject.

    Each measure is grouped once into a temporary table, all are joined once to the
    subjects. `logic/scores.py` says the same in Python; a test compares them.
    """

    _name = "care.score.writer"
    _description = "Query of a scorecard"

    # --------------------------------------------------------------- measures

    def _fill_measures(self, date_from, date_to, company, span):
        """Group each measure into a temporary table; return [(line, table)]."""
        tables = []
        for number, line in enumerate(self.line_ids):
            table = SQL.identifier(f"care_measure_{number}")
            if line.dormant or (
                line.indicator_id and not line.indicator_id.subject_model
            ):
                tables.append((line, None))
                continue
            indicator = line.indicator_id
            if indicator:
                days = indicator._window(date_from, date_to)
                query = indicator._measure_query(*days, company, span)
            elif line.source_id:
                query = line._source_query(date_from, date_to, company, span)
            else:
                query = self._entry_query(line, date_from, date_to, company, span)
            self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
            self.env.cr.execute(
                SQL("CREATE TEMP TABLE %s ON COMMIT DROP AS %s", table, query)
            )
            self.env.cr.execute(SQL("ANALYZE %s (subject_id)", table))
            tables.append((line, table))
        return tables

    def _entry_query(self, line, date_from, date_to, company, span):
        """Return SQL giving the last figure entered for each subject."""
        limited = SQL("AND %s", span(SQL("res_id"))) if span else SQL()
        return SQL(
            """SELECT DISTINCT ON (res_id) res_id AS subject_id, value,
                      NULL::float8 AS numerator, NULL::float8 AS denominator,
                      NULL::varchar AS reason
                 FROM care_scorecard_entry
                WHERE scorecard_id = %s AND line_code = %s AND company_id = %s
                  AND active AND date BETWEEN %s AND %s %s
                ORDER BY res_id, date DESC, id DESC""",
            self.id,
            line.code,
            company.id,
            date_from,
            date_to,
            limited,
        )

    def _scored_query(self, company, span):
        """Return SQL giving the ids of those who are scored."""
        env = self.env["care.indicator"]._measure_env(company)
        measure = (
            self.env["care.indicator"]
            .with_env(env)
            .new(
                {
                    "subject_domain": self.subject_domain,
                    "model_name": self.subject_model,
                    "subject_path": "id" if self.subject_model != "res.company" else "",
                }
            )
        )
        return measure._subjects_query(company, span)

    # ----------------------------------------------------------------- points

    def _found_sql(self, number, line, table):
        """Return SQL columns of one measure as it was found."""
        if table is None:
            found = (*[SQL("NULL::float8")] * 3, SQL("'dormant'::varchar"))
        elif line.indicator_id:
            found = line.indicator_id._joined_sql(f"m{number}")
        else:
            found = (
                SQL.identifier(f"m{number}", "value"),
                SQL("NULL::float8"),
                SQL("NULL::float8"),
                SQL(
                    "CASE WHEN %s IS NULL THEN %s END",
                    SQL.identifier(f"m{number}", "subject_id"),
                    "no_records" if line.source_id else "not_entered",
                ),
            )
        return [
            SQL("%s AS %s", expression, SQL.identifier(f"{name}{number}"))
            for name, expression in zip(("v", "n", "d", "x"), found, strict=True)
        ]

    def _points_sql(self, number, line):
        value = SQL.identifier(f"v{number}")
        if line.curve == "linear":
            points = SQL(
                "100 * LEAST(GREATEST((%s - %s) / %s, 0), 1)",
                value,
                SQL("%s::float8", line.low),
                SQL("%s::float8", line.high - line.low),
            )
        elif line.curve == "steps":
            cases = SQL(" ").join(
                SQL("WHEN %s >= %s THEN %s::float8", value, step.value, step.points)
                for step in line.step_ids.sorted("value", reverse=True)
            )
            points = SQL("CASE WHEN %s IS NULL THEN NULL %s ELSE 0 END", value, cases)
            return SQL("%s AS %s", points, SQL.identifier(f"p{number}"))
        else:
            points = SQL("LEAST(GREATEST(%s, 0), 100)", value)
        # LEAST and GREATEST pass over NULL, so what is not known is kept out here
        return SQL(
            "CASE WHEN %s IS NOT NULL THEN %s END AS %s",
            value,
            _rounded(points),
            SQL.identifier(f"p{number}"),
        )

    def _total_sql(self, lines):
        """Return SQL of (weight known, sum of the points times weight, open)."""
        known, points, missing = [SQL("0::float8")], [SQL("0::float8")], [SQL("FALSE")]
        for number, line in lines:
            point = SQL.identifier(f"p{number}")
            weight = SQL("%s::float8", line.weight)
            if line.missing == "zero":
                known.append(weight)
            else:
                known.append(
                    SQL("CASE WHEN %s IS NULL THEN 0 ELSE %s END", point, weight)
                )
            if line.missing == "fail":
                missing.append(SQL("%s IS NULL", point))
            points.append(SQL("COALESCE(%s, 0) * %s", point, weight))
        return (
            SQL(" + ").join(known),
            SQL(" + ").join(points),
            SQL(" OR ").join(missing),
        )

    def _details_sql(self, lines):
        """Return SQL of the JSON that tells how a score came about."""
        rows = []
        for number, line in lines:
            names = {
                "raw": f"v{number}",
                "points": f"p{number}",
                "reason": f"x{number}",
            }
            indicator = line.indicator_id
            if indicator.aggregate in ("rate", "avg") or indicator._is_ratio():
                names |= {"numerator": f"n{number}", "denominator": f"d{number}"}
            parts = [
                SQL("'code', %s::text, 'weight', %s::float8", line.code, line.weight)
            ]
            parts += [
                SQL("%s::text, %s", key, SQL.identifier(name))
                for key, name in names.items()
            ]
            rows.append(SQL("jsonb_build_object(%s)", SQL(", ").join(parts)))
        return SQL("jsonb_build_array(%s)", SQL(", ").join(rows))

    def _band_sql(self):
        cases = SQL(" ").join(
            SQL("WHEN value >= %s THEN %s", band.value, band.code)
            for band in self.band_ids.sorted("value", reverse=True)
        )
        if not self.band_ids:
            return SQL("NULL::varchar")
        return SQL("CASE WHEN value IS NULL THEN NULL %s END", cases)

    # ------------------------------------------------------------------ scores

    def _found_and_joins(self, tables):
        """Return SQL columns of all measures and the joins to their tables."""
        found = [
            column
            for number, (line, table) in enumerate(tables)
            for column in self._found_sql(number, line, table)
        ]
        joins = [
            SQL(
                "LEFT JOIN %s %s ON %s = s.id",
                table,
                SQL.identifier(f"m{number}"),
                SQL.identifier(f"m{number}", "subject_id"),
            )
            for number, (__, table) in enumerate(tables)
            if table is not None
        ]
        return found, joins

    def _scores_sql(self, tables, company, span):
        """Return SQL giving (res_id, value, reason, band_code, state, details).

        Each level is fenced by OFFSET 0, so that no expression is reckoned twice.
        """
        lines = list(enumerate(line for line, __ in tables))
        found, joins = self._found_and_joins(tables)
        known, points, missing = self._total_sql(lines)
        everything = sum(line.weight for __, line in lines)
        return SQL(
            """SELECT res_id, value, reason, %(band)s AS band_code,
                      CASE WHEN value IS NULL THEN 'incomplete'
                           ELSE 'complete' END AS state, %(details)s AS details
                 FROM (SELECT t.*, CASE WHEN reason IS NULL THEN %(mean)s END AS value
                         FROM (SELECT w.*, CASE
                                      WHEN missing THEN 'line_missing'
                                      WHEN known <= 0 THEN 'nothing_known'
                                      WHEN 100 * known < %(least)s THEN 'too_little'
                                      END AS reason
                                 FROM (SELECT p.*, %(known)s AS known,
                                              %(points)s AS points,
                                              %(missing)s AS missing
                                         FROM (SELECT f.*, %(curves)s
                                                 FROM (SELECT s.id AS res_id, %(found)s
                                                         FROM (%(subjects)s) s %(joins)s
                                                       OFFSET 0) f
                                               OFFSET 0) p
                                       OFFSET 0) w) t
                       OFFSET 0) r""",
            band=self._band_sql(),
            details=self._details_sql(lines),
            mean=_rounded(SQL("points / known")),
            least=SQL("%s::float8", self.least_known_pct * everything),
            known=known,
            points=points,
            missing=missing,
            curves=SQL(", ").join(self._points_sql(n, line) for n, line in lines),
            found=SQL(", ").join(found),
            subjects=self._scored_query(company, span),
            joins=SQL(" ").join(joins),
        )
