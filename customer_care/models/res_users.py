from odoo import api, models
from odoo.exceptions import ValidationError

from .care_territory_partner import ASIDE

# Odoo's count of activities on the screen, and who else pushes it
PUSHED = "mail.activity/updated"
QUIET = "care_activity_quiet"


class ResUsers(models.Model):
    """A user: what he is cleared for goes with him.

    Whoever works here is not classified himself, or nobody could work together.
    """

    _name = "res.users"
    _inherit = ["care.clearance.people", "res.users"]

    @api.model_create_multi
    def create(self, vals_list):
        """The card of a user is no customer of a territory."""
        aside = self.with_context(**{ASIDE: True})
        return super(ResUsers, aside).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Who goes without a hand-over raises an alert."""
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            self.env["care.departure"]._on_gone(self)
            self.env["care.departure"]._tell_of_classified(self.sudo())
        return result

    @api.constrains("partner_id", "group_ids", "active")
    def _check_secrecy_level(self):
        for user in self.sudo().filtered(lambda row: row.active and not row.share):
            if user.partner_id._secrecy_is_high():
                raise ValidationError(
                    self.env._(
                        "“%(user)s” is a classified contact and cannot become an "
                        "internal user. Ask to lower the contact's level first.",
                        user=user.display_name,
                    )
                )

    def _secrecy_hidden(self):
        """Who comes from a hidden customer is hidden with it."""
        hidden = self.sudo().partner_id._secrecy_hidden()
        if not hidden:
            return self.browse()
        return self.browse(user.id for user in self.sudo() if user.partner_id in hidden)

    def _bus_send(self, notification_type, message, /, *, subchannel=None):
        if notification_type == PUSHED and self.env.context.get(QUIET):
            return None
        return super()._bus_send(notification_type, message, subchannel=subchannel)
