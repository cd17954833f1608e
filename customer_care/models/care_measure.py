from datetime import date, timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import scores, wall_clock
from ..logic.clearance import INTERNAL, TOP_SECRET

COUNTED = ("count", "sum", "count_distinct")  # nothing there is a true 0
_LONG_AGO = date(1900, 1, 1)


class CareMeasure(models.AbstractModel):
    """Turns an indicator into one grouped query over all its subjects.

    The query is built from Odoo's own query objects: archived records are left out and
    every search override holds. It runs as superuser with the company as a condition,
    so a figure is the same whoever starts the run, and counts what is not above its
    level (`counts_up_to`); the preview and the records behind a figure are read as the
    user.
    """

    _name = "care.measure"
    _description = "Query of an indicator"

    def _measure_env(self, company, as_user=False):
        """Return the environment figures of `company` are reckoned in."""
        calendar = company.sudo().resource_calendar_id
        context = {
            "allowed_company_ids": company.ids,
            "tz": calendar.tz or "UTC",
            "lang": self.env.lang,
        }
        return self.env(su=not as_user, context=context)

    # ------------------------------------------------------------- conditions

    def _instants(self, date_from, date_to, company):
        """Return the naive UTC moments at which the company's days begin and end."""
        zone = company.sudo().resource_calendar_id._care_zone()
        after = date_to + timedelta(days=1)
        return tuple(
            wall_clock.to_datetime(wall_clock.instant_of(day, 0, zone))
            for day in (date_from or _LONG_AGO, after)
        )

    def _window_domain(self, model, date_from, date_to, company):
        """Return the condition that a record belongs to these days."""
        if not self.date_field:
            return Domain.TRUE
        if self._path_field(model, self.date_field).type == "date":
            domain = Domain(self.date_field, "<=", date_to)
            begin = date_from
        else:
            begin, end = self._instants(date_from, date_to, company)
            domain = Domain(self.date_field, "<", end)
        if date_from:
            domain &= Domain(self.date_field, ">=", begin)
        return domain

    def _placed_domain(self, field_name, model, date_from, date_to, company):
        """Return the domain of a field; `{from}` and `{to}` are days of the period."""
        domain = Domain(self._parse_domain(field_name))
        if "{" not in (self[field_name] or ""):
            return domain
        return self._replace_days(domain, model, (date_from, date_to, company))

    def _replace_days(self, domain, model, window):
        def replaced(condition):
            value, operator = condition.value, condition.operator
            field = self._path_field(model, condition.field_expr)
            if isinstance(value, Domain | list) and "any" in operator:
                comodel = model.env[field.comodel_name]
                inner = self._replace_days(Domain(value), comodel, window)
                return Domain(condition.field_expr, operator, inner)
            if value not in ("{from}", "{to}"):
                return condition
            return Domain(
                condition.field_expr, operator, self._day_value(field, value, window)
            )

        return domain.map_conditions(replaced)

    def _day_value(self, field, word, window):
        date_from, date_to, company = window
        if field.type == "datetime":
            begin, end = self._instants(date_from, date_to, company)
            return begin if word == "{from}" else end - timedelta(seconds=1)
        day = date_from if word == "{from}" else date_to
        return day or _LONG_AGO

    def _company_domain(self, model, company):
        field = model._fields.get("company_id")
        if (
            field is None
            or field.type != "many2one"
            or not field._description_searchable
        ):
            return Domain.TRUE
        return Domain("company_id", "in", [company.id, False])

    def _measured_domain(self, model, date_from, date_to, company):
        """Return the condition of the records an indicator looks at."""
        return (
            self._placed_domain("domain", model, date_from, date_to, company)
            & self._window_domain(model, date_from, date_to, company)
            & self._company_domain(model, company)
        )

    # ------------------------------------------------------------ expressions

    def _path_field(self, model, path):
        """Return the field at the end of a dotted path.

        :raise KeyError: a part of it is no field
        """
        *parts, last = path.split(".")
        for part in parts:
            model = model.env[model._fields[part].comodel_name]
        return model._fields[last]

    def _path_sql(self, model, path, query):
        """Return the column at the end of a path of many2one fields."""
        alias = model._table
        *parts, last = path.split(".")
        for part in parts:
            model, alias = self.env["care.ceiling"]._join(model, part, alias, query)
        return model._field_to_sql(alias, last, query)

    def _subject_sql(self, model, query, company):
        if not self.subject_path:
            return SQL("%s", company.id)
        if self.subject_path == "id":
            return SQL.identifier(model._table, "id")
        return model._read_group_groupby(model._table, self.subject_path, query)

    def _measure_query(self, date_from, date_to, company, span=None, as_user=False):
        """Return SQL giving (subject_id, value, numerator, denominator, reason).

        A subject without any record has no row.

        :param span: condition on the subject's id, as a function of its column
        """
        self.ensure_one()
        now = self._plain_query(date_from, date_to, company, span, as_user)
        if self.base_id:
            window = self.base_id._window(date_from, date_to)
            base = self.base_id._measure_query(*window, company, span, as_user)
            return self._ratio_query(now, base, SQL("100 * now"), self.base_id)
        if self.compare:
            window = scores.before(date_from, date_to, self.compare)
            base = self._plain_query(*window, company, span, as_user)
            return self._ratio_query(now, base, SQL("100 * (now - base)"), self)
        return now

    def _ratio_query(self, now, base, part, other):
        """Return SQL setting one measure against another, `other` being that of the
        base: `part` of the base's size, unknown where the base is 0 or unknown."""
        zeros = [
            SQL("0") if indicator._zero_counts() else SQL("NULL")
            for indicator in (self, other)
        ]
        return SQL(
            """SELECT subject_id,
                      ROUND((%(part)s / NULLIF(ABS(base), 0))::numeric, 6)::float8
                          AS value,
                      now AS numerator, base AS denominator,
                      CASE WHEN now IS NULL THEN COALESCE(why, 'no_records')
                           WHEN COALESCE(base, 0) = 0 THEN 'no_base' END AS reason
                 FROM (SELECT COALESCE(n.subject_id, b.subject_id) AS subject_id,
                              CASE WHEN n.subject_id IS NULL THEN %(zero_now)s
                                   ELSE n.value END AS now,
                              CASE WHEN b.subject_id IS NULL THEN %(zero_base)s
                                   ELSE b.value END AS base, n.reason AS why
                         FROM (%(now)s) n
                         FULL JOIN (%(base)s) b
                              ON b.subject_id = n.subject_id) two""",
            part=part,
            zero_now=zeros[0],
            zero_base=zeros[1],
            now=now,
            base=base,
        )

    def _parts(self, company, span, as_user):
        """Return [(environment, span)]: a figure counts up to the level of the
        indicator, and up to that of its subject, as secret as which it is itself."""
        env = self._measure_env(company, as_user)
        level = int(self.counts_up_to or INTERNAL)
        ceiling = self.env["care.ceiling"]
        capped = ceiling._under(env, level)
        if as_user or capped is env:
            return [(env, span)]
        subject = env[self.subject_model or "res.company"]
        if not (self.subject_path and subject._secrecy_has_level()):
            return [(capped, span)]

        def among(text, number):
            def both(column):
                table = SQL.identifier(subject._table)
                mine = SQL(text, column, table, number)
                return SQL("%s AND %s", span(column), mine) if span else mine

            return both

        few = "%s NOT IN (SELECT id FROM %s WHERE secrecy_level > %s)"
        parts = [(capped, among(few, level))]
        few = "%s IN (SELECT id FROM %s WHERE secrecy_level = %s)"
        for higher in range(level + 1, TOP_SECRET + 1):
            if self.env["care.sight"]._in_use(higher):
                parts.append((ceiling._under(env, higher), among(few, higher)))
        return parts

    def _plain_query(self, date_from, date_to, company, span, as_user):
        window = (date_from, date_to, company)
        return SQL(" UNION ALL ").join(
            self._part_query(env, window, part)
            for env, part in self._parts(company, span, as_user)
        )

    def _part_query(self, env, window, span):
        model = env[self.model_name]
        query = model._search(self._measured_domain(model, *window))
        subject = self._subject_sql(model, query, window[2])
        if self.subject_path:
            query.add_where(SQL("%s IS NOT NULL", subject))
            query.groupby = subject
        if span:
            query.add_where(span(subject))
        value, numerator, denominator, reason = self._aggregate_sql(
            model, query, window
        )
        query.order = None
        query.having = SQL("COUNT(*) > 0")  # one row even of none without groups
        return query.select(
            SQL("%s AS subject_id", subject),
            SQL("%s AS value", value),
            SQL("%s AS numerator", numerator),
            SQL("%s AS denominator", denominator),
            SQL("%s AS reason", reason),
        )

    def _aggregate_sql(self, model, query, window):
        """Return SQL of (value, numerator, denominator, reason)."""
        nothing, known = SQL("NULL::float8"), SQL("NULL::varchar")
        if self.aggregate == "count":
            return SQL("COUNT(*)::float8"), nothing, nothing, known
        if self.aggregate == "rate":
            return self._rate_sql(model, query, window)
        if self.aggregate == "days_since":
            return self._days_since_sql(model, query, window), nothing, nothing, known
        column = self._path_sql(model, self.field_name, query)
        if self.aggregate == "count_distinct":
            return SQL("COUNT(DISTINCT %s)::float8", column), nothing, nothing, known
        mixed = self._mixed_sql(model, query)
        function = SQL.identifier(self.aggregate)
        found = SQL("%s(%s)", function, column)
        if self.aggregate == "sum":
            found = SQL("COALESCE(%s, 0)", found)
        # sums of floats differ in their last digits from run to run
        value = SQL("ROUND(%s::numeric, 6)::float8", found)
        reason = SQL("CASE WHEN %s IS NULL THEN 'no_value' END", found)
        if mixed:
            value = SQL("CASE WHEN %s THEN NULL ELSE %s END", mixed, value)
            reason = SQL("CASE WHEN %s THEN 'currency' ELSE %s END", mixed, reason)
        if self.aggregate == "avg":
            total = SQL("SUM(%s)::float8", column)
            return value, total, SQL("COUNT(%s)::float8", column), reason
        return value, nothing, nothing, reason

    def _rate_sql(self, model, query, window):
        domain = self._placed_domain("numerator_domain", model, *window)
        domain = self.env["care.ceiling"]._blinded(model, domain)
        fits = domain.optimize_full(model)._to_sql(model, model._table, query)
        if not self.field_name:
            part, whole = SQL("COUNT(*) FILTER (WHERE %s)", fits), SQL("COUNT(*)")
            mixed = None
        else:
            column = self._path_sql(model, self.field_name, query)
            part = SQL("COALESCE(SUM(%s) FILTER (WHERE %s), 0)", column, fits)
            whole = SQL("COALESCE(SUM(%s), 0)", column)
            mixed = self._mixed_sql(model, query)
        value = SQL(
            "ROUND(100.0 * (%s)::numeric / NULLIF(%s, 0)::numeric, 6)::float8",
            part,
            whole,
        )
        reason = SQL("CASE WHEN %s = 0 THEN 'no_base' END", whole)
        if mixed:
            value = SQL("CASE WHEN %s THEN NULL ELSE %s END", mixed, value)
            reason = SQL("CASE WHEN %s THEN 'currency' ELSE %s END", mixed, reason)
        return value, SQL("(%s)::float8", part), SQL("(%s)::float8", whole), reason

    def _mixed_sql(self, model, query):
        """Return SQL telling that the amounts are in several currencies, or None."""
        *parts, last = self.field_name.split(".")
        field = self._path_field(model, self.field_name)
        if field.type != "monetary":
            return None
        owner = model.env[field.model_name]
        path = ".".join([*parts, field.get_currency_field(owner)])
        currency = self._path_field(model, path)
        if not (currency.store or currency.related):
            return None
        column = self._path_sql(model, path, query)
        return SQL("MIN(%s) <> MAX(%s)", column, column)

    def _days_since_sql(self, model, query, window):
        column = SQL("MAX(%s)", self._path_sql(model, self.date_field, query))
        if self._path_field(model, self.date_field).type == "datetime":
            zone = window[2].sudo().resource_calendar_id.tz or "UTC"
            column = SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)", column, zone)
        return SQL(
            "(%s::date - %s::date)::float8", fields.Date.to_string(window[1]), column
        )

    def _zero_counts(self):
        """Tell whether a subject without a record has the figure 0."""
        return self.aggregate in COUNTED and self.zero_when_none

    def _is_ratio(self):
        """Tell whether the figure has a numerator and a denominator worth showing."""
        return bool(self.compare or self.base_id)

    # ---------------------------------------------------------------- subjects

    def _subjects_query(self, company, span=None, as_user=False):
        """Return SQL giving the ids of the subjects that are there to be measured."""
        parts = []
        for env, part in self._parts(company, span, as_user):
            model = env[self.subject_model]
            if self.subject_model == "res.company":
                domain = Domain("id", "=", company.id)
            else:
                domain = Domain(self._parse_domain("subject_domain"))
                domain &= self._company_domain(model, company)
            query = model._search(domain)
            if part:
                query.add_where(part(SQL.identifier(model._table, "id")))
            query.order = None
            parts.append(query.select())
        return SQL(" UNION ALL ").join(parts)

    def _joined_sql(self, alias):
        """Return SQL of (value, numerator, denominator, reason) of a subject that has
        or has not a row in the measure `alias`."""
        name = [SQL.identifier(alias, n) for n in ("subject_id", "value", "reason")]
        zero = self._zero_counts() and not self._is_ratio()
        none = SQL("0::float8") if zero else SQL("NULL::float8")
        reason = SQL("NULL::varchar") if zero else SQL("'no_records'")
        return (
            SQL("CASE WHEN %s IS NULL THEN %s ELSE %s END", name[0], none, name[1]),
            SQL.identifier(alias, "numerator"),
            SQL.identifier(alias, "denominator"),
            SQL("CASE WHEN %s IS NULL THEN %s ELSE %s END", name[0], reason, name[2]),
        )
