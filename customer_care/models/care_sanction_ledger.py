from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..logic.progression import Progression, charge, factor_of

_HEAD = "department_head"
_KEY = (
    "rule_id",
    "res_model",
    "res_id",
    "obligation_id",
    "user_id",
    "occurrence_date",
)


class CareSanctionLedger(models.AbstractModel):
    """How sanctions are written: each violation once, with its number in the month,
    its amounts and the people who decide."""

    _name = "care.sanction.ledger"
    _description = "Writing of sanctions"

    # ---- writing

    @api.model
    def _propose(self, events):
        """Write the events that are not there yet; return the new sanctions."""
        events = self._new_events(events)
        if not events:
            return self.browse()
        engine = self._engine().with_context(
            tracking_disable=True, mail_create_nolog=True
        )
        asks = [
            (e.rule.confirm_role_id, e.company, e.department, e.user, e.by)
            for e in events
        ]
        deciders = self._deciders_of(asks)
        new = engine.create(
            [
                self._prepare_vals(event) | {"decider_ids": [(6, 0, users.ids)]}
                for event, users in zip(events, deciders, strict=True)
            ]
        )
        new._copy_names()
        new._recount()
        return new._plain(self.env)

    @api.model
    def _new_events(self, events):
        """Drop events whose key is there already, or twice among them."""
        wanted = {}
        for event in events:
            if event.count or event.rule.basis != "item":
                wanted.setdefault(self._key_of(event), event)
        manual = [e for e in wanted.values() if e.rule.trigger == "manual"]
        self.env["care.sanction"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT %s FROM care_sanction
                    WHERE rule_id = ANY(%s) AND occurrence_date = ANY(%s)""",
                SQL(", ").join(map(SQL.identifier, _KEY)),
                list({key[0] for key in wanted}),
                list({key[-1] for key in wanted}),
            )
        )
        there = set(rows)
        return [
            event
            for key, event in wanted.items()
            if key not in there or event in manual
        ]

    @api.model
    def _key_of(self, event):
        record = event.record
        return (
            event.rule.id,
            record._name if record is not None else None,
            record.id if record is not None else None,
            event.obligation.id or None,
            event.user.id or None,
            event.day,
        )

    @api.model
    def _prepare_vals(self, event):
        rule, record, company = event.rule, event.record, event.company
        grouped = rule.kind != "reward" and rule.group_id
        vals = {
            "rule_id": rule.id,
            "name": rule.name,
            "clause_id": rule.clause_id.id,
            "group_id": grouped and grouped.id,
            "scope": grouped and grouped.scope,
            "kind": rule.kind,
            "trigger": rule.trigger,
            "res_model": record is not None and record._name,
            "res_id": record is not None and record.id,
            "obligation_id": event.obligation.id,
            "user_id": event.user.id,
            "department_id": (self._department_of(event.user) or event.department).id,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "proposed_by_id": event.by and event.by.id,
            "note": event.note,
            "started_at": event.started_at,
            "occurrence_date": event.day,
            "occurrence": event.occurrence,
            "first_id": event.first and event.first.id,
            "item_count": event.count,
            "loss": event.loss,
        }
        if rule.recur_days and not event.first:
            vals["next_at"] = self._first_look(event)
        return vals | self._charged(vals, rule, None)

    @api.model
    def _first_look(self, event):
        """Return when the violation counts again; at once where the calendar cannot
        tell, so that the job says why."""
        try:
            return self._moment_of(event.rule, event.company, event.started_at, 2)
        except UserError:
            return event.started_at

    def _department_of(self, user):
        return user.sudo().employee_id.department_id

    @api.model
    def _charged(self, vals, rule, ordinal):
        """Return the numbers of a sanction that is the `ordinal`-th of its month."""
        group = rule.group_id if vals["group_id"] else None
        steps = group and Progression(group.from_nth, group.factor, group.compound)
        factor = factor_of(ordinal or 1, steps)
        count, loss = vals["item_count"] or 0, vals["loss"] or 0
        due = charge(rule._tariff(), count, loss, factor)
        worse = group and (ordinal or 1) >= group.from_nth
        money = self._to_company_currency(rule, vals)
        return {
            "ordinal": ordinal or 0,
            "factor": due.factor,
            "amount_proposed": money(due.amount),
            "points_proposed": due.points,
            "amount": money(due.amount),
            "points": due.points,
            "amount_min": money(rule.min_amount) if rule.basis == "range" else 0,
            "amount_max": money(rule.max_amount * factor)
            if rule.basis == "range"
            else 0,
            "pay_min_pct": worse and group.pay_min_pct,
            "pay_max_pct": worse and group.pay_max_pct,
        }

    @api.model
    def _to_company_currency(self, rule, vals):
        company = self.env["res.company"].sudo().browse(vals["company_id"])
        target = company.currency_id
        currency = rule.currency_id or target
        if currency == target or rule.basis == "loss_pct":
            return target.round
        day = vals["occurrence_date"]
        return lambda amount: currency._convert(amount, target, company, day)

    def _copy_names(self):
        """Give new rows the rule's name in every language, and a number."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """UPDATE care_sanction s SET name = r.name,
                          number = 'S/' || EXTRACT(YEAR FROM s.occurrence_date)::text
                            || '/'
                            || LPAD(s.id::text, GREATEST(6, LENGTH(s.id::text)), '0')
                     FROM care_sanction_rule r
                    WHERE r.id = s.rule_id AND s.id = ANY(%s) RETURNING s.id""",
                self.ids,
            )
        )
        self.invalidate_recordset(["name", "number", "display_name"], flush=False)

    def _recount(self):
        """Count anew which of its month each one still to confirm is, and what that
        costs. What was confirmed keeps its numbers."""
        groups = self.filtered("group_id")
        if not groups:
            return
        engine = self._engine()
        for id_, ordinal in self.env.execute_query(groups._places_sql()):
            sanction = engine.browse(id_)
            vals = {
                "item_count": sanction.item_count,
                "loss": sanction.loss,
                "occurrence_date": sanction.occurrence_date,
                "company_id": sanction.company_id.id,
                "group_id": sanction.group_id.id,
            }
            sanction.write(self._charged(vals, sanction.rule_id, ordinal))

    def _places_sql(self):
        """Return the query (id, place in its month) of those to confirm in the months
        of these whose place has changed."""
        self.env["care.sanction"].flush_model()
        return SQL(
            """SELECT id, place
                 FROM (SELECT id, state, ordinal,
                              row_number() OVER (
                                  PARTITION BY group_id, month, company_id, scope,
                                      CASE scope WHEN 'person' THEN user_id
                                          WHEN 'department' THEN department_id END
                                  ORDER BY occurrence_date, id) AS place
                         FROM care_sanction
                        WHERE group_id = ANY(%s) AND month = ANY(%s)
                          AND company_id = ANY(%s)
                          AND state NOT IN ('dismissed', 'reversed')) AS counted
                WHERE state = 'proposed' AND ordinal IS DISTINCT FROM place
                ORDER BY id""",
            self.group_id.ids,
            list(set(self.mapped("month"))),
            self.company_id.ids,
        )

    # ---- who decides

    @api.model
    def _deciders_of(self, asks):
        """Return the users who decide, for each (role or none, company, department,
        person, by whom entered): those of the role or the department's head, never
        the person nor who entered it; where nobody is left, the company's managers."""
        roles = self.env["care.role"].sudo()
        requests = [
            (role or _HEAD, company, self._department_of(user) or department, None)
            for role, company, department, user, _by in asks
        ]
        found = roles._resolve_many(requests) if requests else []
        managers = {}
        result = []
        for request, users, (_role, company, _dep, user, by) in zip(
            requests, found, asks, strict=True
        ):
            concerned = user | (by or user)
            users -= concerned
            if not users and concerned:
                users = roles._resolve_many([request], excluded=concerned.ids)[0]
                users -= concerned
            if not users:
                if company not in managers:
                    managers[company] = self._managers_of_company(company)
                users = managers[company] - concerned
            result.append(users)
        return result

    @api.model
    def _managers_of_company(self, company):
        group = self.env.ref("customer_care.customer_care_group_manager").sudo()
        return group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )

    @api.model
    def _check_member(self, person, company):
        """Refuse a person who does not work in the company."""
        if company not in person.sudo().company_ids:
            raise UserError(
                self.env._(
                    "%(person)s does not belong to %(company)s. Choose somebody of "
                    "that company.",
                    person=person.sudo().name,
                    company=company.sudo().name,
                )
            )
