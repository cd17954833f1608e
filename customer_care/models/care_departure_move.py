import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)
_QUIET = {
    "mail_auto_subscribe_no_notify": True,
    "mail_notrack": True,
    "mail_activity_quick_update": True,
}


class CareDepartureMove(models.AbstractModel):
    """Carrying a hand-over out: everything at once, and nothing is reset. Records
    move first, then what is owed on them; what cannot move says why."""

    _name = "care.departure.move"
    _description = "Move of a hand-over"

    archive_account = fields.Boolean(
        "Archive the account",
        compute="_compute_archive_account",
        store=True,
        readonly=False,
        help="Off: clearances and access to records end, and the account stays.",
    )

    @api.depends("end_access")
    def _compute_archive_account(self):
        for departure in self:
            departure.archive_account = departure.end_access

    def _carry_out(self):
        """Move everything and end the access, as the system."""
        for departure in self.sudo():
            mover = departure.with_user(SUPERUSER_ID).with_context(**_QUIET)
            mover.lock_for_update()
            if mover.state != "signed":
                continue
            mover._gather()
            for kind, source in mover._departure_sources().items():
                mover._move_kind(kind, source)
            mover._tell_guardians()
            if mover.end_access:
                mover._end_access()
            mover._step_write({"state": "moved", "moved_at": fields.Datetime.now()})
            mover._tell_takers()
            mover._queue_letters()

    def _carry_out_by_job(self):
        """Do it, or say on the record why not, so that others go on."""
        try:
            with self.env.cr.savepoint():
                self._carry_out()
        except (UserError, AccessError, ValidationError) as error:
            _logger.info("%s was not carried out: %s", self, error)
            self.env.invalidate_all()
            self.message_post(body=self.env._("Nothing moved: %s", f"{error}"))

    def action_carry_out(self):
        """Do it before the day, once all have signed."""
        for departure in self:
            departure._check_manager()
            if departure.state != "signed":
                raise UserError(
                    self.env._(
                        "%(departure)s is not signed by all. Ask for the signatures "
                        "first.",
                        departure=departure.display_name,
                    )
                )
            departure._carry_out()
        return True

    # ---- one kind of work

    def _move_kind(self, kind, source):
        rows = self.env.execute_query(
            SQL(
                """SELECT id, res_id, taker_id, company_id FROM care_departure_line
                    WHERE departure_id = %s AND kind = %s AND state = 'open'
                 ORDER BY id""",
                self.id,
                kind,
            )
        )
        if not rows:
            return
        records = self.env[source["model"]].browse(row[1] for row in rows).exists()
        chosen = {row[1]: row[2] for row in rows if row[2] and row[1] in records._ids}
        barred = self._barred(records._name, chosen, rows)
        fit = {id_: user for id_, user in chosen.items() if id_ not in barred}
        whole = fit
        if source.get("own"):  # posts without a successor end
            whole = {id_: chosen.get(id_) for id_ in records._ids if id_ not in barred}
        moved = self._try_move(source["move"], records.browse(whole), whole)
        self._note_rows(kind, moved, barred)

    def _try_move(self, method, records, chosen):
        """Move records; one that cannot move does not keep the others."""
        if not records:
            return set()
        try:
            with self.env.cr.savepoint():
                moved = set(getattr(self, method)(records, chosen))
                self.env.flush_all()
                return moved
        except (UserError, AccessError, ValidationError) as error:
            self.env.invalidate_all()
            if len(records) == 1:
                _logger.info("%s stays with the leaver: %s", records, error)
                return set()
        half = len(records) // 2
        return self._try_move(
            method, records[:half], {id_: chosen[id_] for id_ in records[:half]._ids}
        ) | self._try_move(
            method, records[half:], {id_: chosen[id_] for id_ in records[half:]._ids}
        )

    def _barred(self, model_name, chosen, rows):
        """Return {record id: why} of what its taker must not see, or works not for."""
        notice = self.env["care.secrecy.notice"]
        pairs = {(user_id, id_) for id_, user_id in chosen.items()}
        deaf = {id_: "deaf" for _u, id_ in notice._deaf_pairs(model_name, pairs)}
        users = self.env["res.users"].browse(set(chosen.values()))
        works = {user.id: set(user.company_ids.ids) for user in users}
        strange = {
            id_: "company"
            for _line, id_, taker_id, company_id in rows
            if id_ in chosen and company_id and company_id not in works[taker_id]
        }
        return strange | deaf

    def _note_rows(self, kind, moved, barred):
        """Note on the lines what became of them."""
        lines = self.env["care.departure.line"]
        words = {
            "company": self.env._("The successor does not work in its company."),
            "deaf": self.env._("The successor may not see it."),
        }
        self.env.execute_query(
            SQL(
                """UPDATE care_departure_line
                      SET state = CASE WHEN res_id = ANY(%(moved)s) THEN 'moved'
                                       ELSE 'left' END,
                          reason = CASE WHEN res_id = ANY(%(moved)s) THEN NULL
                                        WHEN res_id = ANY(%(strange)s) THEN %(company)s
                                        WHEN res_id = ANY(%(deaf)s) THEN %(hidden)s
                                        ELSE %(other)s END
                    WHERE departure_id = %(departure)s AND kind = %(kind)s
                      AND state = 'open' RETURNING id""",
                moved=list(moved),
                strange=[id_ for id_, why in barred.items() if why == "company"],
                deaf=[id_ for id_, why in barred.items() if why == "deaf"],
                company=words["company"],
                hidden=words["deaf"],
                other=self.env._("It could not change hands. Look at it by hand."),
                departure=self.id,
                kind=kind,
            )
        )
        lines.invalidate_model(flush=False)
        self.invalidate_recordset()

    def _tell_guardians(self):
        """What only the cleared may know of stays; they hear a number."""
        hidden = self.env.execute_query(
            SQL(
                """SELECT count(*) FROM care_departure_line
                    WHERE departure_id = %s AND state = 'left'
                      AND secrecy_level >= 2""",
                self.id,
            )
        )[0][0]
        if hidden:
            notice = self.env["care.secrecy.notice"]
            notice._tell_guardians(self.company_id, hidden)

    def _reason(self):
        return self.env._("Hand-over %(number)s", number=self.number or self.id)

    # ---- movers: (records, {id: user id}) -> ids moved

    @api.model
    def _by_taker(self, records, chosen):
        """Yield (user, records that go to him)."""
        groups = {}
        for record in records:
            groups.setdefault(chosen[record.id], []).append(record.id)
        for user_id, ids in groups.items():
            yield self.env["res.users"].browse(user_id or ()), records.browse(ids)

    def _move_customers(self, records, chosen):
        now = fields.Datetime.now()
        for user, mine in self._by_taker(records, chosen):
            mine._care_assign(user, self._reason(), at=now, origin=self)
        return records.filtered(lambda p: p.user_id.id == chosen[p.id])._ids

    def _move_by_user_field(self, records, chosen):
        for user, mine in self._by_taker(records, chosen):
            mine.write({"user_id": user.id})
        return records._ids

    def _move_territories(self, records, chosen):
        for user, mine in self._by_taker(records, chosen):
            mine.manager_id = user
        return records._ids

    def _move_by_successor(self, records, chosen):
        """End rows from one day to another, and begin the same for who follows."""
        today = fields.Date.context_today(self)
        yesterday = fields.Date.subtract(today, days=1)
        begun = records.filtered(lambda r: not r.date_from or r.date_from <= yesterday)
        vals_list = []
        for user, mine in self._by_taker(records, chosen):
            for row in mine if user else ():
                begin = max(row.date_from or today, today)
                keep = {"user_id": user.id, "date_from": begin, "date_to": row.date_to}
                if not self._is_there(row, user):
                    vals_list.append(row.copy_data(keep)[0])
        begun.write({"date_to": yesterday})
        (records - begun).write({"active": False})
        records.create(vals_list)
        return records._ids

    @api.model
    def _is_there(self, row, user):
        """Return whether the successor holds the same place already."""
        names = {"role_id", "partner_id", "department_id", "company_id"}
        same = [(name, "=", row[name].id) for name in names & row._fields.keys()]
        return bool(
            row.search_count(
                [*same, ("user_id", "=", user.id), ("date_to", "=", False)], limit=1
            )
        )

    def _move_leads(self, records, chosen):
        """Leads keep stage, sales team and company."""
        for user, mine in self._by_taker(records, chosen):
            for (team, company), leads in mine.grouped(
                lambda lead: (lead.team_id, lead.company_id)
            ).items():
                leads.write(
                    {
                        "user_id": user.id,
                        "team_id": team.id,
                        "company_id": company.id,
                    }
                )
        return records._ids

    def _move_tasks(self, records, chosen):
        for user, mine in self._by_taker(records, chosen):
            mine.write(
                {
                    "user_ids": [
                        fields.Command.unlink(self.user_id.id),
                        fields.Command.link(user.id),
                    ]
                }
            )
        return records._ids

    def _move_callbacks(self, records, chosen):
        """Calls never go to who had to do with the case."""
        moved = set()
        for user, mine in self._by_taker(records, chosen):
            fit = mine.filtered(lambda row, user=user: user not in row._get_excluded())
            fit._engine().write({"user_id": user.id})
            moved.update(fit._ids)
        return moved

    def _move_improvements(self, records, chosen):
        """A plan that was approved for this person is changed by hand."""
        free = records.filtered(lambda row: not row.approval_live)
        return self._move_by_user_field(free, chosen)

    def _move_obligations(self, records, chosen):
        """Those that did not follow their record are handed over."""
        followed = records.filtered(lambda row: row.user_id != self.user_id)
        left = records - followed
        kept = {id_: chosen[id_] for id_ in left._ids}
        kept = self.env["care.callback"]._hand_over(left, kept)
        left._reassign(kept, self._reason())
        return followed._ids + tuple(kept)

    def _move_approvals(self, records, chosen):
        """Whoever takes over stands in for those that wait."""
        delegations = self.env["care.delegation"]
        today = fields.Date.context_today(self)
        there = delegations._stand_ins(self.user_id, "approvals")
        if there.get(self.user_id.id, self.user_id.id) == self.user_id.id:
            counts = list(chosen.values())
            delegations.create(
                {
                    "user_id": self.user_id.id,
                    "delegate_id": max(set(counts), key=counts.count),
                    "scope": "approvals",
                    "date_from": today,
                    "date_to": fields.Date.add(today, years=1),
                    "reason": self._reason(),
                }
            )
        return records._ids

    def _move_activities(self, records, chosen):
        moved = set()
        for user, mine in self._by_taker(records, chosen):
            heard = mine.with_user(user).sudo(False)._filtered_access("read")
            fit = mine.browse(heard._ids)
            fit.write({"user_id": user.id})
            moved.update(fit._ids)
        return moved

    # ---- afterwards

    def _end_access(self):
        """End what lets the leaver in: access to records and clearances, then the
        account. Who administers users is archived by an administrator."""
        user = self.user_id
        grants = self.env["care.access.grant"]
        running = grants.search(
            [
                ("user_id", "=", user.id),
                ("revoked_at", "=", False),
                ("date_to", ">", fields.Datetime.now()),
            ]
        )
        if running:
            running._revoke(self._reason())
        user._end_clearances()
        if not user.active or not self.archive_account:
            return
        if user.has_group("base.group_erp_manager"):
            self.message_post(
                body=self.env._(
                    "%(user)s administers users. An administrator archives the "
                    "account by hand.",
                    user=user.name,
                )
            )
        else:
            user.write({"active": False})

    def _tell_takers(self):
        """One message to each successor, whatever the number."""
        lines = self.env["care.departure.line"]
        domain = [("departure_id", "=", self.id), ("state", "=", "moved")]
        for user, count in lines._read_group(
            [*domain, ("taker_id", "!=", False)], ["taker_id"], ["__count"]
        ):
            this = self.with_context(lang=user.lang)
            this.message_notify(
                partner_ids=user.partner_id.ids,
                subject=this.env._("You have taken over from %s", self.user_id.name),
                body=this.env._(
                    "%(count)s entries came to you. Customers are among your "
                    "customers, what is owed stands in My day.",
                    count=count,
                ),
            )
