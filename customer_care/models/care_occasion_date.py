from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..logic import lunar, occasions


class CareOccasionDate(models.Model):
    """A day of a customer's own: its founding, an opening, the wedding of a contact.

    Employees write it; occasions of the kind “Own event” greet on it.
    """

    _name = "care.occasion.date"
    _description = "Own event of a customer"
    _inherit = ["care.secrecy.follow.mixin"]
    _order = "partner_id, date"

    active = fields.Boolean(default=True)
    name = fields.Char("Event", required=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("founding", "Founding day"),
            ("opening", "Opening"),
            ("listing", "Listing"),
            ("wedding", "Wedding"),
            ("moving", "Moving in"),
            ("anniversary", "Anniversary with us"),
            ("other", "Other"),
        ],
        required=True,
        default="founding",
        index=True,
    )
    calendar = fields.Selection(
        [("solar", "Solar"), ("lunar", "Lunar")], required=True, default="solar"
    )
    date = fields.Date("First day", required=True)
    lunar_month = fields.Integer(compute="_compute_lunar", store=True, aggregator=None)
    lunar_day = fields.Integer(compute="_compute_lunar", store=True, aggregator=None)
    yearly = fields.Boolean("Every year", default=True)
    note = fields.Text()
    next_on = fields.Date("Next time", compute="_compute_next_on")
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )

    @api.constrains("date", "calendar")
    def _check_lunar(self):
        for row in self:
            if row.calendar == "lunar" and not 1900 < row.date.year < 2100:
                raise ValidationError(
                    self.env._(
                        "The lunar calendar is known from 1901 to 2099. Correct the "
                        "first day of %(event)s.",
                        event=row.name,
                    )
                )

    @api.depends("date", "calendar")
    def _compute_lunar(self):
        """A day of a leap month comes round in the ordinary month."""
        for row in self:
            known = row.date and 1900 < row.date.year < 2100
            day = lunar.to_lunar(row.date) if known else None
            row.lunar_month = day.month if day else 0
            row.lunar_day = day.day if day else 0

    @api.depends("date", "yearly", "calendar")
    def _compute_next_on(self):
        today = fields.Date.context_today(self)
        for row in self:
            row.next_on = row.date and row._next_from(today)

    def _next_from(self, today):
        if not self.yearly:
            return self.date if self.date >= today else False
        for year in range(today.year - 1, today.year + 2):
            day = occasions.yearly(self.date, year, self.calendar == "lunar")
            if day and day >= today and day >= self.date:
                return day
        return self.date if self.date >= today else False

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.partner_id.check_access("read")
        return rows

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id.check_access("read")
        return result
