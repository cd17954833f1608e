from odoo import api, models
from odoo.fields import Command, Domain


class CareDeparture(models.Model):
    """Visits that are still to come go to who follows their visitor."""

    _inherit = "care.departure"

    @api.model
    def _departure_sources_of_apps(self):
        return super()._departure_sources_of_apps() | {
            "visit": {
                "label": self.env._("Visit"),
                "model": "visit.visit",
                "domain": lambda user: (
                    Domain("user_ids", "in", user.ids)
                    & Domain("state", "in", ("planned", "confirmed"))
                ),
                "partner": "partner_id",
                "move": "_move_visits",
            }
        }

    def _move_visits(self, records, chosen):
        """Whoever goes along stays; the plan keeps its day."""
        for user, visits in self._by_taker(records, chosen):
            visits.write(
                {
                    "user_ids": [
                        Command.unlink(self.user_id.id),
                        Command.link(user.id),
                    ]
                }
            )
        return records._ids
