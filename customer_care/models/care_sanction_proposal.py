import logging
from datetime import date, datetime, timedelta
from typing import NamedTuple

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import wall_clock

_logger = logging.getLogger(__name__)
BATCH = 500
LOOK_BACK = timedelta(days=60)  # so long the job looks for what a sweep left out


class Event(NamedTuple):
    """A violation or merit that a rule has found: records of the superuser."""

    rule: object
    record: object  # None where there is none
    obligation: object
    user: object
    started_at: datetime
    day: date
    company: object
    department: object
    partner: object
    occurrence: int = 1
    first: object = None
    count: int | None = None
    loss: float | None = None
    note: str | None = None
    by: object = None  # who entered it


class CareSanctionProposal(models.AbstractModel):
    """How sanctions are proposed: missed obligations, records that meet a condition,
    and entries by hand become rows with amounts that the engine alone counts."""

    _name = "care.sanction.proposal"
    _description = "Proposing of sanctions"

    # ---- missed obligations

    @api.model
    def _on_obligations_missed(self, obligations):
        """Propose what the rules of just missed obligations want.

        A rule that fails must not stop deadlines from being missed: what is left out
        is found by the job.
        """
        rows = self._sanctioned(SQL("o.id = ANY(%s)", list(obligations.ids)))
        if not rows:
            return self.browse()
        try:
            with self.env.cr.savepoint():
                return self._propose_missed(rows)
        except OperationalError:
            raise
        except Exception:
            _logger.exception("Sanctions of missed obligations: left to the job")
            return self.browse()

    @api.model
    def _sanctioned(self, condition):
        """Return [(obligation id, sanction rule id)] of missed obligations whose rule
        or duty names an active sanction rule that has proposed nothing for them."""
        for name in ("care.obligation.rule", "care.duty", "care.sanction.rule"):
            self.env[name].flush_model()
        self.env["care.obligation"].flush_model()
        self.env["care.sanction"].flush_model(["obligation_id", "rule_id"])
        return self.env.execute_query(
            SQL(
                """SELECT o.id, s.id FROM care_obligation o
                     LEFT JOIN care_obligation_rule r ON r.id = o.rule_id
                     LEFT JOIN care_duty d ON d.id = o.duty_id
                     JOIN care_sanction_rule s
                       ON s.id = COALESCE(r.sanction_rule_id, d.sanction_rule_id)
                      AND s.active AND s.trigger = 'obligation'
                      AND (s.date_from IS NULL OR o.due_at >= s.date_from)
                    WHERE o.missed_at IS NOT NULL AND %s
                      AND NOT EXISTS (SELECT 1 FROM care_sanction c
                                       WHERE c.obligation_id = o.id
                                         AND c.rule_id = s.id)
                    ORDER BY o.id LIMIT %s""",
                condition,
                BATCH * 4,
            )
        )

    @api.model
    def _propose_missed(self, rows):
        rules = self.env["care.sanction.rule"].sudo()
        ledger = self.env["care.obligation"].sudo()
        obligations = ledger.browse(id_ for id_, _rule in rows)
        records = self._records_of(obligations)
        events = []
        for obligation, (_id, rule_id) in zip(obligations, rows, strict=True):
            rule = rules.browse(rule_id)
            record = records.get((obligation.res_model, obligation.res_id))
            events += self._events_of(
                rule,
                record,
                obligation=obligation,
                user=obligation.user_id,
                # the last second of its time: an end of 24:00 belongs to that day
                started_at=obligation.due_at - timedelta(seconds=1),
                company=obligation.company_id or rule.company_id or self.env.company,
                department=obligation.department_id,
                partner=obligation.partner_id,
            )
        return self._propose(events)

    @api.model
    def _records_of(self, obligations):
        """Return {(model, id): record} of the records that are still there."""
        found = {}
        for model_name, mine in obligations.grouped("res_model").items():
            if model_name in self.env:
                model = self.env[model_name].sudo().with_context(active_test=False)
                for record in model.browse(set(mine.mapped("res_id"))).exists():
                    found[model_name, record.id] = record
        return found

    @api.model
    def _events_of(self, rule, record, obligation, user, started_at, company, **place):
        """Return one Event for each person that the rule charges for a record; none
        when its condition does not hold, one without a person when nobody is found."""
        fits = record is not None and rule.model_name == record._name
        if fits and not rule._rule_fitting(record, "domain"):
            return []
        about = record if fits else None
        places = (place["partner"], place["department"], company)
        people = rule._people_of(about, user, places)
        day = self._local_day(company, started_at)
        return [
            Event(
                rule,
                record,
                obligation,
                person,
                started_at,
                day,
                company,
                place["department"],
                place["partner"],
                count=rule._count_of(about),
                loss=rule._loss_of(about),
            )
            for person in people or [self.env["res.users"]]
        ]

    @api.model
    def _local_day(self, company, moment):
        """Return the date of a naive UTC moment where the company works."""
        zone = company.sudo().resource_calendar_id._care_zone()
        return wall_clock.local(wall_clock.to_instant(moment), zone).date()

    @api.model
    def _local_start(self, company, day):
        """Return the naive UTC moment at which a local day begins."""
        zone = company.sudo().resource_calendar_id._care_zone()
        return wall_clock.to_datetime(wall_clock.instant_of(day, 0, zone))

    # ---- records that meet a condition, and what was left out

    @api.model
    def _cron_propose(self):
        """Propose what the rules find; one that fails stops no other."""
        progress = self.env["ir.cron"]._commit_progress
        since = fields.Datetime.now() - LOOK_BACK
        after = 0
        while rows := self._sanctioned(
            SQL("o.missed_at >= %s AND o.id > %s", since, after)
        ):
            after = rows[-1][0]
            self._attempt_each(self._propose_missed, rows)
            if not progress(len(rows), remaining=1):
                return
        rules = self.env["care.sanction.rule"].sudo()
        rules = rules.search([("trigger", "=", "record")])
        for rule in rules.filtered(lambda rule: rule._domain_model() is not None):
            after = 0
            while ids := self._candidate_ids(rule, after):
                after = ids[-1]
                self._attempt_each(self._propose_records, ids, rule)
                if not progress(1, remaining=1):
                    return
        progress(remaining=0)

    @api.model
    def _attempt_each(self, method, items, *arguments):
        """Try all at once; where that fails, one by one, so that one stops no other."""
        if self._attempt(method, items, *arguments) is None and len(items) > 1:
            for item in items:
                self._attempt(method, [item], *arguments)

    @api.model
    def _attempt(self, method, *arguments):
        try:
            with self.env.cr.savepoint():
                result = method(*arguments)
                self.env.flush_all()
            return result
        except OperationalError:
            raise  # the database asks to try the whole job again
        except Exception:
            _logger.exception("Sanctions could not be proposed: %s", arguments[0])
            return None

    @api.model
    def _candidate_ids(self, rule, after):
        """Return the next ids above `after` of records that `rule` finds and has not
        charged yet."""
        model = rule._domain_model().sudo().with_company(rule.company_id)
        domain = rule._rule_domain_apart("domain") & Domain("id", ">", after)
        if rule.date_field:
            domain &= Domain(rule.date_field, "!=", False)
        if rule.date_from:
            domain &= Domain(rule.date_field or "create_date", ">=", rule.date_from)
        if rule.company_id and "company_id" in model._fields:
            domain &= Domain("company_id", "in", [False, rule.company_id.id])
        query = model._search(domain, order="id", limit=BATCH)
        self.env["care.sanction"].flush_model()
        query.add_where(
            SQL(
                """NOT EXISTS (SELECT 1 FROM care_sanction s WHERE s.rule_id = %s
                               AND s.res_model = %s AND s.res_id = %s)""",
                rule.id,
                model._name,
                SQL.identifier(model._table, "id"),
            )
        )
        return [id_ for (id_,) in self.env.execute_query(query.select())]

    @api.model
    def _propose_records(self, ids, rule):
        """Propose what `rule` charges for these records."""
        events = []
        for record in rule._domain_model().sudo().browse(ids):
            events += self._record_events(rule, record)
        return self._propose(events)

    @api.model
    def _record_events(self, rule, record):
        places = self.env["care.improvement"]._prepare_from_record(record)
        company = rule.company_id
        if "company_id" in record._fields or not company:
            company = company.browse(places["company_id"])
        moment = record[rule.date_field] if rule.date_field else fields.Datetime.now()
        if not isinstance(moment, datetime):
            moment = self._local_start(company, moment)
        return self._events_of(
            rule,
            record,
            obligation=self.env["care.obligation"],
            user=self.env["res.users"],
            started_at=moment,
            company=company,
            department=self.env["hr.department"].browse(places["department_id"] or ()),
            partner=self.env["res.partner"].browse(places["partner_id"] or ()),
        )

    # ---- by hand

    @api.model
    def _propose_by_hand(
        self, rule, user, day, note, company=None, record=None, count=1, loss=0.0
    ):
        """Propose what somebody entered; the amounts are the rule's.

        :raise AccessError: the current user is no manager and heads no department
            that the person belongs to
        """
        company = company or self.env.company
        self._check_may_enter(rule, user, company)
        self._check_member(user, company)
        if day > self._local_day(company, fields.Datetime.now()):
            raise UserError(
                self.env._(
                    "%(day)s has not come yet. Choose a day that is over.", day=day
                )
            )
        no = self.env["hr.department"]
        event = Event(
            rule.sudo(),
            record.sudo() if record else None,
            self.env["care.obligation"],
            user.sudo(),
            self._local_start(company, day),
            day,
            company.sudo(),
            self._department_of(user) or no,
            self.env["res.partner"],
            count=count if rule.sudo().basis == "item" else 1,
            loss=loss,
            note=note,
            by=self.env.user,
        )
        return self._propose([event])

    @api.model
    def _check_may_enter(self, rule, user, company):
        this = rule.sudo()
        if this.trigger != "manual" or this.company_id not in (
            company,
            company.browse(),
        ):
            raise UserError(
                self.env._(
                    "%(rule)s is not entered by hand. Choose another rule.",
                    rule=this.name,
                )
            )
        me = self.env.user
        heads = self.env["care.role"]._resolve(
            "department_head", company=company, department=self._department_of(user)
        )
        manager = me.has_group("customer_care.customer_care_group_manager")
        if not (manager and company in me.company_ids) and me not in heads:
            raise AccessError(
                self.env._(
                    "Violations of %(user)s are entered by the head of the department "
                    "or a customer care manager. Ask them.",
                    user=user.sudo().name,
                )
            )
