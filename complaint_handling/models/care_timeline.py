from odoo import fields, models
from odoo.tools import SQL


class CareTimeline(models.Model):
    """Complaints, requests and praise are part of a customer's timeline."""

    _inherit = "care.timeline"

    kind = fields.Selection(selection_add=[("complaint", "Complaint")])

    def _timeline_sources(self):
        return [*super()._timeline_sources(), self._timeline_complaints()]

    def _timeline_complaints(self):
        return self._timeline_rows(
            "complaint.case",
            "complaint",
            date="received_at",
            name=SQL("concat_ws(' ', complaint_case.number, complaint_case.name)"),
            user="user_id",
            domain=[("state", "!=", "cancelled")],
        )
