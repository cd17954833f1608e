from odoo import api, models
from odoo.exceptions import ValidationError


class ResUsers(models.Model):
    """A user: what he is cleared for goes with him.

    Whoever works here is not classified himself, or nobody could work together.
    """

    _name = "res.users"
    _inherit = ["care.clearance.people", "res.users"]

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
