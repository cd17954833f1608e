from odoo import api, fields, models
from odoo.tools import SQL

from ..logic import company_name
from ..logic.duplicates import strictest

_CROWD = 20  # customers who share something, from which on it says nothing
_BATCH = 5000
_KINDS = ("credit", "phone", "email", "name")


class CareDuplicateJob(models.AbstractModel):
    """The nightly search for customers that may be one: nothing is stored here.

    The database groups equal keys into pairs; the rules judge them in batches. Pairs
    that are no longer alike and were not decided go.
    """

    _name = "care.duplicate.job"
    _description = "Search for duplicates"

    @api.model
    def _cron_find(self):
        """Find the pairs of today."""
        self.env["res.partner"].flush_model()
        begun = fields.Datetime.now()
        crons = self.env["ir.cron"]
        pairs = self._candidates()
        names = sorted(pairs)
        for first in range(0, len(names), _BATCH):
            some = names[first : first + _BATCH]
            self._store(self._judged({pair: pairs[pair] for pair in some}), begun)
            crons._commit_progress(len(some), remaining=len(names) - first - len(some))
        self._forget_old(begun)
        crons._commit_progress(remaining=0)

    # ---- candidates

    @api.model
    def _candidates(self):
        """Return {(id, id): set of kinds} of customers who share a key."""
        found = {}
        for kind in _KINDS:
            for one, other in self.env.execute_query(self._candidates_sql(kind)):
                found.setdefault((one, other), set()).add(kind)
        return found

    @api.model
    def _candidates_sql(self, kind):
        """Return the query of the pairs that share a key. A brand counts with the
        trades that stand beside it."""
        beside = SQL("''")
        if kind == "name":
            beside = SQL("split_part(k.detail, '|', 3) || split_part(k.detail, '|', 6)")
        return SQL(
            """WITH held AS (
                   SELECT k.key, %(beside)s AS beside, c.id, c.company_id
                     FROM care_customer_key k
                     JOIN res_partner p ON p.id = k.partner_id
                     JOIN res_partner c
                          ON c.id = COALESCE(p.commercial_partner_id, p.id)
                    WHERE k.kind = %(kind)s AND p.active AND c.active
                      AND p.partner_share IS NOT FALSE),
               crowd AS (
                   SELECT key, beside, array_agg(DISTINCT id) AS ids FROM held
                    GROUP BY key, beside
                   HAVING COUNT(DISTINCT id) BETWEEN 2 AND %(crowd)s)
               SELECT DISTINCT one, other
                 FROM crowd, unnest(ids) AS one, unnest(ids) AS other
                WHERE one < other""",
            beside=beside,
            kind=kind,
            crowd=_CROWD,
        )

    # ---- judging

    @api.model
    def _judged(self, pairs):
        """Return rows of values of those pairs that a rule holds for."""
        ids = {id_ for pair in pairs for id_ in pair}
        rows = self.env.execute_query(
            SQL(
                """SELECT id, name, is_company, company_id FROM res_partner
                    WHERE id = ANY(%s)""",
                list(ids),
            )
        )
        known = {
            id_: (company_name.parse(name or "", bool(firm)), company)
            for id_, name, firm, company in rows
        }
        found = []
        for (one, other), kinds in pairs.items():
            (first, mine), (second, theirs) = known[one], known[other]
            if mine and theirs and mine != theirs:
                continue
            company = mine or theirs
            points = company_name.compare(first, second).points
            rules = self.env["care.duplicate.rule"]._in_force_of(company or False)
            rule = strictest(rules, kinds, points)
            if rule:
                found.append((one, other, kinds, points, rule, company))
        return found

    @api.model
    def _store(self, found, begun):
        """Add the pairs that are new and bring those still open up to date."""
        if not found:
            return
        columns = [
            [one for one, *_rest in found],
            [row[1] for row in found],
            ["credit" in row[2] for row in found],
            ["phone" in row[2] for row in found],
            ["email" in row[2] for row in found],
            [row[3] for row in found],
            [row[4].score for row in found],
            [row[5] for row in found],
            [row[4].id for row in found],
        ]
        self.env.cr.execute(
            SQL(
                """INSERT INTO care_duplicate AS d (partner_id, other_id, by_credit,
                          by_phone, by_email, likeness, score, company_id, rule_id,
                          state, found_at, checked_at, create_uid, write_uid,
                          create_date, write_date)
                   SELECT f.*, 'open', %(now)s, %(now)s, %(uid)s, %(uid)s, %(now)s,
                          %(now)s
                     FROM unnest(%(columns)s) AS f
                   ON CONFLICT (LEAST(partner_id, other_id),
                                GREATEST(partner_id, other_id))
                         WHERE other_id IS NOT NULL
                   DO UPDATE SET by_credit = EXCLUDED.by_credit,
                          by_phone = EXCLUDED.by_phone, by_email = EXCLUDED.by_email,
                          likeness = EXCLUDED.likeness, score = EXCLUDED.score,
                          company_id = EXCLUDED.company_id,
                          rule_id = EXCLUDED.rule_id,
                          checked_at = EXCLUDED.checked_at
                    WHERE d.state = 'open'""",
                now=begun,
                uid=self.env.uid,
                columns=SQL(
                    """%s::int[], %s::int[], %s::bool[], %s::bool[], %s::bool[],
                       %s::int[], %s::int[], %s::int[], %s::int[]""",
                    *columns,
                ),
            )
        )
        self.env["care.duplicate"].invalidate_model(flush=False)

    @api.model
    def _forget_old(self, begun):
        """Delete open pairs that were not found again."""
        pairs = self.env["care.duplicate"]._engine()
        pairs.search([("state", "=", "open"), ("checked_at", "<", begun)]).unlink()
