from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

BATCH = 20000
# A greeting that comes round is not made again within so many days, though the day or
# the calendar of a birthday was corrected.
_ROUND_DAYS = 180


class CareTouchMake(models.AbstractModel):
    """Makes the greetings ahead: one statement inserts those of an occasion for some
    ten thousand contacts. Part of care.touch.

    A second run finds them by the unique index and by what is within half a year; a
    worker locks the occasion, another one that meets it goes on to the next.
    """

    _name = "care.touch.make"
    _description = "Making of greetings"
    _inherit = ["care.touch.days", "care.touch.lists"]

    # ---- the job

    @api.model
    def _make_due(self, today, progress):
        """Make what falls between some days ago and the horizon; return whether all
        was made. `progress` commits and returns whether there is time left."""
        found = self.env["care.occasion"].sudo().search([("date_rule", "!=", "manual")])
        horizon = self._horizon(found)
        for occasion in found.sorted("strength", reverse=True):
            first = fields.Date.add(today, days=-occasion.grace_days)
            last = fields.Date.add(today, days=horizon)
            after = 0
            while after is not None:
                after, made = self._make_batch(occasion, today, first, last, after)
                if not progress(made, remaining=1):
                    return False
        return True

    @api.model
    def _horizon(self, found):
        """Return how many days ahead greetings are made: of all occasions equally, so
        that the stronger is known when the weaker is prepared."""
        ahead = max(found.mapped("days_ahead"), default=0)
        return ahead + max(found.mapped("gap_days"), default=0)

    @api.model
    def _make_batch(self, occasion, today, first, last, after):
        """Make those of the next contacts after an id.

        :return: (last id looked at, or None at the end; number made)
        """
        locked = occasion.try_lock_for_update(allow_referencing=True)
        if not locked:
            return None, 0
        self.env.flush_all()
        ids = self._next_ids(after)
        if not ids:
            return None, 0
        days = self._days_sql(occasion, today, first, last)
        if days is None:
            return None, 0
        made = self._insert(occasion, days, (after, ids))
        return ids, made

    @api.model
    def _next_ids(self, after):
        """Return the id that ends the next batch of contacts, None without any."""
        [[last]] = self.env.execute_query(
            SQL(
                """SELECT max(id) FROM (SELECT id FROM res_partner WHERE id > %s
                        ORDER BY id LIMIT %s) p""",
                after,
                BATCH,
            )
        )
        return last

    # ---- the statement

    @api.model
    def _insert(self, occasion, days, among, run=None):
        """Insert the greetings of the contacts between two ids (the first excluded).

        :return: their number
        """
        model = self.env["res.partner"].sudo()
        wanted = occasion._rule_domain("domain")
        made = 0
        for _level, part, seen in self.env["care.ceiling"]._by_level(model):
            part = part.with_company(occasion.company_id)
            query = part._search(wanted & seen & Domain("active", "=", True))
            made += len(
                self.env.execute_query(
                    self._insert_sql(occasion, days, among, query.subselect(), run)
                )
            )
        self.env["care.touch"].invalidate_model(flush=False)
        return made

    @api.model
    def _insert_sql(self, occasion, days, among, chosen, run):
        return SQL(
            """
            INSERT INTO care_touch (occasion_id, run_id, date_id, partner_id,
                   customer_id, person_key, occurrence, event_on, planned_on, state,
                   user_id, company_id, clause_id, counts, advertising, strength,
                   gap_days, create_uid, write_uid, create_date, write_date)
            SELECT %(occasion)s, %(run)s, w.date_id, w.id, w.customer_id,
                   w.person_key, w.occurrence, w.event_on, w.planned_on, 'planned',
                   w.user_id, w.company_id, %(clause)s, %(counts)s, %(advertising)s,
                   %(strength)s, %(gap)s, %(uid)s, %(uid)s,
                   now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc'
              FROM (%(wanted)s) w
             WHERE w.rank = 1 AND %(new)s
                ON CONFLICT (occasion_id, partner_id, occurrence) DO NOTHING
            RETURNING id
            """,
            occasion=occasion.id,
            run=run.id if run else None,
            clause=occasion.clause_id.id or None,
            counts=occasion.counts,
            advertising=occasion.advertising,
            strength=occasion.strength,
            gap=occasion.gap_days,
            uid=self.env.uid,
            wanted=self._wanted_sql(occasion, days, among, chosen, run),
            new=self._new_sql(occasion),
        )

    @api.model
    def _wanted_sql(self, occasion, days, among, chosen, run):
        """Return the contacts and days that fit, the one to be greeted for a customer
        with rank 1."""
        first, last = among
        company = occasion.company_id or (run and run.company_id)
        company_id = company.id if company else self._main_company()
        own = SQL("(p.company_id = %s OR p.company_id IS NULL)", company_id)
        place = SQL("COALESCE(p.company_id, %s)::text", company_id)
        return SQL(
            """
            SELECT p.id, c.id AS customer_id, d.*,
                   COALESCE(NULLIF(p.email_normalized, ''), 'p' || p.id)
                       AS person_key,
                   COALESCE(u.id, cu.id) AS user_id,
                   COALESCE(p.company_id, %(company)s) AS company_id,
                   row_number() OVER (
                       PARTITION BY CASE WHEN %(main)s THEN c.id ELSE p.id END,
                                    d.occurrence
                           ORDER BY p.is_company IS TRUE, p.parent_id IS NULL,
                                    p.email_normalized IS NULL, p.id) AS rank
              FROM res_partner p
              JOIN res_partner c ON c.id = COALESCE(p.commercial_partner_id, p.id)
         LEFT JOIN res_users u ON u.id = p.user_id AND u.active
         LEFT JOIN res_users cu ON cu.id = c.user_id AND cu.active
        CROSS JOIN LATERAL (%(days)s) d
             WHERE %(batch)s AND p.partner_share IS NOT FALSE AND c.active
               AND %(own)s AND %(audience)s AND %(grade)s AND p.id IN %(chosen)s
            """,
            company=company_id,
            main=occasion.audience == "main",
            days=days,
            batch=self._batch_sql(occasion, first, last),
            own=own if company else SQL("TRUE"),
            audience=self._audience_sql(occasion),
            grade=occasion._grade_sql("c", place),
            chosen=chosen,
        )

    @api.model
    def _batch_sql(self, occasion, first, last):
        """One contact of each customer is chosen among all of them: the customer's id
        cuts the batches."""
        column = SQL("c.id") if occasion.audience == "main" else SQL("p.id")
        return SQL("%s > %s AND %s <= %s", column, first, column, last)

    @api.model
    def _main_company(self):
        companies = self.env["res.company"].sudo()
        return companies.search([], order="sequence, id", limit=1).id

    @api.model
    def _audience_sql(self, occasion):
        """Contacts are people one writes to, not addresses for invoices."""
        person = SQL(
            """(p.is_company IS NOT TRUE
                AND COALESCE(p.type, 'contact') = 'contact')"""
        )
        if occasion.audience == "people":
            return person
        whole = SQL("p.id = c.id")
        if occasion.audience == "customer":
            return whole
        return SQL("(%s OR %s)", person, whole)

    @api.model
    def _new_sql(self, occasion):
        """What comes round is not made twice though its day was corrected."""
        days = _ROUND_DAYS if occasion.date_rule in ("birthday", "own") else 0
        # the index would refuse them as well, one by one
        parts = [
            SQL(
                """NOT EXISTS (SELECT FROM care_touch t
                    WHERE t.occasion_id = %s AND t.partner_id = w.id
                      AND t.occurrence = w.occurrence)""",
                occasion.id,
            )
        ]
        if days:
            parts.append(
                SQL(
                    """NOT EXISTS (SELECT FROM care_touch t
                        WHERE t.occasion_id = %s AND t.partner_id = w.id
                          AND t.date_id IS NOT DISTINCT FROM w.date_id
                          AND t.planned_on BETWEEN w.planned_on - %s
                                               AND w.planned_on + %s)""",
                    occasion.id,
                    days,
                    days,
                )
            )
        if occasion.audience == "main":
            parts.append(
                SQL(
                    """NOT EXISTS (SELECT FROM care_touch t
                        WHERE t.occasion_id = %s AND t.customer_id = w.customer_id
                          AND t.occurrence = w.occurrence)""",
                    occasion.id,
                )
            )
        return SQL(" AND ").join(parts)
