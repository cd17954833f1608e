import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ..logic.draw import spread

_logger = logging.getLogger(__name__)
_BATCH = 200


class CareCallbackPlan(models.AbstractModel):
    """Makes the callbacks of what was drawn, batch by batch; run again, it goes on
    where it stopped."""

    _name = "care.callback.plan"
    _description = "Planning of drawn callbacks"

    @api.model
    def _cron_plan(self):
        """Plan all draws that wait for it, committing batch by batch."""
        progress = self.env["ir.cron"]._commit_progress
        waiting = self.sudo().search([("state", "=", "drawn")], order="id")
        for one in waiting:
            while True:
                try:
                    with self.env.cr.savepoint():
                        made = one._plan_batch()
                except OperationalError:
                    raise
                except Exception:
                    _logger.exception("Draw %s could not be planned", one.id)
                    break
                if not progress(max(made, 1), remaining=bool(made)):
                    return
                if not made:
                    break
        self.env["care.callback"]._refresh_supervisors()
        progress(0, remaining=0)

    def _plan(self):
        """Plan these draws to the end."""
        for one in self:
            while one._plan_batch():
                pass

    def _plan_batch(self):
        """Make the callbacks of the next lines; return how many lines were settled."""
        self.ensure_one()
        one = self.sudo().try_lock_for_update()
        one.invalidate_recordset(["state"])
        if not one or one.state != "drawn":
            return 0
        ids = [id_ for (id_,) in self.env.execute_query(one._waiting_sql())]
        if not ids:
            one._engine().write({"state": "planned"})
            one._tell_supervisors()
            return 0
        lines = one._engine().env["care.callback.draw.line"].browse(ids)
        one._engine()._plan_lines(lines)
        return len(ids)

    def _waiting_sql(self):
        """Lines to settle: drawn ones, taken reserves, exempt ones with a letter."""
        self.env.flush_all()
        return SQL(
            """SELECT l.id FROM care_callback_draw_line l
            LEFT JOIN care_callback_exemption e ON e.id = l.exemption_id
                WHERE l.draw_id = %s AND l.callback_id IS NULL
                  AND l.replaced_by_id IS NULL AND l.replace_reason IS NULL
                  AND (l.kind = 'drawn' OR l.replaces_id IS NOT NULL
                       OR l.kind = 'exempt' AND e.letter_wanted)
             ORDER BY l.stratum, l.rank, l.id LIMIT %s""",
            self.id,
            _BATCH,
        )

    def _plan_lines(self, lines):
        """Make the callbacks of `lines`; a record that is gone gives way to the next
        reserve."""
        model = self.env[self.model_name].with_context(active_test=False)
        there = set(model.browse(lines.mapped("res_id")).exists()._ids)
        for line in lines.filtered(lambda line: line.res_id not in there):
            self._replace_gone(line)
        lines = lines.filtered(lambda line: line.res_id in there)
        plans = [self._prepare_plan(line, model.browse(line.res_id)) for line in lines]
        self._put_callers([plan for plan in plans if plan["state"] == "planned"])
        self._put_supervisors(plans)
        vals_list = [{k: v for k, v in p.items() if k[0] != "_"} for p in plans]
        callbacks = self.env["care.callback"].create(vals_list)
        for line, callback in zip(lines, callbacks, strict=True):
            line.write({"callback_id": callback.id})
        for callback, plan in zip(callbacks, plans, strict=True):
            if plan.get("_nobody"):
                callback._ask_supervisors(plan["_nobody"])

    def _replace_gone(self, line):
        reason = self.env._("The record was deleted.")
        if not self._is_extra(line) and line._take_reserve(reason, self.env.user):
            return
        line._engine().write(
            {"replace_reason": reason, "replaced_at": fields.Datetime.now()}
        )

    def _plan_taken(self, line):
        """Plan a reserve that was taken, or the one that took its place in turn;
        return its callback."""
        while line:
            self._engine()._plan_lines(line._engine())
            if line.callback_id:
                break
            line = line.replaced_by_id
        return line.callback_id._plain(self.env)

    def _is_extra(self, line):
        """Tell whether the line was drawn beyond the rate; nobody takes its place."""
        rows = {row["code"]: row for row in self.sudo().strata or ()}
        row = rows.get(line.stratum or "")
        if line.kind == "reserve":
            return False
        return not row or line.sudo().rank > line._quota_in(row)

    # ---- the values of a callback

    def _prepare_plan(self, line, record):
        """Return the values of the callback of a line; keys with _ are for planning."""
        programme = self.programme_id
        role, before, after, gravest = programme._get_terms(line.stratum or "")
        partner = programme._follow(record, programme.partner_path)
        if record._name == "res.partner" and not partner:
            partner = record
        partner = self._first_of(partner, "res.partner")
        department = programme._follow(record, programme.department_path)
        contact = programme._follow(record, programme.contact_path) or []
        phone = programme._follow(record, programme.phone_path) or []
        base = line.event_at
        start = programme._midnight(self.company_id, self.date_from)
        calendar = self.company_id.resource_calendar_id
        late = max(base, start)
        exempt = line.kind == "exempt"
        if after[1] in ("day", "month") and programme._has_whole_days():
            after = (*after, "24:00")
        return {
            "programme_id": programme.id,
            "clause_id": (
                line.exemption_id.clause_id if exempt else programme.clause_id
            ).id,
            "draw_id": self.id,
            "draw_line_id": line.id,
            "stratum": line.stratum,
            "is_gravest": gravest,
            "res_model": self.model_name,
            "res_id": record.id,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "department_id": self._first_of(department, "hr.department").id,
            "contact_name": next(iter(contact), False) or partner.name,
            "contact_phone": next(iter(phone), False) or partner.phone,
            "event_at": base,
            "not_before": before[0] and calendar.care_add(base, *before),
            "due_at": calendar.care_add(late, *after),
            "channel": "letter" if exempt else programme.channel,
            "state": "exempt" if exempt else "planned",
            "exempt_reason": line.exemption_id.name if exempt else False,
            "letter_wanted": exempt and line.exemption_id.letter_wanted,
            "role_id": role.id,
            "excluded_ids": [(6, 0, programme._excluded_users(record).ids)],
            "_excluded": programme._excluded_users(record),
            "_role": role,
            "_partner": partner,
            "_department": self._first_of(department, "hr.department"),
        }

    def _first_of(self, found, model_name):
        if isinstance(found, models.BaseModel) and found._name == model_name:
            return found[:1]
        return self.env[model_name]

    def _put_callers(self, plans):
        """Choose who calls, never a handler; note where nobody is left."""
        roles, notice = self.env["care.role"], self.env["care.secrecy.notice"]
        asked = [plan for plan in plans if plan["_role"]]
        requests = [
            (p["_role"].code, self.company_id, p["_department"], p["_partner"])
            for p in asked
        ]
        found = roles._resolve_many(requests) if requests else []
        for plan, request, holders in zip(asked, requests, found, strict=True):
            left = holders - plan["_excluded"]
            left -= self._deaf_of(plan, left)
            if not left and holders:
                excluded = plan["_excluded"].ids
                about = self._about(plan)
                left = notice._resolve(request, *about, excluded=excluded)
            plan["_left"] = left = self._at_work(left, plan["_excluded"], plan)
            if not left:
                plan["_nobody"] = self._nobody_text(plan["_role"], holders)
        if self.programme_id.assign == "role":
            self._spread([plan for plan in asked if plan["_left"]])

    def _deaf_of(self, plan, users):
        """Return those of `users` who may not see the record or its customer."""
        return self.env["care.secrecy.notice"]._deaf(users, *self._about(plan))

    def _about(self, plan):
        record = self.env[plan["res_model"]].browse(plan["res_id"])
        return record, plan["_partner"]

    def _at_work(self, users, excluded, plan):
        """Return `users` with who is away replaced by who stands in, unless that one
        had to do with the record or may not see it."""
        delegation = self.env["care.delegation"]
        found = delegation._stand_in(users, "obligations", company=self.company_id)
        found -= excluded
        return (found - self._deaf_of(plan, found)) or users

    def _spread(self, plans):
        groups = {}
        for plan in plans:
            groups.setdefault(plan["_left"], []).append(plan)
        for users, rows in groups.items():
            loads = self.programme_id._open_loads(users)
            chosen = spread(users.ids, loads, len(rows))
            for plan, user_id in zip(rows, chosen, strict=True):
                plan["user_id"] = user_id
                plan["assigned_at"] = fields.Datetime.now()

    def _nobody_text(self, role, holders):
        if holders:
            return self.env._(
                "Everybody who holds the role %(role)s had to do with the case or may "
                "not see it. Assign somebody else to the role, then this callback.",
                role=role.name,
            )
        return self.env._(
            "Nobody holds the role %(role)s here. Assign it under Configuration > "
            "Role assignments, then this callback.",
            role=role.name,
        )

    def _put_supervisors(self, plans):
        role = self.programme_id.supervisor_role_id
        if not (role and plans):
            return
        requests = [
            (role.code, self.company_id, p["_department"], p["_partner"]) for p in plans
        ]
        found = self.env["care.role"]._resolve_many(requests)
        supervisors = self.env["care.callback"]._supervisors_of
        for plan, request, users in zip(plans, requests, found, strict=True):
            about = self._about(plan)
            users = supervisors(request, users, plan["_excluded"], *about)
            plan["supervisor_ids"] = [(6, 0, users.ids)]
            plan["supervisor_id"] = users[:1].id

    def _tell_supervisors(self):
        """One activity for each supervisor: a plan waits to be assigned."""
        callbacks = self.callback_ids.filtered(
            lambda row: row.state == "planned" and not row.user_id
        )
        deaf = self.env["care.secrecy.notice"]._deaf_pairs(
            callbacks._name,
            {(user.id, row.id) for row in callbacks for user in row.supervisor_ids},
        )
        for user in callbacks.supervisor_ids:
            mine = callbacks.filtered(
                lambda row, user=user: (
                    user in row.supervisor_ids and (user.id, row.id) not in deaf
                )
            )
            mine[:1]._raise_activity(
                user, self.env._("%s callbacks to assign", len(mine))
            )
