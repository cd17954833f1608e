from odoo import api, models
from odoo.fields import Domain


class CareDeparture(models.Model):
    """Complaints under way go to who follows their handler, never to the accused."""

    _inherit = "care.departure"

    @api.model
    def _departure_sources_of_apps(self):
        return super()._departure_sources_of_apps() | {
            "complaint": {
                "label": self.env._("Complaint"),
                "model": "complaint.case",
                "domain": lambda user: (
                    Domain("user_id", "=", user.id)
                    & Domain("state", "not in", ("closed", "cancelled"))
                ),
                "partner": "partner_id",
                "move": "_move_by_user_field",
            }
        }
