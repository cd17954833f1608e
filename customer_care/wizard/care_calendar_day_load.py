from odoo import api, fields, models
from odoo.exceptions import UserError


class CareCalendarDayLoad(models.TransientModel):
    """One loading of a country's public days into a schedule, by a manager."""

    _name = "care.calendar.day.load"
    _description = "Load public days"

    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working schedule",
        required=True,
        default=lambda self: self.env.company.resource_calendar_id,
    )
    country = fields.Selection(
        selection="_get_countries",
        required=True,
        default=lambda self: self._get_countries()[0][0],
    )
    year_from = fields.Integer(
        string="From year", required=True, default=lambda self: self._get_years()[0]
    )
    year_to = fields.Integer(
        string="To year", required=True, default=lambda self: self._get_years()[-1]
    )
    weekday = fields.Selection(
        selection=lambda self: (
            self.env["care.calendar.day"]
            ._fields["weekday"]
            ._description_selection(self.env)
        ),
        string="Make-up days work as a",
        required=True,
        default="0",
    )

    @api.model
    def _get_countries(self):
        return self.env["care.calendar.day"]._get_public_countries()

    @api.model
    def _get_years(self):
        days = self.env["care.calendar.day"]
        rows = days._get_public_days(self._get_countries()[0][0])
        return sorted({int(row["date"][:4]) for row in rows})

    def action_load(self):
        """Add what is missing and say how many days that were."""
        self.ensure_one()
        days = self.env["care.calendar.day"]
        rows = days._get_public_days(self.country)
        years = {int(row["date"][:4]) for row in rows}
        wanted = set(range(self.year_from, self.year_to + 1))
        if not wanted or wanted - years:
            raise UserError(
                self.env._(
                    "Public days are shipped for %(first)s to %(last)s. Choose years "
                    "among these, or enter the others by hand.",
                    first=min(years),
                    last=max(years),
                )
            )
        added = days._load_public_days(
            self.calendar_id, self.country, self.year_from, self.year_to, self.weekday
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s days were added to %(calendar)s. Dates that had a line "
                    "already were left as they are.",
                    count=len(added),
                    calendar=self.calendar_id.name,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
