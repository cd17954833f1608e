from odoo import fields, models
from odoo.tools import SQL


class CareTimeline(models.Model):
    """Visits, planned and made, are part of a customer's timeline."""

    _inherit = "care.timeline"

    kind = fields.Selection(selection_add=[("visit", "Visit")])

    def _timeline_sources(self):
        return [*super()._timeline_sources(), self._timeline_visits()]

    def _timeline_visits(self):
        self.env["visit.visit"].flush_model(["user_ids"])
        return self._timeline_rows(
            "visit.visit",
            "visit",
            contact="contact_id",
            date="planned_at",
            name="name",
            user=SQL(
                """SELECT min(r.user_id) FROM visit_visit_user_rel r
                    WHERE r.visit_id = visit_visit.id"""
            ),
            domain=[("state", "!=", "cancelled")],
        )
