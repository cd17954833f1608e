import json
from datetime import date

from odoo import api, models
from odoo.tools import SQL

from ..logic import satisfaction, scores


class CareSatisfactionYear(models.AbstractModel):
    """The year of a company: the weighted mean of its periods and of the years of its
    subsidiaries (`logic/satisfaction.py`, `year`)."""

    _name = "care.satisfaction.year"
    _description = "Satisfaction of a year"

    @api.model
    def _reckon_years(self, programme, company, year, correction=None):
        """Write the year of `company`, then of the companies above it."""
        while company:
            mine = programme.sudo()._twin(company)
            if not mine:
                break
            self._reckon_year(mine, company, year, correction)
            company = company.sudo().parent_id

    @api.model
    def _reckon_year(self, programme, company, year, correction=None):
        programme, company = programme.sudo(), company.sudo()
        kept = self._year_row(programme, company, year)
        if kept.frozen_at and not correction:
            return
        parts = self._year_parts(programme, company, year)
        scale = programme.scale_id
        value = satisfaction.year(*parts["figures"])
        value = None if value is None else satisfaction.rounded(value, scale.digits)
        self.env.flush_all()
        run = {
            "programme_id": programme.id,
            "company_id": company.id,
            "level": "year",
            "date_from": date(year, 1, 1),
            "date_to": date(year, 12, 31),
        }
        fresh = self._year_sql(run, value, scale, parts)
        self._put_scores(fresh, run, correction if kept.frozen_at else None)

    @api.model
    def _year_sql(self, run, value, scale, parts):
        number = SQL("%s::numeric", value)
        return SQL(
            """SELECT %(programme)s AS programme_id, %(company)s AS company_id,
                      NULL::int AS round_id, 'year' AS level,
                      %(from)s::date AS date_from, %(to)s::date AS date_to,
                      'res.company' AS res_model, %(company)s AS res_id,
                      NULL::int AS project_id, NULL::int AS partner_id,
                      %(value)s AS value,
                      %(reason)s::varchar AS reason, %(state)s::varchar AS state,
                      %(band)s::int AS band_id, %(passed)s AS is_passed,
                      %(asked)s::int AS asked, %(answered)s::int AS answered,
                      %(details)s::jsonb AS details""",
            programme=run["programme_id"],
            company=run["company_id"],
            **{"from": run["date_from"]},
            to=run["date_to"],
            value=number,
            reason="no_score" if value is None else None,
            state="incomplete" if value is None else "complete",
            band=scale._grade_of(value).id or None,
            passed=value is not None and satisfaction.passes(value, scale.pass_mark),
            asked=parts["asked"],
            answered=parts["answered"],
            details=json.dumps(parts["details"]),
        )

    @api.model
    def _year_row(self, programme, company, year):
        return self.sudo().search(
            [
                ("programme_id", "=", programme.id),
                ("company_id", "=", company.id),
                ("level", "=", "year"),
                ("date_from", "=", date(year, 1, 1)),
                ("is_latest", "=", True),
            ],
            limit=1,
        )

    @api.model
    def _year_parts(self, programme, company, year):
        """Return what the year of a company is made of."""
        periods, details, asked, answered = [], [], 0, 0
        rows = self.sudo().search(
            [
                ("programme_id", "=", programme.id),
                ("company_id", "=", company.id),
                ("level", "=", "period"),
                ("date_from", ">=", date(year, 1, 1)),
                ("date_to", "<=", date(year, 12, 31)),
                ("is_latest", "=", True),
            ]
        )
        found = {row.date_from: row for row in rows}
        weights = programme._period_weights()
        step = scores.MONTHS[programme.period]
        for number, weight in enumerate(weights):
            row = found.get(date(year, 1 + number * step, 1), rows.browse())
            value = self._exact_value(row)
            periods.append((value, weight))
            asked, answered = asked + row.asked, answered + row.answered
            details.append(self._part_json(row.round_id.period_label, value, weight))
        below = []
        for child, weight in self._subsidiaries(programme, company):
            row = self._year_row(programme._twin(child), child, year)
            value = self._exact_value(row)
            below.append((value, weight))
            details.append(self._part_json(child.name, value, weight))
        own = satisfaction.weighted(periods)
        all_below = satisfaction.weighted(below)
        details += [
            self._part_json(None, own, programme.own_weight, "own"),
            self._part_json(None, all_below, programme.below_weight, "below"),
        ]
        figures = (periods, below, programme.own_weight, programme.below_weight)
        return {
            "figures": figures,
            "details": [row for row in details if row["value"] is not None],
            "asked": asked,
            "answered": answered,
        }

    @api.model
    def _exact_value(self, row):
        """Return the figure of a score row as a decimal, None where it has none."""
        if row.state != "complete":
            return None
        return satisfaction.rounded(row.value, row.programme_id.scale_id.digits)

    @api.model
    def _part_json(self, name, value, weight, code="part"):
        shown = None if value is None else float(satisfaction.rounded(value, 4))
        return {"code": code, "name": name, "value": shown, "weight": weight}

    @api.model
    def _subsidiaries(self, programme, company):
        """Return [(company below, its weight)] of those the programme runs in."""
        shares = {row.company_id.id: row.weight for row in programme.share_ids}
        return [
            (child, shares.get(child.id, 0) if shares else 1)
            for child in company.child_ids
            if programme._twin(child)
        ]
