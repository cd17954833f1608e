from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 500
_LOCK = 5_180_419  # of the one worker that settles and sends


class CareTouchSettle(models.AbstractModel):
    """Prepares greetings whose time has come: who is left out and why, by which
    channel, who does it, whose approval a gift needs. Part of care.touch.

    One worker settles at a time; what two occasions would greet on one day is also
    refused by an index.
    """

    _name = "care.touch.settle"
    _description = "Preparing of greetings"

    @api.model
    def _alone(self):
        """Return whether this worker settles and sends; another one is left alone."""
        [[alone]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s)", _LOCK)
        )
        return alone

    @api.model
    def _settle_due(self, today, progress):
        """Prepare all whose time has come; return whether all were."""
        while self._alone():
            touches = self._settle_next(today)
            if not touches:
                return True
            touches._settle(today)
            if not progress(len(touches), remaining=1):
                return False
        return False

    @api.model
    def _settle_next(self, today):
        """Lock and return the next ones to prepare."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT t.id FROM care_touch t
                     JOIN care_occasion o ON o.id = t.occasion_id
                LEFT JOIN care_occasion_run r ON r.id = t.run_id
                    WHERE t.state = 'planned' AND t.planned_on <= %s + o.days_ahead
                      AND (r.id IS NULL OR r.state = 'released')
                    ORDER BY t.planned_on, t.id LIMIT %s
                      FOR UPDATE OF t SKIP LOCKED""",
                today,
                BATCH,
            )
        )
        return self.env["care.touch"].sudo().browse(id_ for (id_,) in rows)

    def _settle(self, today):
        """Prepare these planned ones."""
        moved = self._moved()
        left = self - moved
        moved._guard().unlink()
        for code, touches in left._hindrances(today).items():
            touches._leave_out(code)
            left -= touches
        left -= left._leave_out_greeted()
        ways, hindered = left._ways(today)
        for code, touches in hindered.items():
            touches._leave_out(code)
        for line, touches in ways.items():
            touches._take_way(line)

    # ---- who is left out

    def _moved(self):
        """Return those whose day has changed since: they are made anew."""
        moved = self.browse()
        for occasion, touches in (
            self.filtered(lambda t: not t.run_id).grouped("occasion_id").items()
        ):
            if occasion.date_rule not in ("birthday", "own"):
                continue
            days = touches.mapped("planned_on")
            query = self._days_sql(occasion, min(days), min(days), max(days))
            rows = self.env.execute_query(
                SQL(
                    """SELECT t.id FROM care_touch t
                         JOIN res_partner p ON p.id = t.partner_id
                         JOIN res_partner c ON c.id = t.customer_id
                        WHERE t.id = ANY(%s) AND NOT EXISTS (
                              SELECT FROM (%s) d WHERE d.planned_on = t.planned_on)""",
                    touches.ids,
                    query,
                )
                if query is not None
                else SQL("SELECT unnest(%s)", touches.ids)
            )
            moved |= self.browse(id_ for (id_,) in rows)
        return moved

    def _hindrances(self, today):
        """Return {why: greetings} of those that are left out whatever the channel."""
        found = {}

        def hinder(code, touches):
            new = touches - self.browse().union(*found.values())
            if new:
                found[code] = new

        hinder("archived", self.filtered(lambda t: not t.partner_id.active))
        hinder(
            "late",
            self.filtered(
                lambda t: (
                    not t.promised_at
                    and t.planned_on
                    < fields.Date.add(today, days=-t.occasion_id.grace_days)
                )
            ),
        )
        hinder(
            "switched_off",
            self.filtered(lambda t: not t.occasion_id.active and not t.promised_at),
        )
        unwanted = self._unwanted(today)
        for code in ("opted_out", "no_advertising"):
            hinder(code, self.filtered(lambda t, c=code: unwanted.get(t.id) == c))
        selling = self.filtered("advertising")
        unhappy = selling.partner_id._care_unhappy_ids()
        hinder("unhappy", selling.filtered(lambda t: t.partner_id.id in unhappy))
        return found

    def _unwanted(self, today):
        """Return {id: why} of those the contact wants by no channel at all."""
        outs = self.env["care.opt.out"]._of(self.partner_id, today)
        found = {}
        for touch in self:
            scopes = {
                scope
                for scope, channel in outs.get(touch.partner_id.id, ())
                if not channel
            }
            if touch._is_barred(scopes):
                only = touch.advertising and "advertising" in scopes
                found[touch.id] = "no_advertising" if only else "opted_out"
        return found

    def _is_barred(self, scopes):
        """Return whether one of these opt-outs bars the greeting."""
        return (
            "all" in scopes
            or ("greeting" in scopes and (self.counts or self.advertising))
            or ("advertising" in scopes and self.advertising)
        )

    def _leave_out_greeted(self):
        """Leave out whom a stronger occasion greets within the free days around; return
        those left out.

        What is being prepared or sent goes first, then the stronger, then the earlier.
        """
        self.env.flush_all()
        rows = self.env.execute_query(self._greeted_sql())
        for id_, blocker in rows:
            touch = self.browse(id_)
            touch._leave_out("greeted", blocker=blocker)
        return self.browse(id_ for id_, __ in rows)

    def _greeted_sql(self):
        """Return the query (greeting, what goes before it). An occasion that does not
        count gives way to nothing and nothing to it."""
        rank = "CASE WHEN %s.state = 'planned' THEN 0 ELSE 1 END, %s.strength"
        mine = SQL(rank % ("t", "t"))
        other = SQL(rank % ("b", "b"))
        return SQL(
            """
            SELECT DISTINCT ON (t.id) t.id, b.id
              FROM care_touch t
              JOIN care_occasion o ON o.id = t.occasion_id
              JOIN LATERAL (
                   SELECT n.* FROM care_touch n WHERE n.partner_id = t.partner_id
                    UNION ALL
                   SELECT n.* FROM care_touch n
                    WHERE n.person_key = t.person_key
                      AND n.partner_id != t.partner_id
                      AND NOT (o.kind = 'birthday' AND n.occasion_id = t.occasion_id)
                   ) b ON b.id != t.id
             WHERE t.id = ANY(%(ids)s) AND t.counts AND b.counts
               AND b.state NOT IN ('skipped', 'failed') AND b.promised_at IS NULL
               AND t.promised_at IS NULL
               AND b.planned_on BETWEEN t.planned_on - GREATEST(t.gap_days, b.gap_days)
                                    AND t.planned_on + GREATEST(t.gap_days, b.gap_days)
               AND (%(other)s, -(b.planned_on - DATE '2000-01-01'), -b.id)
                 > (%(mine)s, -(t.planned_on - DATE '2000-01-01'), -t.id)
             ORDER BY t.id, %(other)s DESC
            """,
            ids=self.ids,
            mine=mine,
            other=other,
        )

    def _leave_out(self, code, reason=False, blocker=False):
        """Leave them out and say why; whom they kept from being greeted is looked at
        again."""
        freed = self.sudo().search(
            [("blocker_id", "in", self.ids), ("skip_code", "=", "greeted")]
        )
        freed._guard().write(
            {
                "state": "planned",
                "skip_code": False,
                "blocker_id": False,
                "done_at": False,
            }
        )
        self._guard().write(
            {
                "state": "skipped",
                "skip_code": code,
                "skip_reason": reason,
                "blocker_id": blocker,
                "done_at": fields.Datetime.now(),
            }
        )

    def _stop(self, code):
        """Leave out what is still open of these."""
        self.sudo().filtered(
            lambda touch: touch.state in ("planned", "approval", "ready")
        )._leave_out(code)

    # ---- by which channel

    def _ways(self, today):
        """Return {line of channels: greetings} and {why: greetings} for those none is
        left for."""
        barred = self._barred(today)
        tiers = self.customer_id._care_privileges() if self else {}
        ways, hindered = {}, {}
        for touch in self:
            line, code = touch._way(barred[touch.id], tiers.get(touch.customer_id.id))
            found, key = (ways, line) if line else (hindered, code)
            found[key] = found.get(key, self.browse()) | touch
        return ways, hindered

    def _way(self, barred, tier):
        """Return (line, False), or (None, why) where there is no way."""
        liked = self.partner_id.care_greeting_channel
        lines = self.occasion_id.channel_ids.filtered(
            lambda row: not row.tier_ids or (tier and tier in row.tier_ids)
        ).sorted(lambda row: row.channel != liked)
        for line in lines:
            if line.channel not in barred and self._can_reach(line.channel):
                return line, False
        refused = {barred[row.channel] for row in lines if row.channel in barred}
        return None, min(refused, default="no_way")

    def _barred(self, today):
        """Return {id: {channel: why}} of the channels closed by opt-outs for one
        channel and by blacklists."""
        outs = self.env["care.opt.out"]._of(self.partner_id, today)
        listed = self._blacklisted()
        found = {}
        for touch in self:
            own = found[touch.id] = {}
            for channel in listed.get(touch.partner_id.id, ()):
                own[channel] = "blacklisted"
            for scope, channel in outs.get(touch.partner_id.id, ()):
                if channel and touch._is_barred({scope}):
                    own[channel] = "opted_out"
        return found

    def _can_reach(self, channel):
        """Return whether there is an address for the channel."""
        partner, customer = self.partner_id, self.customer_id
        if channel == "mail":
            return bool(partner.email_normalized)
        if channel == "sms":
            return "sms.sms" in self.env and bool(partner.phone)
        if channel == "letter":
            return bool(partner.street or customer.street)
        if channel == "call":
            return bool(partner.phone or customer.phone)
        return True

    def _blacklisted(self):
        """Return {partner id: [channel]} of those on Odoo's blacklists."""
        found = {}
        partners = self.partner_id
        for channel, name, key, field in (
            ("mail", "mail.blacklist", "email", "email_normalized"),
            ("sms", "phone.blacklist", "number", "phone_sanitized"),
        ):
            if name not in self.env or field not in partners._fields:
                continue
            values = [value for value in partners.mapped(field) if value]
            rows = self.env[name].sudo().search_fetch([(key, "in", values)], [key])
            listed = set(rows.mapped(key))
            for partner in partners:
                if partner[field] in listed:
                    found.setdefault(partner.id, []).append(channel)
        return found

    def _take_way(self, line):
        """Note channel, wording, gift and who does it, and have it wait for them."""
        vals = {
            "channel": line.channel,
            "template_id": line.template_id.id,
            "phrase_id": line.phrase_id.id,
            "state": "ready",
            "ready_at": fields.Datetime.now(),
        }
        if line.channel == "gift":
            gift = line.gift_id
            vals |= {
                "gift_id": gift.id,
                "gift_quantity": line.gift_quantity,
                "gift_value": gift.value * line.gift_quantity,
            }
        for company, touches in self.grouped("company_id").items():
            money = {"currency_id": company.currency_id.id}
            touches._guard().write(vals | money)
        self._find_people()
        if line.channel == "gift":
            self._ask_approval()
        if line.channel == "visit":
            self._plan_visits()

    def _find_people(self):
        """Give what nobody does to who holds the role; nobody gets what he may not
        see."""
        orphans = self.filtered(
            lambda t: not t.user_id.active and t.occasion_id.role_id
        )
        requests = [
            (t.occasion_id.role_id, t.company_id, t.department_id, t.customer_id)
            for t in orphans
        ]
        holders = self.env["care.role"]._resolve_many(requests)
        by_user = {}
        for touch, users in zip(orphans, holders, strict=True):
            by_user.setdefault(users[:1], []).append(touch.id)
        for user, ids in by_user.items():
            self.browse(ids)._guard().write({"user_id": user.id})
        gone = self.filtered(lambda t: t.user_id and not t.user_id.active)
        gone._guard().write({"user_id": False})
        pairs = {(t.user_id.id, t.id) for t in self if t.user_id}
        deaf = self.env["care.secrecy.notice"]._deaf_pairs("care.touch", pairs)
        unseen = self.browse(id_ for __, id_ in deaf)
        unseen._guard().write({"user_id": False})
        for company, touches in unseen.grouped("company_id").items():
            self.env["care.secrecy.notice"]._tell_guardians(company, len(touches))

    def _plan_visits(self):
        """Make an activity for each visit; an add-on that plans visits takes them over
        by returning those it has not planned."""
        for touch in self.filtered("user_id"):
            touch.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=touch.planned_on,
                summary=touch.occasion_id.name,
                user_id=touch.user_id.id,
            )
