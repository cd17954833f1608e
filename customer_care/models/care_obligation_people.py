from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic.obligation_clock import RUNNING
from .care_obligation_places import Places, follow
from .care_obligation_store import Journal

BATCH = 1000
PENDING = SQL("done_at IS NULL AND state IN ('open', 'paused', 'missed')")
_NAMED = SQL("COALESCE(instead_of_id, user_id)")  # whom the record or the role names


class CareObligationPeople(models.AbstractModel):
    """Who owes it, and who does it instead.

    The record names somebody (the rule's path), else a role does. While that person is
    away, whoever stands in has it (`care.delegation`); `instead_of_id` keeps whom it
    comes back to. Whoever took over by hand (`taken_over`) keeps it for as long as the
    record, or the role, still names the person it was taken from.

    How open obligations follow: a save of the record at once; a stand-in that begins
    or ends, a role assigned to somebody else, within minutes (the job is called); all
    that no save tells (a department's new head, a field of another record) once a day.
    """

    _name = "care.obligation.people"
    _description = "Responsibles of obligations"

    # ---- who

    @api.model
    def _responsibles(self, asked, places, fresh=False):
        """Return (user id, id of whom instead, by hand?) of each (spec, host, row).

        :param asked: the row is None for a new obligation; of one that has moved to
            another customer or department the role is asked again
        :param fresh: ask who holds the roles now; else who has it by a role keeps it
        """
        named, by_role, at_work = {}, [], {}
        for index, (spec, host, row) in enumerate(asked):
            user = follow(host, spec.path) if spec.path else None
            if user and user.id not in at_work:
                at_work[user.id] = user.active
            taken = row and row.taken_over and user and user.id == row.instead_of_id
            if user and (taken or at_work[user.id]):
                named[index] = user.id
            elif spec.role and not fresh and row and row.user_id:
                named[index] = row.instead_of_id or row.user_id
            elif spec.role:
                by_role.append(index)
        if by_role:
            requests = [
                places.role_request(spec, host.id)
                for spec, host, _row in (asked[index] for index in by_role)
            ]
            found = self.env["care.role"]._resolve_many(requests)
            hosts = [asked[index][1] for index in by_role]
            found = self._cleared_holders(requests, hosts, found)
            for index, holders in zip(by_role, found, strict=True):
                named[index] = holders[:1].id or None
        return self._with_stand_ins(asked, named, places)

    def _cleared_holders(self, requests, hosts, found):
        """Return the holders of each role who may see the record; where none may, the
        next in line who may."""
        if not hosts:
            return found
        notice = self.env["care.secrecy.notice"]
        secret = notice._classified(hosts[0].browse({host.id for host in hosts}))
        return [
            notice._resolve(request, host) if users and host in secret else users
            for request, host, users in zip(requests, hosts, found, strict=True)
        ]

    def _with_stand_ins(self, asked, named, places):
        wanted = {}
        for index, (spec, host, _row) in enumerate(asked):
            company_id = places.of(host.id)[2] or spec.company_id
            wanted[index] = (named.get(index), company_id)
        present = self._present(set(wanted.values()))
        deaf = self._deaf_stand_ins(asked, wanted, present)
        people = []
        for index, (_spec, _host, row) in enumerate(asked):
            user_id = named.get(index)
            if row and row.taken_over and user_id == row.instead_of_id:
                people.append((row.user_id, user_id, True))
                continue
            there = user_id if index in deaf else present[wanted[index]]
            people.append((there, user_id if there != user_id else None, None))
        return people

    def _deaf_stand_ins(self, asked, wanted, present):
        """Return the places in `asked` whose stand-in may not see the record."""
        stand_ins = {
            index: (present[pair], asked[index][1])
            for index, pair in wanted.items()
            if present[pair] != pair[0]
        }
        if not stand_ins:
            return set()
        model_name = next(iter(stand_ins.values()))[1]._name
        deaf = self.env["care.secrecy.notice"]._deaf_pairs(
            model_name, {(user_id, host.id) for user_id, host in stand_ins.values()}
        )
        return {
            index
            for index, (user_id, host) in stand_ins.items()
            if (user_id, host.id) in deaf
        }

    def _follow_hosts(self, hosts, spec, last, places, journal, fresh=False):
        """Let running rows follow their record's responsible, customer, department."""
        asked, moved = [], []
        for host in hosts:
            row = last.get((spec.id, host.id))
            if row and (
                row.state in RUNNING or (row.state == "missed" and not row.done_at)
            ):
                place = places.of(host.id)[:2]
                if place != (row.partner_id, row.department_id):
                    row.partner_id, row.department_id = place
                    moved.append((spec, host, row))
                else:
                    asked.append((spec, host, row))
        for group, again in ((asked, fresh), (moved, True)):
            people = self._responsibles(group, places, fresh=again) if group else ()
            for (_spec, _host, row), values in zip(group, people, strict=True):
                self._hand_to(row, *values, journal)

    def _hand_to(self, row, there, instead_of_id, taken_over, journal, **event):
        """Give a row to somebody, and say so where it was somebody else's."""
        before, back = row.user_id, there and there == row.instead_of_id
        row.user_id, row.instead_of_id = there, instead_of_id
        row.taken_over = taken_over
        if before != there:
            why = "stand_in" if instead_of_id else "back" if back else "named"
            event.setdefault("reason", why)
            journal.log(row, "assign", from_user_id=before, to_user_id=there, **event)

    # ---- who stands in

    @api.model
    def _present(self, wanted):
        """Return {(user id, company id): id of who does that work now}."""
        found = {pair: pair[0] for pair in wanted}
        away = self._delegating_ids()
        by_company = defaultdict(set)
        for user_id, company_id in wanted:
            if user_id in away:
                by_company[company_id].add(user_id)
        delegations = self.env(su=True)["care.delegation"]
        for company_id, ids in by_company.items():
            users = self.env["res.users"].sudo().browse(ids)
            for company, mine in users.grouped("company_id").items():
                if company_id:
                    company = company.browse(company_id)
                there = delegations._stand_ins(mine, "obligations", company)
                for user_id, other_id in there.items():
                    found[user_id, company_id] = other_id
        return found

    @api.model
    @tools.ormcache()
    def _delegating_ids(self):
        """Return the ids of everybody who has named a stand-in, now or for later. So
        a save of records of all others asks nothing."""
        yesterday = fields.Date.subtract(fields.Date.today(), days=1)
        lasts = Domain("date_to", "=", False) | Domain("date_to", ">=", yesterday)
        rows = self.env["care.delegation"].sudo().search(lasts)
        return frozenset(rows.user_id.ids)

    @api.model
    def _on_stand_ins_changed(self, users):
        """Called when stand-ins of `users` were entered, changed or taken away."""
        self.env.registry.clear_cache()
        self._call_follow_job()

    @api.model
    def _on_roles_changed(self, roles):
        """Called when a role was given to somebody or taken from them."""
        rules = self.env["care.obligation.rule"].sudo()
        rules = rules.with_context(active_test=False)
        found = rules.search([("role_id", "in", roles.ids)])
        if found:
            found.filtered(lambda rule: not rule.follow_wanted).follow_wanted = True
        self._call_follow_job()

    def _call_follow_job(self):
        cron = self.env.ref("customer_care.ir_cron_obligation_follow", False)
        if cron:
            cron.sudo()._trigger()

    # ---- the job

    @api.model
    def _cron_follow(self):
        """Let what is owed follow its people; commits after each batch.

        Each run: stand-ins that began or ended, found by one grouped query and moved
        by one statement each. Then the rules whose roles have changed hands, and once
        a day all whose people no save tells: their records are read again in batches.
        """
        progress = self.env["ir.cron"]._commit_progress
        for pair, there in self._moved_pairs():
            while moved := self._move_pair(*pair, there):
                if not progress(moved, remaining=1):
                    return
            self._move_classified(*pair, there)
        self._follow_duties(
            self.env["care.duty"].sudo().search([("active", "=", True)])
        )
        self._want_following()
        for rule in self._rules_to_follow():
            after = 0
            while rows := self._load_pending(rule, after):
                after = rows[-1].id
                self._follow_rows(rule, rows)
                self.env.invalidate_all()
                if not progress(len(rows), remaining=1):
                    return
            rule.follow_wanted = False
            progress(1, remaining=1)
        progress(remaining=0)

    def _moved_pairs(self):
        """Return [((named user, company, user who has it), who should)] that differ."""
        away = list(self._delegating_ids())
        groups = self.env.execute_query(
            SQL(
                """SELECT %s, company_id, user_id FROM care_obligation
                    WHERE %s AND taken_over IS NOT TRUE AND user_id IS NOT NULL
                      AND (instead_of_id IS NOT NULL OR user_id = ANY(%s))
                 GROUP BY 1, 2, 3""",
                _NAMED,
                PENDING,
                away,
            )
        )
        present = self._present({group[:2] for group in groups})
        return [(g, present[g[:2]]) for g in groups if present[g[:2]] != g[2]]

    def _move_pair(self, named_id, company_id, user_id, there):
        """Move one batch of obligations to whoever is there. Return how many."""
        where = self._pair_where(named_id, company_id, user_id)
        rows = self._load(
            SQL("%s AND secrecy_level < 2", where), lock=True, limit=BATCH
        )
        return self._move_rows(rows, named_id, there)

    def _move_classified(self, named_id, company_id, user_id, there):
        """Move what asks for a clearance, where whoever is there may see it."""
        notice = self.env["care.secrecy.notice"]
        if not notice._is_needed():
            return
        where = self._pair_where(named_id, company_id, user_id)
        rows = self._load(SQL("%s AND secrecy_level >= 2", where), lock=True)
        pairs = {(there, row.id) for row in rows}
        deaf = notice._deaf_pairs("care.obligation", pairs)
        heard = [row for row in rows if (there, row.id) not in deaf]
        self._move_rows(heard, named_id, there)

    def _pair_where(self, named_id, company_id, user_id):
        return SQL(
            "%s AND %s = %s AND company_id IS NOT DISTINCT FROM %s "
            "AND user_id = %s AND taken_over IS NOT TRUE",
            PENDING,
            _NAMED,
            named_id,
            company_id,
            user_id,
        )

    def _move_rows(self, rows, named_id, there):
        journal = Journal(self._now())
        journal.old = rows
        for row in rows:
            instead = named_id if there != named_id else None
            self._hand_to(row, there, instead, None, journal, user_id=None)
        self._save(journal)
        return len(rows)

    def _want_following(self):
        """Once a day, want all rules followed whose people change unseen."""
        today = fields.Date.today()
        rules = self.env["care.obligation.rule"].sudo()
        late = Domain("followed_on", "=", False) | Domain("followed_on", "<", today)
        found = rules.search(late)
        unseen = found.filtered(
            lambda rule: (
                rule.role_id
                or "." in (rule.responsible_path or "")
                or "obligation_ids" not in self.env.get(rule.model_name, rule)._fields
            )
        )
        unseen.follow_wanted = True
        found.followed_on = today

    @api.model
    def _follow_duties(self, duties):
        """Give the open occurrences of these duties to whom they are now for."""
        journal = Journal(self._now())
        journal.old = self._load(SQL("duty_id = ANY(%s) AND %s", duties.ids, PENDING))
        named = {duty.id: duty._get_responsibles()[:1].id or None for duty in duties}
        places = {duty.id: duty.sudo().department_id.id or None for duty in duties}
        wanted = {(named[row.duty_id], row.company_id) for row in journal.old}
        present = self._present(wanted)
        for row in journal.old:
            row.department_id = places[row.duty_id]
            user_id = named[row.duty_id]
            if row.taken_over and user_id == row.instead_of_id:
                continue
            there = present[user_id, row.company_id]
            instead = user_id if there != user_id else None
            self._hand_to(row, there, instead, None, journal)
        self._save(journal)

    def _rules_to_follow(self):
        rules = self.env["care.obligation.rule"].sudo()
        return rules.search([("follow_wanted", "=", True)])

    def _load_pending(self, rule, after):
        return self._load(
            SQL("rule_id = %s AND id > %s AND %s", rule.id, after, PENDING),
            lock=True,
            limit=BATCH,
        )

    def _follow_rows(self, rule, rows):
        journal = Journal(self._now())
        journal.old = rows
        for spec in rule._get_specs():
            hosts = self._hosts(spec.model, [row.res_id for row in rows]).exists()
            last = {(rule.id, row.res_id): row for row in rows}
            places = Places(self, hosts)
            self._follow_hosts(hosts, spec, last, places, journal, fresh=True)
        self._save(journal)
