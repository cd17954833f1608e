from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    """A window of a schedule's week; a change moves what falls due in it."""

    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        calendars = self.env["resource.calendar"].browse(
            {vals["calendar_id"] for vals in vals_list if vals.get("calendar_id")}
        )
        with calendars._care_watch():
            return super().create(vals_list)

    def write(self, vals):
        calendars = self.calendar_id
        if vals.get("calendar_id"):
            calendars |= calendars.browse(vals["calendar_id"])
        with calendars._care_watch():
            return super().write(vals)

    def unlink(self):
        with self.calendar_id._care_watch():
            return super().unlink()
