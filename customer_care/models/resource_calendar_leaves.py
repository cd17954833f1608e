from odoo import api, fields, models


class ResourceCalendarLeaves(models.Model):
    """Time off. Without a resource it closes the company, which moves what falls due;
    one person's absence changes no deadline."""

    _inherit = "resource.calendar.leaves"

    def _care_overlap_domain(self, start, end):
        """Return the domain of the lines that touch the time from `start` to `end`."""
        return fields.Domain([("date_from", "<", end), ("date_to", ">", start)])

    def _care_calendars(self):
        """Return the schedules that these lines close."""
        closing = self.filtered(lambda leave: not leave.resource_id)
        calendars = closing.calendar_id
        everywhere = closing.filtered(lambda leave: not leave.calendar_id).company_id
        if everywhere:
            calendars |= calendars.with_context(active_test=False).search(
                [("company_id", "in", everywhere.ids)]
            )
        return calendars

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        calendars = leaves.sudo()._care_calendars()
        if calendars:
            calendars._care_calendar_changed()
        return leaves

    def write(self, vals):
        relevant = {"date_from", "date_to", "calendar_id", "company_id", "resource_id"}
        if relevant.isdisjoint(vals) and "time_type" not in vals:
            return super().write(vals)
        before = self.sudo()._care_calendars()
        with before._care_watch():
            result = super().write(vals)
        added = self.sudo()._care_calendars() - before
        if added:
            added._care_calendar_changed()
        return result

    def unlink(self):
        with self.sudo()._care_calendars()._care_watch():
            return super().unlink()
