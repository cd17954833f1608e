from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import draw


class CareCallbackFreeze(models.AbstractModel):
    """Freezes the population of a draw and draws from it, in one statement.

    What it computes in the database is what `logic/draw.py` computes in Python.
    """

    _name = "care.callback.freeze"
    _description = "Freezing and drawing"

    def _draw(self, now):
        """Draw once; another worker that is at it is left alone.

        :return: whether it was drawn here
        """
        self.ensure_one()
        locked = self.sudo().try_lock_for_update()
        locked.invalidate_recordset(["state"])
        if not locked or locked.state != "seeded":
            return False
        one = self._engine()
        seed = one.seed_secret
        model_name = one.programme_id.model_name
        one.env.flush_all()
        strata = one._freeze_lines(seed, model_name)
        one.write(
            {
                "seed": seed,
                "drawn_at": now,
                "model_name": model_name,
                "state": "drawn",
                "strata": strata,
                "formula": draw.FORMULA,
                "digest": one._digest_lines(),
                **one._count_lines(),
                "required_count": sum(row["quota"] for row in strata),
            }
        )
        return True

    # ---- the statement

    def _freeze_lines(self, seed, model_name):
        """Insert the lines; return the strata with their rates and numbers."""
        rates = self._get_rates(self.programme_id)
        self.env.execute_query(self._insert_sql(seed, model_name, rates))
        self.env["care.callback.draw.line"].invalidate_model()
        counts = self._count_strata()
        for row in rates:
            row["parts"] = {
                str(part): {"count": count, "quota": draw.quota(row["rate"], count)}
                for (code, part), count in counts.items()
                if code == row["code"]
            }
            for name in "count", "quota":
                row[name] = sum(part[name] for part in row["parts"].values())
        return [row for row in rates if row["count"] or row["code"]]

    def _insert_sql(self, seed, model_name, rates):
        programme = self.programme_id
        return SQL(
            """
            WITH population AS MATERIALIZED (%(population)s),
                 counted AS (%(counted)s),
                 keyed AS MATERIALIZED (
                     SELECT *, encode(sha256(convert_to(%(prefix)s || id, 'UTF8')),
                                      'hex') COLLATE "C" AS hash
                       FROM counted
                 ),
                 ranked AS (
                     SELECT *,
                            row_number() OVER (PARTITION BY stratum, part, out
                                                   ORDER BY hash) AS rank,
                            count(*) OVER (PARTITION BY stratum, part, out) AS n
                       FROM keyed
                 )
            INSERT INTO care_callback_draw_line (draw_id, programme_id, res_model,
                   res_id, event_at, stratum, part, hash, rank, kind, on_top,
                   exemption_id)
            SELECT %(draw)s, %(programme)s, %(model)s, r.id, r.event_at, r.stratum,
                   r.part, r.hash,
                   CASE WHEN r.out = '' THEN r.rank ELSE 0 END,
                   CASE WHEN r.out != '' THEN r.out
                        WHEN r.on_top OR r.rank <= ceil(s.rate * r.n / 100)
                        THEN 'drawn' ELSE 'reserve' END,
                   r.on_top, r.exemption_id
              FROM ranked r
              JOIN (VALUES %(rates)s) AS s(code, rate) ON s.code = r.stratum
            """,
            population=self._population_sql(programme, model_name),
            counted=self._counted_sql(programme, model_name),
            prefix=f"{seed}:{model_name}:",
            draw=self.id,
            programme=programme.id,
            model=model_name,
            rates=SQL(", ").join(
                SQL("(%s, %s::numeric)", row["code"], str(row["rate"])) for row in rates
            ),
        )

    def _get_rates(self, programme):
        """Return [{code, name, rate}], what is in no stratum last."""
        rows = [
            {"code": row.code, "name": row.name, "rate": row.rate_pct}
            for row in programme.stratum_ids
        ]
        rest = {"code": "", "name": programme.name, "rate": programme.rate_pct}
        return [*rows, rest]

    def _population_sql(self, programme, model_name):
        """Return the query for (id, event_at, stratum, part, exemption_id, on_top,
        same)."""
        model = self.env[model_name].with_context(
            active_test=not programme.with_archived
        )
        return SQL(" UNION ALL ").join(
            self._part_sql(programme, *part)
            for part in self.env["care.ceiling"]._by_level(model)
        )

    def _part_sql(self, programme, level, model, among):
        domain = programme._rule_domain("domain") & self._company_domain(programme)
        domain &= among
        if programme.mode == "event":
            domain &= self._event_domain(programme)
        query = model.with_company(self.company_id)._search(domain)
        id_ = SQL.identifier(query.table, "id")
        if programme.mode == "event":
            event = self._path_sql(model, query, programme.event_field)
        else:
            event = SQL("%s", programme._midnight(self.company_id, self.date_from))
        query.add_where(
            SQL(
                """NOT EXISTS (SELECT 1 FROM care_callback_draw_line l
                        WHERE l.programme_id = %s AND l.res_id = %s
                          AND l.event_at = %s)""",
                programme.id,
                id_,
                event,
            )
        )
        columns = [
            SQL("%s AS id", id_),
            SQL("(%s)::timestamp AS event_at", event),
            SQL("%s AS stratum", self._stratum_sql(programme, model, id_)),
            SQL("%s AS part", level),
            SQL("%s AS exemption_id", self._exempt_sql(programme, model, id_)),
            SQL("%s AS on_top", self._on_top_sql(programme, model, id_)),
        ]
        for number, row in enumerate(self._get_once(programme)):
            name = SQL.identifier(f"same_{number}")
            columns.append(SQL("%s AS %s", self._same_sql(row, model, query), name))
        return query.select(*columns)

    def _same_sql(self, row, model, query):
        """Return the values that must be the same, NULL where one is missing."""
        inside = self._among(
            model, row._rule_domain("domain"), SQL.identifier(query.table, "id")
        )
        same = [
            SQL("(%s)::text", self._path_sql(model, query, path))
            for path in row._get_same_paths()
        ]
        return SQL(
            "CASE WHEN %s AND %s THEN ARRAY[%s] END",
            inside,
            SQL(" AND ").join(SQL("%s IS NOT NULL", one) for one in same),
            SQL(", ").join(same),
        )

    def _counted_sql(self, programme, model_name):
        """Return the query that adds `out`: '', exempt, or excluded as a repetition."""
        out = SQL("WHEN exemption_id IS NOT NULL THEN 'exempt'")
        exemption = SQL("exemption_id")
        for number, row in enumerate(self._get_once(programme)):
            repeated = SQL(
                """same_%(n)s IS NOT NULL AND (row_number() OVER (
                       PARTITION BY exemption_id IS NULL, part, same_%(n)s
                           ORDER BY event_at, id) > 1 OR %(before)s)""",
                n=SQL(str(number)),
                before=self._drawn_before_sql(programme, model_name, row, number),
            )
            out = SQL("%s WHEN %s THEN 'excluded'", out, repeated)
            exemption = SQL(
                "CASE WHEN exemption_id IS NULL AND %s THEN %s ELSE %s END",
                repeated,
                row.id,
                exemption,
            )
        return SQL(
            """SELECT id, event_at, stratum, part, on_top, CASE %s ELSE '' END AS out,
                      %s AS exemption_id FROM population""",
            out,
            exemption,
        )

    def _drawn_before_sql(self, programme, model_name, row, number):
        """Return the condition that the same counted in a draw some days before, as
        far as whoever sees the record may know of it."""
        if not row.same_days:
            return SQL("FALSE")
        model = self.env[model_name].with_context(active_test=False)
        parts = [
            SQL("part = %s AND %s", level, self._counted_before_sql(one, row, number))
            for level, one, _among in self.env["care.ceiling"]._by_level(model)
        ]
        return SQL("(%s)", SQL(" OR ").join(parts))

    def _counted_before_sql(self, model, row, number):
        query = model._search([])
        query.add_where(
            SQL(
                """%s IN (SELECT l.res_id FROM care_callback_draw_line l
                           WHERE l.programme_id = %s AND l.draw_id != %s
                             AND l.kind IN ('drawn', 'reserve')
                             AND l.event_at >= %s)""",
                SQL.identifier(query.table, "id"),
                self.programme_id.id,
                self.id,
                fields.Date.subtract(self.date_from, days=row.same_days),
            )
        )
        return SQL(
            "same_%s IN (%s)",
            SQL(str(number)),
            query.select(SQL("%s AS same", self._same_sql(row, model, query))),
        )

    def _get_once(self, programme):
        return programme._get_exemptions().filtered(lambda row: row.kind == "once")

    # ---- its parts

    def _company_domain(self, programme):
        """Return which records this company draws. One that belongs to no company is
        drawn once: by the programme's company, or by the first of all."""
        path = programme.company_path
        own = programme.company_id or self.env["res.company"].search([], limit=1)
        if not (path and programme._follow_fields(path)):
            return Domain.TRUE if self.company_id == own else Domain.FALSE
        companies = [self.company_id.id]
        if self.company_id == own:
            companies.append(False)
        return Domain(path, "in", companies)

    def _event_domain(self, programme):
        """Return the period, and what was entered late for the periods before."""
        name = programme.event_field
        late = fields.Date.subtract(self.date_from, days=programme.late_days)
        first, end = max(late, programme.start_date), self.date_to
        if programme._follow_fields(name).type == "datetime":
            first = programme._midnight(self.company_id, first)
            end = programme._midnight(self.company_id, end)
        return Domain(name, ">=", first) & Domain(name, "<", end)

    def _path_sql(self, model, query, path):
        """Return the expression of a field at the end of a dotted path."""
        *steps, last = path.split(".")
        alias = query.table
        for step in steps:
            model, alias = self.env["care.ceiling"]._join(model, step, alias, query)
        return model._field_to_sql(alias, last, query)

    def _among(self, model, domain, id_):
        """Return the condition that the record is one of `domain`."""
        if domain.is_true():
            return SQL("TRUE")
        found = model.with_context(active_test=False)._search(domain)
        return SQL("%s IN %s", id_, found.subselect())

    def _stratum_sql(self, programme, model, id_):
        whens = [
            SQL("WHEN %s THEN %s", self._among(model, row._get_domain(), id_), row.code)
            for row in programme.stratum_ids
        ]
        if not whens:
            return SQL("''::varchar")
        return SQL("CASE %s ELSE '' END", SQL(" ").join(whens))

    def _exempt_sql(self, programme, model, id_):
        whens = [
            SQL(
                "WHEN %s THEN %s",
                self._among(model, row._rule_domain("domain"), id_),
                row.id,
            )
            for row in programme._get_exemptions()
            if row.kind == "exempt"
        ]
        if not whens:
            return SQL("NULL::integer")
        return SQL("CASE %s END", SQL(" ").join(whens))

    def _on_top_sql(self, programme, model, id_):
        domain = programme._rule_domain("dissatisfied_domain")
        if domain.is_true():  # empty: nobody is drawn beyond the rate
            return SQL("FALSE")
        return self._among(model, domain, id_)

    # ---- what came of it

    def _count_strata(self):
        """Return {(stratum, part): number of records that count}."""
        rows = self.env.execute_query(
            SQL(
                """SELECT stratum, part, count(*) FROM care_callback_draw_line
                    WHERE draw_id = %s AND kind IN ('drawn', 'reserve')
                 GROUP BY stratum, part ORDER BY stratum, part""",
                self.id,
            )
        )
        return {(stratum, part): count for stratum, part, count in rows}

    def _count_lines(self):
        rows = dict(
            self.env.execute_query(
                SQL(
                    """SELECT kind, count(*) FROM care_callback_draw_line
                        WHERE draw_id = %s GROUP BY kind""",
                    self.id,
                )
            )
        )
        return {
            "population_count": sum(rows.values()),
            "counted_count": rows.get("drawn", 0) + rows.get("reserve", 0),
            "drawn_count": rows.get("drawn", 0),
            "reserve_count": rows.get("reserve", 0),
            "exempt_count": rows.get("exempt", 0),
            "excluded_count": rows.get("excluded", 0),
        }

    def _digest_lines(self, without=()):
        """Return the fingerprint of the lines, the same as `logic.draw.digest`."""
        return self.env.execute_query(
            SQL(
                """SELECT encode(sha256(convert_to(coalesce(string_agg(
                              res_id || ':' || stratum || ':'
                              || CASE WHEN kind IN ('drawn', 'reserve')
                                      THEN 1 ELSE 0 END
                              || ':' || on_top::int
                              || COALESCE(':' || part, ''), E'\n' ORDER BY res_id), ''),
                              'UTF8')), 'hex')
                     FROM care_callback_draw_line
                    WHERE draw_id = %s AND NOT id = ANY(%s)""",
                self.id,
                list(without),
            )
        )[0][0]
