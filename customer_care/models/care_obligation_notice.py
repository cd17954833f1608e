from collections import defaultdict

from markupsafe import Markup

from odoo import models

from ..logic.obligation_clock import REMIND

SHOWN = 20  # lines of a notice


class CareObligationNotice(models.AbstractModel):
    """Says whom a rung of the ladder calls, and tells the managers of those who are
    nobody's."""

    _name = "care.obligation.notice"
    _description = "Notices about obligations"

    def _call(self, calls, journal):
        """Log what fires and raise the activities.

        :param calls: list of (row, level or "miss") in the order of time
        """
        if not calls:
            return
        rungs = self._rung_records(calls)
        told = self._cleared_people(calls, rungs, self._people(calls, rungs))
        activities, nobody = [], []
        for (row, level), user_ids in zip(calls, told, strict=True):
            if level == "miss":
                journal.log(row, "miss")
                continue
            journal.log(
                row,
                "remind" if level == REMIND else "escalate",
                level=level,
                user_id=user_ids[0] if user_ids else None,
                reason=None if user_ids else "nobody",
            )
            rung = rungs.get((row.rule_id, row.duty_id, level))
            activities += [(row, level, rung, user_id) for user_id in user_ids]
            if not user_ids:
                nobody.append(row)
        self._raise_activities(activities, journal)
        self._tell_managers(nobody)

    def _rung_records(self, calls):
        """Return {(rule id, duty id, level): care.obligation.escalation}."""
        rungs = (
            self.env["care.obligation.escalation"]
            .sudo()
            .search(
                [
                    "|",
                    (
                        "rule_id",
                        "in",
                        [row.rule_id for row, _l in calls if row.rule_id],
                    ),
                    (
                        "duty_id",
                        "in",
                        [row.duty_id for row, _l in calls if row.duty_id],
                    ),
                ]
            )
        )
        return {
            (rung.rule_id.id or None, rung.duty_id.id or None, rung.level): rung
            for rung in rungs
        }

    # ---- who is told

    def _people(self, calls, rungs):
        """Return for each call the list of user ids to tell."""
        managers = self._managers_of({row.user_id for row, _l in calls if row.user_id})
        active = self._active_users(calls, rungs)
        told, roles = [], []
        for index, (row, level) in enumerate(calls):
            rung = rungs.get((row.rule_id, row.duty_id, level))
            notify = rung.notify if rung else "responsible"
            users = []
            if level == "miss":
                notify = None
            if notify == "responsible" and row.user_id in active:
                users = [row.user_id]
            elif notify == "manager" and row.user_id in managers:
                users = [managers[row.user_id]]
            elif notify == "user" and rung.user_id.id in active:
                users = [rung.user_id.id]
            elif notify == "role":
                roles.append((index, self._role_request(rung.role_id, row)))
            told.append(users)
        if roles:
            found = self.env["care.role"]._resolve_many([ask for _i, ask in roles])
            for (index, _ask), users in zip(roles, found, strict=True):
                told[index] = users.ids
        return self._told_instead(calls, told)

    def _told_instead(self, calls, told):
        """Return the same with everybody who is away replaced by who stands in."""
        present = self._present(
            {
                (user_id, row.company_id)
                for (row, _level), ids in zip(calls, told, strict=True)
                for user_id in ids
            }
        )
        return [
            list(dict.fromkeys(present[user_id, row.company_id] for user_id in ids))
            for (row, _level), ids in zip(calls, told, strict=True)
        ]

    def _role_request(self, role, row):
        env = self.env(su=True)
        return (
            role,
            env["res.company"].browse(row.company_id or ()),
            env["hr.department"].browse(row.department_id or ()),
            env["res.partner"].browse(row.partner_id or ()),
        )

    def _active_users(self, calls, rungs):
        ids = {row.user_id for row, _l in calls if row.user_id}
        ids |= {rung.user_id.id for rung in rungs.values() if rung.user_id}
        users = self.env["res.users"].sudo().browse(ids)
        return set(users.filtered("active").ids)

    def _managers_of(self, user_ids):
        """Return {user id: user id of the manager}, active ones only."""
        if not user_ids:
            return {}
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("user_id", "in", list(user_ids)),
                    ("parent_id.user_id.active", "=", True),
                ]
            )
        )
        return {
            employee.user_id.id: employee.parent_id.user_id.id for employee in employees
        }

    def _cleared_people(self, calls, rungs, told):
        """Return the same without those who may not see the obligation. Of a role the
        next in line who may is told; who is left out learns nothing."""
        notice = self.env["care.secrecy.notice"]
        pairs = {
            (user_id, row.id)
            for (row, _level), ids in zip(calls, told, strict=True)
            for user_id in ids
        }
        deaf = notice._deaf_pairs("care.obligation", pairs)
        if not deaf:
            return told
        cleared = []
        for (row, level), ids in zip(calls, told, strict=True):
            left = [user_id for user_id in ids if (user_id, row.id) not in deaf]
            rung = rungs.get((row.rule_id, row.duty_id, level))
            if ids and not left and rung and rung.notify == "role":
                request = self._role_request(rung.role_id, row)
                obligation = self.env["care.obligation"].browse(row.id)
                left = notice._resolve(request, obligation, excluded=ids).ids
            cleared.append(left)
        return cleared

    # ---- nobody to tell

    def _tell_managers(self, rows):
        """Tell the customer care managers which obligations reached nobody. Of what
        none of them may see the guardians of secrets hear the number alone."""
        if not rows:
            return
        group = self.env.ref("customer_care.customer_care_group_manager").sudo()
        managers = group.all_user_ids.filtered(lambda u: u.active and not u.share)
        by_company = defaultdict(list)
        for row in rows:
            by_company[row.company_id].append(row)
        for company_id, mine in by_company.items():
            people = managers.filtered(
                lambda user, id_=company_id: not id_ or id_ in user.company_ids.ids
            )
            unheard = self._notify_nobody(people, mine)
            if unheard:
                company = self.env["res.company"].browse(company_id or ())
                self.env["care.secrecy.notice"]._tell_guardians(
                    company or self.env.company, len(unheard)
                )

    def _notify_nobody(self, people, rows):
        """Tell `people` of these; return what none of them may see."""
        notice = self.env["care.secrecy.notice"]
        obligations = (
            self.env["care.obligation"].sudo().browse({row.id for row in rows})
        )
        secret = notice._classified(obligations)
        if obligations != secret:
            self._notify_of(people, obligations - secret)
        unheard = secret
        sight = self.env["care.sight"]
        for person in people if secret else ():
            seen = sight._sees(person, secret)
            if seen:
                self._notify_of(person, seen)
            unheard -= seen
        return unheard

    def _notify_of(self, people, obligations):
        for lang, readers in people.grouped("lang").items():
            env = self.env(su=True, context={"lang": lang})
            lines = Markup().join(
                Markup("<li>%s · %s · %s</li>") % (o.name, o.document or "", o.due_at)
                for o in obligations.with_env(env)[:SHOWN]
            )
            env["mail.thread"].message_notify(
                partner_ids=readers.partner_id.ids,
                subject=env._(
                    "%(count)s escalations reached nobody", count=len(obligations)
                ),
                body=Markup("<p>%s</p><ul>%s</ul>")
                % (
                    env._(
                        "Nobody is responsible, or nobody holds the role. "
                        "Assign somebody, or change the rule."
                    ),
                    lines,
                ),
            )
