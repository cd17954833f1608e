from odoo import api, fields, models
from odoo.tools import SQL

from ..logic import lunar, occasions

# What keeps in touch: whoever was visited need not be called.
_CLOSENESS = {"mail": 0, "sms": 0, "letter": 0, "gift": 1, "call": 1, "visit": 2}


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
        """Return the days of birthdays: each contact is compared with a table of the
        days, so that no contact is looked at in Python."""
        return SQL(
            """SELECT (CASE WHEN p.birthday_calendar = 'lunar'
                            THEN d.lunar_year ELSE d.year END)::text AS occurrence,
                      d.day AS event_on, d.day + %(shift)s AS planned_on,
                      NULL::int AS date_id
                 FROM %(table)s
                WHERE p.birthday_calendar = 'lunar' AND %(lunar)s
                   OR p.birthday_calendar IS DISTINCT FROM 'lunar' AND %(solar)s
                  AND p.birthday_date < d.day""",
            shift=occasion.offset_days,
            table=self._days_table_sql(occasion, first, last),
            lunar=self._comes_round_by_moon(
                SQL("p.birthday_lunar_month"), SQL("p.birthday_lunar_day")
            ),
            solar=self._comes_round(SQL("p.birthday_date")),
        )

    @api.model
    def _own_sql(self, occasion, first, last):
        """Own events that come round, of the contact; where one contact is greeted for
        the customer, those of the customer too."""
        owner = SQL("e.partner_id = p.id")
        if occasion.audience == "main":
            owner = SQL("e.partner_id IN (p.id, c.id)")
        kind = SQL("AND e.kind = %s", occasion.event_kind)
        company = SQL("IN (e.company_id, %s)", occasion.company_id.id)
        return SQL(
            """SELECT CONCAT(e.id, ':', CASE WHEN e.calendar = 'lunar'
                             THEN d.lunar_year ELSE d.year END) AS occurrence,
                      d.day AS event_on, d.day + %(shift)s AS planned_on,
                      e.id AS date_id
                 FROM care_occasion_date e
                 JOIN %(table)s ON TRUE
                WHERE %(owner)s AND e.active %(kind)s
                  AND (e.company_id IS NULL OR e.company_id %(company)s)
                  AND e.date <= d.day
                  AND (e.date = d.day OR e.yearly AND
                       CASE e.calendar WHEN 'lunar' THEN %(lunar)s ELSE %(solar)s END)
            """,
            shift=occasion.offset_days,
            table=self._days_table_sql(occasion, first, last),
            owner=owner,
            kind=kind if occasion.event_kind else SQL(),
            company=company if occasion.company_id else SQL("IS NOT NULL"),
            solar=self._comes_round(SQL("e.date")),
            lunar=self._comes_round_by_moon(SQL("e.lunar_month"), SQL("e.lunar_day")),
        )

    @api.model
    def _days_table_sql(self, occasion, first, last):
        """Return the table `d` of the days that are greeted between two dates, with
        what yearly days are compared with."""
        shift = occasion.offset_days
        days = lunar.days_between(
            fields.Date.add(first, days=-shift), fields.Date.add(last, days=-shift)
        )
        rows = [
            SQL("(%s::date, %s)", day, SQL(", ").join(map(self._number, numbers)))
            for day in days
            for numbers in [occasions.matching(day)]
        ]
        return SQL(
            """(VALUES %s) AS d(day, year, month, dom, eom,
                                lunar_year, lunar_month, lunar_dom, lunar_eom)""",
            SQL(", ").join(rows),
        )

    @api.model
    def _number(self, number):
        return SQL("%s", number)

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
        the number 0, so that nothing comes round in them."""
        return SQL(
            "(%s = d.lunar_month AND %s BETWEEN d.lunar_dom AND d.lunar_eom)",
            month,
            day,
        )

    @api.model
    def _interval_sql(self, occasion, today):
        """Who was not in touch for some time; the first round is spread over the days
        to prepare, so that not everybody is called on one day.

        In touch is who was met in a way at least as close: a mail is no call.
        """
        ways = set(occasion.channel_ids.mapped("channel"))
        closest = min((_CLOSENESS[way] for way in ways), default=0)
        close = [way for way, closeness in _CLOSENESS.items() if closeness >= closest]
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
                              AND t.channel = ANY(%(close)s)
                              AND t.done_at >= %(since)s
                           OR t.occasion_id = %(occasion)s AND t.state = 'skipped'
                              AND t.planned_on >= %(since)s))""",
            today=today,
            spread=max(1, occasion.days_ahead),
            occasion=occasion.id,
            close=close,
            since=fields.Date.add(today, days=-occasion.interval_days),
        )
