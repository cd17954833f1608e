from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

_BATCH = 200
_SHOWN = 20  # names in one warning
_USER = "customer_care.customer_care_group_user"


class CarePool(models.AbstractModel):
    """The pool of customers nobody attends: the job that warns and releases, and taking
    from it. It keeps no records; `care.pool.entry` is its log."""

    _name = "care.pool"
    _description = "Pool of customers"

    # ---- the job

    @api.model
    def _cron_run(self):
        """Renew, warn and release. Safe to run twice, late, killed and in parallel:
        each batch is locked, looked at as it is now, and committed."""
        progress = self.env["ir.cron"]._commit_progress
        after = 0
        while ids := self._due_ids(after):
            after = ids[-1]
            self._run_batch(self.env["res.partner"].browse(ids))
            if not progress(len(ids), remaining=1):
                return
        progress(remaining=0)

    @api.model
    def _due_ids(self, after):
        """Lock and return the next customers whose protection ends soon."""
        self.env["res.partner"].flush_model(["care_pool_state", "protected_until"])
        terms = self.env["care.registration.term"].sudo()
        terms = terms.search([("warn_days", ">", 0)])
        days = max(terms.mapped("warn_days"), default=0)
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM res_partner
                    WHERE care_pool_state IN ('owned', 'warned') AND active
                      AND protected_until <= %s AND id > %s
                    ORDER BY id LIMIT %s
                      FOR NO KEY UPDATE SKIP LOCKED""",
                fields.Datetime.now() + timedelta(days=days),
                after,
                _BATCH,
            )
        )
        ids = [id_ for (id_,) in rows]
        self.env["res.partner"].browse(ids).invalidate_recordset(flush=False)
        return ids

    @api.model
    def _run_batch(self, partners):
        now = fields.Datetime.now()
        partners = partners.sudo()
        by_company = partners.grouped(lambda p: p.company_id or p.user_id.company_id)
        for company, some in by_company.items():
            pool = self.with_company(company or self.env.company)
            terms = self.env["care.registration.term"]._of(some, pool.env.company)
            for term, mine in some.grouped(lambda p, t=terms: t[p.id]).items():
                if term:
                    pool._run_term(mine, term, now)
                else:
                    mine._register_write({"protected_until": False})

    def _run_term(self, partners, term, now):
        """Renew what was attended, then warn and release what was not."""
        days = timedelta(days=term.protection_days)
        earliest = min(partners.mapped("protected_until")) - days
        last = term._events()._last_attended(partners, earliest, now)
        for partner, moved in (
            self.env["care.attribution"]
            .sudo()
            ._read_group(
                [("partner_id", "in", partners.ids), ("at", "<=", now)],
                ["partner_id"],
                ["at:max"],
            )
        ):  # whoever got the customer has the whole time
            last[partner.id] = max(last.get(partner.id, moved), moved)
        warned = partners.browse()
        for partner in partners:
            until = last.get(partner.id) and last[partner.id] + days
            if until and until > partner.protected_until:
                self._renew(partner, term, until, now)
                if until > now + timedelta(days=term.warn_days):
                    continue
            ends = partner.protected_until
            if partner.care_pool_state == "owned":
                if ends <= now + timedelta(days=term.warn_days):
                    warned |= partner
            elif ends <= now:
                self._release(partner, term, self.env._("Nobody attended to it."))
        self._warn(warned, term, now)

    def _renew(self, partner, term, until, now):
        was = partner.care_pool_state
        partner._register_write({"protected_until": until, "care_pool_state": "owned"})
        if was == "warned":
            self._log(partner, "renewed", partner.user_id, partner.user_id, term)

    def _warn(self, partners, term, now):
        """Tell who is about to lose them; a job that comes late gives the full time."""
        grace = now + timedelta(days=term.warn_days)
        for partner in partners:
            until = max(partner.protected_until, grace)
            partner._register_write(
                {"care_pool_state": "warned", "protected_until": until}
            )
            self._log(partner, "warned", partner.user_id, partner.user_id, term)
        if not term.warn_days:
            # no warning is asked for: nothing stands between the end and the pool
            for partner in partners:
                self._release(partner, term, self.env._("Nobody attended to it."))
            return
        for user, mine in partners.grouped("user_id").items():
            self._tell(user, mine)

    def _tell(self, user, partners):
        notice = self.env["care.secrecy.notice"]
        pairs = [(user.id, partner.id) for partner in partners]
        deaf = {id_ for _user, id_ in notice._deaf_pairs("res.partner", pairs)}
        seen = partners.filtered(lambda p: p.id not in deaf)
        if not user.active or not seen:
            return
        env = self.env(context={**self.env.context, "lang": user.lang})
        names = ", ".join(seen[:_SHOWN].mapped("name"))
        env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=env._("%(count)s customers go to the pool soon", count=len(seen)),
            body=env._(
                "Attend to them or they go to the pool: %(names)s. See Customers > "
                "Registration > My customers.",
                names=names + ("…" if len(seen) > _SHOWN else ""),
            ),
        )

    def _release(self, partner, term, reason, kind="released"):
        user = partner.user_id
        partner._care_assign(self.env["res.users"], reason)
        partner._register_write({"care_pool_state": "pool"})
        self._log(partner, kind, user, self.env["res.users"], term, reason)

    @api.model
    def _log(self, partner, kind, before, after, term, reason=False):
        self.env["care.pool.entry"]._engine().create(
            {
                "partner_id": partner.id,
                "kind": kind,
                "at": fields.Datetime.now(),
                "from_user_id": before.id,
                "to_user_id": after.id,
                "reason": reason,
                "term_id": term.id,
                "company_id": partner.sudo().company_id.id or self.env.company.id,
            }
        )

    # ---- limits

    @api.model
    def _check_cap(self, user, partners):
        """Refuse what goes beyond the number of customers one person may hold."""
        terms = self.env["care.registration.term"]._of(partners, self.env.company)
        caps = [term.cap_per_user for term in terms.values() if term.cap_per_user]
        if not caps:
            return
        held = self._held(user)
        if held + len(partners) > min(caps):
            raise UserError(
                self.env._(
                    "%(user)s holds %(held)s customers, and %(cap)s are allowed. Give "
                    "some back to the pool first.",
                    user=user.sudo().name,
                    held=held,
                    cap=min(caps),
                )
            )

    @api.model
    def _held(self, user):
        return (
            self.env["res.partner"]
            .sudo()
            .search_count(
                [
                    ("user_id", "=", user.id),
                    ("care_pool_state", "in", ("owned", "warned")),
                ]
            )
        )

    @api.model
    def _check_quota(self, user, partners):
        terms = self.env["care.registration.term"]._of(partners, self.env.company)
        quotas = [term.quota_per_day for term in terms.values() if term.quota_per_day]
        if not quotas:
            return
        start = self.env["care.sanction"]._local_start(
            self.env.company,
            self.env["care.sanction"]._local_day(
                self.env.company, fields.Datetime.now()
            ),
        )
        entries = self.env["care.pool.entry"].sudo()
        taken = entries.search_count(
            [("kind", "=", "taken"), ("to_user_id", "=", user.id), ("at", ">=", start)]
        )
        if taken + len(partners) > min(quotas):
            raise UserError(
                self.env._(
                    "%(user)s has taken %(taken)s customers from the pool today, and "
                    "%(quota)s a day are allowed. Come back tomorrow.",
                    user=user.sudo().name,
                    taken=taken,
                    quota=min(quotas),
                )
            )

    @api.model
    def _check_retake(self, user, partners):
        terms = self.env["care.registration.term"]._of(partners, self.env.company)
        now = fields.Datetime.now()
        entries = self.env["care.pool.entry"].sudo()
        for partner in partners:
            days = terms[partner.id].retake_days
            if days and entries.search_count(
                [
                    ("partner_id", "=", partner.id),
                    ("from_user_id", "=", user.id),
                    ("kind", "in", ("released", "given_back")),
                    ("at", ">", now - timedelta(days=days)),
                ],
                limit=1,
            ):
                raise UserError(
                    self.env._(
                        "You lost %(partner)s to the pool less than %(days)s days "
                        "ago. Let a colleague take it.",
                        partner=partner.display_name,
                        days=days,
                    )
                )

    # ---- taking and giving back

    @api.model
    def _check_user(self):
        if not self.env.user.has_group(_USER):
            raise AccessError(
                self.env._("The pool is for customer care. Ask for the role of a user.")
            )

    @api.model
    def _take(self, partners):
        """Give customers of the pool to the current user; of two who take one at the
        same moment, one gets it and the other reads that it is gone."""
        self._check_user()
        partners.check_access("read")
        user = self.env.user
        locks = [f"person:{user.id}", *(f"pool:{id_}" for id_ in partners.ids)]
        self.env["care.registration.lock"]._hold(locks)
        for partner in partners.sudo():
            if partner.care_pool_state != "pool":
                raise UserError(
                    self.env._(
                        "%(partner)s is no longer in the pool. Refresh the list and "
                        "choose another.",
                        partner=partner.display_name,
                    )
                )
        self._check_quota(user, partners)
        self._check_retake(user, partners)
        self._check_cap(user, partners)
        terms = self.env["care.registration.term"]._of(partners, self.env.company)
        reason = self.env._("Taken from the pool")
        for partner in partners.sudo():
            partner._care_assign(user, reason)
            partner._register_protect(terms[partner.id])
            self._log(
                partner, "taken", self.env["res.users"], user, terms[partner.id], reason
            )
        return True

    @api.model
    def _give_back(self, partners, reason=None):
        """Let the current user's own customers go to the pool."""
        self._check_user()
        partners.check_access("read")
        terms = self.env["care.registration.term"]._of(partners, self.env.company)
        held = defaultdict(bool)
        for partner in partners.sudo():
            held[partner.id] = partner.care_pool_state in ("owned", "warned")
            if partner.user_id != self.env.user or not held[partner.id]:
                raise UserError(
                    self.env._(
                        "%(partner)s is not one of your registered customers. Choose "
                        "among yours.",
                        partner=partner.display_name,
                    )
                )
        for partner in partners.sudo():
            why = reason or self.env._("Given back")
            self._release(partner, terms[partner.id], why, "given_back")
        return True
