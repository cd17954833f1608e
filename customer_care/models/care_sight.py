import hashlib

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, ormcache

from ..logic import clearance
from ..logic.clearance import Clearance, Grant, Sight, Span


class _OldView(Exception):
    """What this transaction sees is of the past."""


class CareSight(models.AbstractModel):
    """Who sees what, now: nothing is stored.

    The answer is kept in the transaction until something expires, so a lowered
    clearance, an ended grant and a raised level count at once on every worker.
    """

    _name = "care.sight"
    _description = "What a user may see"

    # ---- is anything classified at all?

    @api.model
    def _in_use(self, level):
        """Return whether any record stands at `level` or above.

        As long as none does, no search pays for secrecy. Only records that carry a
        level of their own can start it: the others follow them.
        """
        try:
            return self._in_use_known(level)
        except _OldView:
            return False

    @api.model
    @ormcache("level")
    def _in_use_known(self, level):
        found = self._in_use_now(level)
        if not found and self._is_old_view():
            # true for this transaction, and to be kept for no other
            raise _OldView
        return found

    def _is_old_view(self):
        """Return whether this transaction began before caches were last emptied: by
        another thread of this process, which classified the first record."""
        seen = SQL("SELECT COALESCE(MAX(id), 0) FROM orm_signaling_default")
        known = self.env.registry.cache_sequences.get("default") or 0
        return self.env.execute_query(seen)[0][0] < known

    def _in_use_now(self, level):
        tables = [
            model._table
            for model in self.env["care.secrecy"]._models()
            if "secrecy_own" in model._fields or model._secrecy_stands
        ]
        # while an add-on is uninstalled, tables and columns go one by one
        there = SQL(
            """SELECT c.relname FROM pg_class c
                 JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
                WHERE c.relname = ANY(%s) AND a.attname = 'secrecy_level'
                  AND c.relnamespace = current_schema::regnamespace""",
            tables,
        )
        found = [
            SQL(
                "EXISTS (SELECT 1 FROM %s WHERE secrecy_level >= %s)",
                SQL.identifier(table),
                level,
            )
            for (table,) in self.env.execute_query(there)
        ]
        if not found:
            return False
        return self.env.execute_query(SQL("SELECT %s", SQL(" OR ").join(found)))[0][0]

    @api.model
    def _level_names(self):
        """Return {level: its name in the user's language}."""
        return {
            clearance.PUBLIC: self.env._("Public"),
            clearance.INTERNAL: self.env._("Internal"),
            clearance.SECRET: self.env._("Secret"),
            clearance.TOP_SECRET: self.env._("Top secret"),
        }

    @api.model
    def _browser_secret(self, secret):
        """Return the key of what the user's browser keeps on disk, another one after
        each clearance and access given to him; none while he reads secrets."""
        clearances, grants = self._rows(self.env.user, fields.Datetime.now())
        if grants or any(row.level >= clearance.SECRET for row in clearances):
            return None
        given = self.env.execute_query(
            SQL(
                """SELECT (SELECT max(id) FROM care_clearance WHERE user_id = %(user)s),
                          (SELECT max(id) FROM care_access_grant
                            WHERE user_id = %(user)s)""",
                user=self.env.uid,
            )
        )
        if not any(given[0]):
            return secret
        return hashlib.sha256(f"{secret}{given}".encode()).hexdigest()

    # ---- one person's sight

    @api.model
    def _mine(self):
        """Return the `Sight` of env.uid in the active companies, whatever sudo says."""
        user = self.env.user
        companies = self._companies()
        key = ("care.sight", user.id, companies)
        sight = self.env.cr.cache.get(key)
        if sight is None or not sight.fresh(fields.Datetime.now()):
            sight = self.env.cr.cache[key] = self._look(user, companies)
        return sight

    def _companies(self):
        """Return the ids of the user's active companies. One that is not the user's
        own, sent by a client or set by sudo, gives no sight at all."""
        own = set(self.env.user._get_company_ids())
        active = self.env.context.get("allowed_company_ids") or own
        return tuple(sorted(id_ if id_ in own else 0 for id_ in active))

    def _look(self, user, companies):
        if user.id == SUPERUSER_ID:
            return Sight(clearance.TOP_SECRET, everything=True)
        if not user:  # nobody yet: the login page
            return Sight(clearance.PUBLIC)
        if not user._is_internal():
            family = user.sudo().partner_id.commercial_partner_id.id
            return Sight(clearance.PUBLIC, family=family)
        now = fields.Datetime.now()
        clearances, grants = self._rows(user, now)
        open_ids = clearance.opened(grants, clearance.is_vetted(clearances, now), now)
        if "res.partner" in open_ids:
            open_ids["res.partner"] = {
                level: self._with_contacts(ids)
                for level, ids in open_ids["res.partner"].items()
            }
        return Sight(
            clearance.level_in(clearances, companies, now),
            open_ids,
            until=clearance.next_change([row.span for row in clearances + grants], now),
        )

    def _rows(self, user, now):
        """Return the clearances and grants of the user that have not ended."""
        self.env["care.clearance"].flush_model()
        self.env["care.access.grant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT TRUE, company_id, level, COALESCE(vetted, FALSE),
                          effective_from, effective_to, NULL, NULL
                     FROM care_clearance
                    WHERE user_id = %(user)s AND state = 'active'
                      AND effective_from IS NOT NULL
                      AND (effective_to IS NULL OR effective_to > %(now)s)
                    UNION ALL
                   SELECT FALSE, NULL, level, COALESCE(needs_vetting, FALSE),
                          date_from, date_to, res_model, res_id
                     FROM care_access_grant
                    WHERE user_id = %(user)s AND revoked_at IS NULL
                      AND (date_to IS NULL OR date_to > %(now)s)""",
                user=user.id,
                now=now,
            )
        )
        clearances = [
            Clearance(company, level or 0, vetted, Span(start, end))
            for is_own, company, level, vetted, start, end, *_record in rows
            if is_own
        ]
        grants = [
            Grant(model, record, level or 0, vetting, Span(start, end))
            for is_own, _company, level, vetting, start, end, model, record in rows
            if not is_own
        ]
        return clearances, grants

    def _with_contacts(self, ids):
        """Return `ids` of partners with those of all their contacts."""
        self.env["res.partner"].flush_model(["parent_id"])
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE family AS (
                       SELECT unnest(%s::int[]) AS id
                        UNION SELECT p.id FROM res_partner p
                                JOIN family ON p.parent_id = family.id)
                   SELECT id FROM family""",
                list(ids),
            )
        )
        return frozenset(id_ for (id_,) in rows)

    @api.model
    def _forget(self):
        """Look again at the next question: a clearance, a grant or a family changed."""
        cache = self.env.cr.cache
        for key in list(cache):
            if isinstance(key, tuple) and key[0] == "care.sight":
                del cache[key]

    # ---- others' sight

    @api.model
    def _sees(self, user, records):
        """Return those of `records` that `user` may see by their level.

        A record of one company is judged by the clearance there, any other by the
        lowest of the user's companies.
        """
        seen = records.browse()
        companies = user._get_company_ids()
        for record in records:
            place = companies
            if company := ("company_id" in record and record.sudo().company_id.id):
                place = [company]
            hers = record.with_user(user).with_context(allowed_company_ids=place)
            domain = hers._secrecy_domain("read")
            if hers.sudo().filtered_domain(domain):
                seen |= record
        return seen
