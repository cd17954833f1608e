from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..logic import scores


class CareSatisfactionPopulation(models.AbstractModel):
    """When a programme asks, and whom: it opens the rounds and fills them."""

    _name = "care.satisfaction.population"
    _description = "Whom a satisfaction programme asks"

    @api.model
    def _cron_rounds(self):
        """Open the rounds whose time has come, and fill those of events."""
        for programme in self.search([("timing", "!=", "hand")], order="id"):
            if programme._domain_model() is None or not programme.factor_ids:
                continue
            for company in programme._companies():
                programme._advance(company)
        self.env["care.satisfaction.round"]._close_due()

    def _companies(self):
        """Return the companies the programme runs in."""
        return self.company_id or self.env["res.company"].sudo().search(
            [("id", "!=", False)]
        )

    def _today_in(self, company):
        zone = company.sudo().resource_calendar_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    def _advance(self, company):
        """Open the round of today where it is time, and return it."""
        self.ensure_one()
        today = self._today_in(company)
        rounds = self.env["care.satisfaction.round"]
        date_from, date_to = scores.period_of(self.period, today)
        if self.timing == "event":
            if not self._records_to_ask(company, today):
                return rounds
            wave = self._round_of(company, today)
            if wave.state in ("draft", "running"):
                wave._open()
            return wave
        if self.timing != "window" or today < self._window_from(date_to):
            return rounds
        wave = self._round_of(company, today)
        if wave.state == "draft":
            wave._open()
        return wave

    def _window_from(self, date_to):
        """Return the first day of the last months of a period."""
        months = min(self.window_months, scores.MONTHS[self.period])
        return scores.add_months(date_to.replace(day=1), 1 - months)

    def _round_of(self, company, day):
        """Return the round of the period of a day, made where there is none."""
        self.ensure_one()
        rounds = self.env["care.satisfaction.round"].sudo()
        date_from, date_to = scores.period_of(self.period, day)
        key = {
            "programme_id": self.id,
            "company_id": company.id,
            "date_from": date_from,
        }
        found = rounds.with_context(active_test=False).search(
            [(name, "=", value) for name, value in key.items()], limit=1
        )
        return found or rounds.create({**key, "date_to": date_to})

    # ---- whom

    def _subjects_domain(self, company):
        """Return the condition of all records the programme is about."""
        model = self._domain_model()
        domain = self._rule_domain("domain")
        if "company_id" in model._fields:
            domain &= Domain("company_id", "in", [False, company.id])
        return domain

    def _records_to_ask(self, company, today):
        """Return the records whose customers are to be asked now."""
        model = self._domain_model().sudo().with_company(company)
        domain = self._subjects_domain(company)
        if self.timing == "event":
            begun = Domain(self.start_field, "<=", today)
            if self._domain_model()._fields[self.start_field].type == "datetime":
                begun = Domain(self.start_field, "<", today + timedelta(days=1))
            domain &= begun
        records = model.search(domain, order="id")
        records = records.filtered(lambda record: self._customer_of(record))
        return self._without_asked(records, company, today)

    def _without_asked(self, records, company, today):
        """Leave out whom the programme has asked: about the same event, or lately."""
        requests = self.env["care.satisfaction.request"].sudo()
        mine = Domain("programme_id", "=", self.id) & Domain(
            "company_id", "=", company.id
        )
        if self.timing == "event":
            rows = requests.search_fetch(
                mine & Domain("res_id", "in", records.ids), ["res_id", "event_on"]
            )
            known = {(row.res_id, row.event_on) for row in rows}
            records = records.filtered(
                lambda record: (record.id, self._event_of(record)) not in known
            )
        if self.rest_months:
            since = scores.add_months(today, -self.rest_months)
            same_kind = Domain("res_model", "=", self.model_name)
            rows = requests.search_fetch(
                same_kind
                & Domain("company_id", "=", company.id)
                & Domain("state", "!=", "cancelled")
                & Domain("opened_on", ">", since),
                ["customer_id"],
            )
            lately = set(rows.mapped("customer_id").ids)
            records = records.filtered(
                lambda record: (
                    self._customer_of(record).commercial_partner_id.id not in lately
                )
            )
        return records

    def _event_of(self, record):
        """Return the day of the event that asks for the survey, False without one."""
        if self.timing != "event":
            return False
        return fields.Date.to_date(record[self.start_field])

    def _due_of(self, record, wave):
        """Return until when the customer of `record` is to be asked."""
        event = self._event_of(record)
        until = fields.Date.to_date(self.end_field and record[self.end_field])
        if until:
            return until
        if event and self.amount:
            calendar = wave.company_id.sudo().resource_calendar_id
            moment = calendar.care_add(
                fields.Datetime.to_datetime(event), self.amount, self.unit
            )
            return moment.date()
        return wave.date_to
