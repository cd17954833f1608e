from psycopg2.errors import UniqueViolation
from pytz import timezone, utc

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import date_utils

CUMULATES = [
    ("none", "Each request by itself"),
    ("record", "All of the record"),
    ("partner", "All of the customer"),
]
PERIODS = [
    ("always", "Without a limit in time"),
    ("month", "Calendar month"),
    ("quarter", "Quarter"),
    ("year", "Year"),
    ("rolling", "The last days"),
]


class CareApprovalCumulateMixin(models.AbstractModel):
    """How a rule adds up amounts, so that one that was split finds its band.

    Part of care.approval.rule, in a file of its own for its length.
    """

    _name = "care.approval.cumulate.mixin"
    _description = "How an approval rule adds up amounts"

    cumulate = fields.Selection(
        CUMULATES,
        "Amounts counted",
        required=True,
        default="none",
        help="The band is chosen by the amount asked for together with those approved "
        "or waiting before it, of the same record or of the same customer.",
    )
    cumulate_period = fields.Selection(
        PERIODS,
        "Counted over",
        required=True,
        default="year",
        help="Months, quarters and years begin in the time zone of the company.",
    )
    cumulate_days = fields.Integer("Number of days", default=30)

    _cumulate_days_positive = models.Constraint(
        "CHECK (cumulate_period != 'rolling' OR cumulate_days > 0)",
        "Amounts are added up over one day at least. Correct the number of days.",
    )

    @api.constrains("cumulate", "amount_field")
    def _check_cumulate(self):
        for rule in self:
            if rule.cumulate != "none" and not rule.amount_field:
                raise ValidationError(
                    self.env._(
                        "%(rule)s adds up amounts but names no amount field. Name the "
                        "field, or count each request by itself.",
                        rule=rule.name,
                    )
                )

    def _prepare_tally_vals(self, record, band_amount, band_currency):
        """Return what an approval keeps of the amounts counted with its own.

        `tally_number` counts the requests of one key: two at one moment take the same
        number, and the database refuses the second, which is then asked anew.
        """
        if self.cumulate == "none":
            return {
                "before_ids": [],
                "before_amount": 0,
                "cumulated_amount": band_amount,
                "tally_key": False,
                "tally_number": 0,
            }
        partner = record._approval_partner().commercial_partner_id
        if self.cumulate == "partner" and not partner and band_amount:
            raise UserError(
                self.env._(
                    "%(record)s names no customer, whose amounts %(rule)s adds up. "
                    "Enter the customer first.",
                    record=record.display_name,
                    rule=self.name,
                )
            )
        company = record._approval_company()
        whose = f"partner,{partner.id}"
        if self.cumulate == "record":
            whose = f"{record._name},{record.id}"
        key = f"{self.code}/{company.id}/{whose}"
        before = self._counted(record, company, partner)
        sizes = [row._size_in(band_currency, company) for row in before]
        return {
            "before_ids": [Command.set(before.ids)],
            "before_amount": sum(sizes),
            "cumulated_amount": sum(sizes) + abs(band_amount),
            "tally_key": key,
            "tally_number": self._next_number(key),
        }

    def _counted(self, record, company, partner):
        """Return the approvals whose amounts count beside that of `record`: given or
        waiting, and given ones that became void later unless the host denies it."""
        domain = Domain("rule_id.code", "=", self.code)
        domain &= Domain("company_id", "=", company.id)
        live = Domain("state", "in", ("pending", "approved"))
        domain &= live | Domain("granted_at", "!=", False)
        if self.cumulate == "record":
            domain &= Domain("res_model", "=", record._name)
            domain &= Domain("res_id", "=", record.id)
        else:
            domain &= Domain("partner_id.commercial_partner_id", "=", partner.id)
        begin = self._period_begin(company)
        if begin:
            domain &= Domain("requested_at", ">=", begin)
        found = self.env["care.approval"].sudo().search(domain, order="id")
        return found.filtered(lambda row: row.state != "cancelled" or row._is_spent())

    def _period_begin(self, company):
        """Return the moment (UTC) from which amounts count, None for all."""
        if self.cumulate_period == "always":
            return None
        if self.cumulate_period == "rolling":
            now = fields.Datetime.now()
            return fields.Datetime.subtract(now, days=self.cumulate_days)
        today = self.env["care.role"]._today(company)
        first = date_utils.start_of(today, self.cumulate_period)
        zone = timezone(company.sudo().resource_calendar_id.tz or "UTC")
        midnight = zone.localize(fields.Datetime.to_datetime(first))
        return midnight.astimezone(utc).replace(tzinfo=None)

    @api.model
    def _next_number(self, key):
        self.env["care.approval"].flush_model(["tally_key", "tally_number"])
        self.env.cr.execute(
            "SELECT COALESCE(MAX(tally_number), 0) + 1 FROM care_approval"
            " WHERE tally_key = %s",
            [key],
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _create_counted(self, engine, vals):
        """Create the approval; of two at one moment the second is asked anew, and then
        counts the first."""
        try:
            return engine.create(vals)
        except UniqueViolation as error:
            if error.diag.constraint_name != "care_approval_one_tally_number":
                raise
            raise ConcurrencyError(vals["tally_key"]) from error
