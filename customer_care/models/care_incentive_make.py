import logging

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import scores

_logger = logging.getLogger(__name__)


class CareIncentiveMake(models.AbstractModel):
    """Who has earned what under an incentive rule: one query for all customers. What
    was proposed once is not proposed again, whatever became of it."""

    _name = "care.incentive.make"
    _description = "Search for customers who earned something"

    @api.model
    def _cron_propose(self):
        """Propose what was earned, company by company."""
        rules = self.search([("basis", "!=", "manual")])
        companies = self.env["res.company"].search(Domain.TRUE)
        for company in companies:
            for rule in rules.filtered(
                lambda rule, company=company: (
                    rule.company_id in (company, company.browse())
                )
            ):
                try:
                    with self.env.cr.savepoint():
                        rule._propose(company)
                except IntegrityError:  # somebody entered the same by hand meanwhile
                    _logger.info("Incentives of %s wait for the next run", rule.code)
        self.env["care.incentive"]._expire()

    def _propose(self, company):
        """Make the proposals of the rules in a company that are not there yet."""
        made = self.env["care.incentive"]
        for rule in self.sudo().filtered("active"):
            query = rule._earned_query(company)
            if query is None:
                continue
            self.env.flush_all()
            rows = self.env.execute_query_dict(rule._new_sql(query, company))
            allowed = rule._allowed({row["partner_id"] for row in rows}, company)
            rows = [row for row in rows if row["partner_id"] in allowed]
            vals_list = rule._prepare_proposals(rows, company)
            made |= made.sudo().with_company(company)._make(vals_list)
        return made.with_env(self.env)

    def _allowed(self, ids, company):
        """Return the ids of the customers the rule is for."""
        domain = self._rule_domain_apart("domain") & Domain("id", "in", list(ids))
        partners = self.env["res.partner"].sudo().with_company(company)
        return set(partners.search(domain)._ids)

    def _new_sql(self, query, company):
        """Return the rows of `query` that nobody has proposed yet."""
        return SQL(
            """SELECT e.* FROM (%s) e
                WHERE NOT EXISTS (
                      SELECT FROM care_incentive i
                       WHERE i.rule_id = %s AND i.company_id = %s
                         AND i.partner_id = e.partner_id
                         AND i.occasion_key = e.occasion_key)
                ORDER BY e.date, e.partner_id""",
            query,
            self.id,
            company.id,
        )

    # ---- queries: partner_id, occasion_key, date, date_from, date_to, base,
    #      referred_id, lead_id

    def _earned_query(self, company):
        """Return SQL of all that was earned under the rule so far."""
        today = fields.Date.context_today(self)
        last = min(self.date_to or today, today)
        span = (self.date_from or self.create_date.date(), last)
        if self.basis in ("deal", "referral"):
            return self._deal_query(company, span)
        if self.basis == "tier":
            return self._tier_query(company, span)
        if self.basis in ("indicator", "score"):
            return self._figure_query(company, span, today)
        return None

    def _deal_query(self, company, span):
        referral = self.basis == "referral"
        return SQL(
            """SELECT DISTINCT ON (%(once)s)
                      %(who)s AS partner_id, %(key)s AS occasion_key,
                      deal.date_closed::date AS date,
                      deal.date_closed::date AS date_from,
                      deal.date_closed::date AS date_to,
                      deal.expected_revenue::float8 AS base,
                      %(referred)s AS referred_id, deal.id AS lead_id
                 FROM crm_lead deal
                 JOIN res_partner contact ON contact.id = deal.partner_id
                 JOIN res_partner buyer ON buyer.id = contact.commercial_partner_id
                 LEFT JOIN res_users seller ON seller.id = deal.user_id
                WHERE deal.won_status = 'won' AND deal.active
                  AND deal.date_closed::date BETWEEN %(first)s AND %(last)s
                  AND COALESCE(deal.company_id, seller.company_id, %(own)s)
                      = %(company)s
                  AND %(wanted)s
                ORDER BY %(once)s, deal.date_closed, deal.id""",
            once=SQL("buyer.id") if referral else SQL("deal.id"),
            who=SQL("buyer.referrer_id") if referral else SQL("buyer.id"),
            key=SQL("'referral-' || buyer.id")
            if referral
            else SQL("'deal-' || deal.id"),
            referred=SQL("buyer.id") if referral else SQL("NULL::integer"),
            wanted=SQL(
                "buyer.referrer_id IS NOT NULL AND buyer.referrer_id != buyer.id"
            )
            if referral
            else SQL("TRUE"),
            first=span[0],
            last=span[1],
            own=self.company_id.id or None,
            company=company.id,
        )

    def _tier_query(self, company, span):
        """Customers who have the grade at the end of a period that is over."""
        begin, end = scores.period_of(self.period, fields.Date.context_today(self))
        begin, end = scores.before(begin, end, "previous")
        if not span[0] <= end <= span[1]:
            return None
        return SQL(
            """SELECT DISTINCT g.partner_id, %(key)s AS occasion_key,
                      %(end)s::date AS date, %(begin)s::date AS date_from,
                      %(end)s::date AS date_to, 0::float8 AS base,
                      NULL::integer AS referred_id, NULL::integer AS lead_id
                 FROM care_tier_grant g
                WHERE g.tier_id = ANY(%(tiers)s) AND g.company_id = %(company)s
                  AND %(end)s::date BETWEEN g.valid_from AND g.valid_to
                  AND (g.ended_on IS NULL OR g.ended_on > %(end)s::date)""",
            key=f"{begin}..{end}",
            begin=begin,
            end=end,
            tiers=self.tier_ids.ids,
            company=company.id,
        )

    def _figure_query(self, company, span, today):
        """Kept figures and scores of periods that are over."""
        figure = self.basis == "indicator"
        return SQL(
            """SELECT f.%(who)s AS partner_id,
                      f.date_from || '..' || f.date_to AS occasion_key,
                      f.date_to AS date, f.date_from, f.date_to, f.value AS base,
                      NULL::integer AS referred_id, NULL::integer AS lead_id
                 FROM %(table)s f
                 JOIN res_partner p ON p.id = f.%(who)s
                WHERE f.is_latest AND f.%(of)s = %(measure)s
                  AND f.%(kind)s = 'res.partner' AND f.company_id = %(company)s
                  AND f.date_from IS NOT NULL AND f.value IS NOT NULL
                  AND f.date_to BETWEEN %(first)s AND %(last)s
                  AND f.date_to < %(today)s AND f.value %(compare)s %(limit)s""",
            table=SQL("care_indicator_result") if figure else SQL("care_score"),
            who=SQL("subject_id") if figure else SQL("res_id"),
            kind=SQL("subject_model") if figure else SQL("res_model"),
            of=SQL("indicator_id") if figure else SQL("scorecard_id"),
            measure=(self.indicator_id if figure else self.scorecard_id).id,
            company=company.id,
            first=span[0],
            last=span[1],
            today=today,
            compare=SQL("<=") if self.better == "lower" else SQL(">="),
            limit=self.threshold,
        )

    # ---- rewards

    def _reward(self, base):
        """Return what is paid for a base, before any limit."""
        if self.kind not in ("cash", "referral"):
            return 0.0
        return self.amount + (base or 0.0) * self.percent / 100

    def _used(self, ids, years, company, without=()):
        """Return {(customer, year): (sum, number)} of what is given or proposed."""
        self.env["care.incentive"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, EXTRACT(YEAR FROM date)::int, SUM(amount)::float8,
                          COUNT(*)
                     FROM care_incentive
                    WHERE rule_id = %s AND company_id = %s AND partner_id = ANY(%s)
                      AND EXTRACT(YEAR FROM date)::int = ANY(%s)
                      AND state NOT IN ('refused', 'revoked', 'dropped')
                      AND id != ALL(%s)
                    GROUP BY 1, 2""",
                self.id,
                company.id,
                list(ids),
                list(years),
                list(without),
            )
        )
        return {(partner, year): (total, count) for partner, year, total, count in rows}

    def _prepare_proposals(self, rows, company):
        """Return the values of the proposals that the yearly limits leave room for."""
        used = self._used(
            {row["partner_id"] for row in rows},
            {row["date"].year for row in rows},
            company,
        )
        vals_list = []
        for row in rows:
            key = (row["partner_id"], row["date"].year)
            total, count = used.get(key, (0.0, 0))
            amount = company.currency_id.round(self._reward(row["base"]))
            if self.cap_amount:
                amount = min(amount, max(self.cap_amount - total, 0.0))
            full = self.cap_count and count >= self.cap_count
            if full or (self.kind in ("cash", "referral") and amount <= 0):
                continue
            used[key] = (total + amount, count + 1)
            vals_list.append(
                {
                    **{name: row[name] for name in row if name != "occasion_key"},
                    "rule_id": self.id,
                    "company_id": company.id,
                    "amount": amount,
                    "percent": self.percent,
                }
            )
        return vals_list
