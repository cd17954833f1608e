from odoo import api, fields, models
from odoo.tools import SQL

from ..logic import occasions


class CareTouchDays(models.AbstractModel):
    """The days on which an occasion falls for a contact, as SQL. Part of care.touch."""

    _name = "care.touch.days"
    _description = "Days of greetings"

    @api.model
    def _days_sql(self, occasion, today, first, last):
        """Return the query (partner_id, occurrence, event_on, planned_on, date_id) of
        the days between two dates; None where there are none. It may read `p`, a row
        of res_partner, for it is joined laterally."""
        rule = occasion.date_rule
        if rule == "birthday":
            return self._birthday_sql(occasion, first, last)
        if rule == "own":
            return self._own_sql(occasion, first, last)
        if rule == "interval":
            return self._interval_sql(occasion, today)
        days = occasion._days(first, last)
        if not days:
            return None
        rows = SQL(", ").join(
            SQL(
                "(%s, %s::date, %s::date)",
                name,
                fields.Date.add(day, days=-occasion.offset_days),
                day,
            )
            for name, day in days
        )
        return SQL(
            """SELECT d.occurrence, d.event_on, d.planned_on, NULL::int AS date_id
                 FROM (VALUES %s) AS d(occurrence, event_on, planned_on)""",
            rows,
        )

    @api.model
    def _birthday_sql(self, occasion, first, last):
        """Return the days by a table of (solar and lunar day, date): each row of a
        contact finds the dates of its birthday by comparing two numbers."""
        return

    @api.model
    def _own_sql(self, occasion, first, last):
        """Own events of the contact, or of the customer, that come round."""
        shift = occasion.offset_days
        rows = []
        day = fields.Date.add(first, days=-shift)
        end = fields.Date.add(last, days=-shift)
        while day <= end:
            rows.append(self._day_row(day))
            day = fields.Date.add(day, days=1)
        kind = SQL("AND e.kind = %s", occasion.event_kind)
        return SQL(
            """SELECT CONCAT(e.id, ':', CASE WHEN e.calendar = 'lunar'
                             THEN d.lunar_year ELSE d.year END) AS occurrence,
                      d.day AS event_on, d.day + %(shift)s AS planned_on,
                      e.id AS date_id
                 FROM care_occasion_date e
                 JOIN (VALUES %(rows)s) AS d(day, year, month, dom, eom, lunar_year,
                       lunar_month, lunar_dom, lunar_eom) ON TRUE
                WHERE e.partner_id = p.id AND e.active %(kind)s
                  AND e.date <= d.day
                  AND (e.yearly OR e.date = d.day)
                  AND (e.calendar = 'solar' AND %(solar)s
                    OR e.calendar = 'lunar' AND %(lunar)s)""",
            shift=shift,
            rows=SQL(", ").join(rows),
            kind=kind if occasion.event_kind else SQL(),
            solar=self._comes_round(SQL("e.date")),
            lunar=self._comes_round_by_moon(SQL("e.lunar_month"), SQL("e.lunar_day")),
        )

    @api.model
    def _day_row(self, day):
        """Return (day, year, month, day of the month, last day that counts, and the
        same by the moon) as SQL: the last day of a month stands for all after it."""
        year, month, dom = occasions.to_lunar(day)
        tomorrow = fields.Date.add(day, days=1)
        eom = 31 if tomorrow.month != day.month else day.day
        lunar_eom = 30 if occasions.to_lunar(tomorrow)[1] != month else dom
        return SQL(
            "(%s::date, %s, %s, %s, %s, %s, %s, %s, %s)",
            day,
            day.year,
            day.month,
            day.day,
            eom,
            year,
            month,
            dom,
            lunar_eom,
        )

    @api.model
    def _comes_round(self, column):
        """Return the condition that the solar day in `column` comes round on d.day."""
        return SQL(
            """(EXTRACT(month FROM %(date)s) = d.month
                AND EXTRACT(day FROM %(date)s) BETWEEN d.dom AND d.eom)""",
            date=column,
        )

    @api.model
    def _comes_round_by_moon(self, month, day):
        """Return the condition that a lunar day comes round on d.day; leap months have
        numbers below 0, so that nothing comes round in them."""
        return SQL(
            "(%s = d.lunar_month AND %s BETWEEN d.lunar_dom AND d.lunar_eom)",
            month,
            day,
        )

    @api.model
    def _interval_sql(self, occasion, today):
        """Who was not in touch for some time; the first round is spread over the days
        to prepare, so that not everybody is called on one day."""
        return SQL(
            """SELECT %(today)s::text AS occurrence, %(today)s::date AS event_on,
                      %(today)s::date + p.id %% %(spread)s AS planned_on,
                      NULL::int AS date_id
                WHERE NOT EXISTS (
                      SELECT FROM care_touch t
                       WHERE t.customer_id = COALESCE(p.commercial_partner_id, p.id)
                         AND (t.occasion_id = %(occasion)s
                              AND t.state IN ('planned', 'approval', 'ready')
                           OR t.state IN ('sent', 'done')
                              AND t.done_at >= %(since)s
                           OR t.occasion_id = %(occasion)s AND t.state = 'skipped'
                              AND t.planned_on >= %(since)s))""",
            today=today,
            spread=max(1, occasion.days_ahead),
            occasion=occasion.id,
            since=fields.Date.add(today, days=-occasion.interval_days),
        )
