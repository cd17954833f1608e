from collections import defaultdict

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL

from ..logic.obligation_clock import REMIND
from .care_obligation_store import array

SHOWN = 20  # lines of a notice


class CareObligationNotice(models.AbstractModel):
    """Tells people that an obligation wants them: one activity each, in batches.

    Activities are inserted with one statement; through the ORM each would cost a
    millisecond, and thousands may fall due in one night.
    """

    _name = "care.obligation.notice"
    _description = "Notices about obligations"

    def _call(self, calls, journal):
        """Log what fires and raise the activities.

        :param calls: list of (row, level or "miss") in the order of time
        """
        if not calls:
            return
        rungs = self._rung_records(calls)
        told = self._people(calls, rungs)
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
        self._raise_activities(activities, journal.now)
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
        return told

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

    # ---- activities

    def _raise_activities(self, activities, now):
        """Insert one activity per (row, level, rung, user id)."""
        if not activities:
            return
        users = self.env["res.users"].sudo().browse({a[3] for a in activities})
        users = {user.id: user for user in users}
        names = self._row_names({row.id for row, *_rest in activities})
        targets = self._targets([row for row, *_rest in activities])
        default_type = self.env.ref("mail.mail_activity_data_todo", False)
        rows = []
        for row, _level, rung, user_id in activities:
            user = users[user_id]
            model_id, model_name, res_id, res_name = targets[row.id]
            name = names[row.id]
            summary = name.get(user.lang) or name.get("en_US") or ""
            if rung and rung.summary:
                summary = f"{rung.with_context(lang=user.lang).summary}: {summary}"
            kind = (rung and rung.activity_type_id) or default_type
            day = self._today_in(row.calendar_id, row.due_at)
            rows.append(
                (
                    model_id,
                    model_name,
                    res_id,
                    res_name,
                    kind and kind.id,
                    summary,
                    day,
                    user_id,
                    user.tz or None,
                )
            )
        self._insert_activities(rows, now)
        self._ring(rows, users, now)

    def _row_names(self, ids):
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, name FROM care_obligation WHERE id = ANY(%s)", list(ids)
                )
            )
        )

    def _targets(self, rows):
        """Return {row id: (ir.model id, model, record id, its name)}: the record itself
        where it takes activities, else the customer, else nothing."""
        targets, wanted = {}, defaultdict(list)
        for row in rows:
            if row.res_model in self.env and (
                "activity_ids" in self.env[row.res_model]._fields
            ):
                wanted[row.res_model].append((row.id, row.res_id))
            elif row.partner_id:
                wanted["res.partner"].append((row.id, row.partner_id))
            else:
                targets[row.id] = (None, None, None, None)
        for model_name, pairs in wanted.items():
            model_id = self.env["ir.model"].sudo()._get_id(model_name)
            hosts = self._hosts(model_name, dict.fromkeys(id_ for _row, id_ in pairs))
            if model_name == "res.partner":
                hosts = hosts.exists()  # the others were looked at just before
            names = {host.id: host.display_name for host in hosts}
            for row_id, id_ in pairs:
                found = id_ in names
                targets[row_id] = (
                    (model_id, model_name, id_, names[id_])
                    if found
                    else (None, None, None, None)
                )
        return targets

    def _insert_activities(self, rows, now):
        columns = {
            "res_model_id": "int",
            "res_model": "text",
            "res_id": "int",
            "res_name": "text",
            "activity_type_id": "int",
            "summary": "text",
            "date_deadline": "date",
            "user_id": "int",
            "user_tz": "text",
        }
        arrays = [
            SQL("%s::%s[]", array(values), SQL(kind))
            for values, kind in zip(
                zip(*rows, strict=True), columns.values(), strict=True
            )
        ]
        names = SQL(", ").join(map(SQL.identifier, columns))
        self.env.execute_query(
            SQL(
                """INSERT INTO mail_activity (automated, active, create_uid,
                          create_date, write_date, %s)
                   SELECT true, true, %s, %s, %s, s.* FROM unnest(%s) AS s(%s)
                RETURNING id""",
                names,
                self.env.uid,
                self.env.cr.now(),
                self.env.cr.now(),
                SQL(", ").join(arrays),
                names,
            )
        )
        self.env["mail.activity"].invalidate_model(flush=False)
        for model_name in {row[1] for row in rows if row[1]}:
            self.env[model_name].invalidate_model(
                [n for n in self.env[model_name]._fields if n.startswith("activity_")],
                flush=False,
            )

    def _ring(self, rows, users, now):
        """Let the clients of the people count one more."""
        counts = defaultdict(int)
        for row in rows:
            counts[row[7]] += row[6] <= now.date()
        for user_id, count in counts.items():
            if count:
                users[user_id]._bus_send(
                    "mail.activity/updated",
                    {"activity_created": True, "count_diff": count},
                )

    # ---- nobody to tell

    def _tell_managers(self, rows):
        """Tell the customer care managers which obligations reached nobody."""
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
            if people:
                self._notify_nobody(people, mine)

    def _notify_nobody(self, people, rows):
        obligations = (
            self.env["care.obligation"].sudo().browse({row.id for row in rows})
        )
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
