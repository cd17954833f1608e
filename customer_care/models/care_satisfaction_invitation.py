from odoo import models
from odoo.exceptions import UserError


class CareSatisfactionInvitation(models.AbstractModel):
    """Invitations of a round by mail, through the survey's own composer."""

    _name = "care.satisfaction.invitation"
    _description = "Invitations of a round"

    def _to_invite(self, *states):
        """Return the requests by web link in these states whose customer has an
        address."""
        requests = self.env["care.satisfaction.request"].search(
            [
                ("round_id", "in", self.ids),
                ("channel", "=", "web"),
                ("state", "in", states),
                ("partner_id.email", "!=", False),
            ]
        )
        if not requests:
            raise UserError(
                self.env._(
                    "Nobody in %(round)s waits for an invitation by mail: they were "
                    "asked, have no address, or are asked another way.",
                    round=", ".join(self.mapped("name")),
                )
            )
        return requests

    def action_invite(self):
        """Invite by mail who is asked by web link and was not invited yet."""
        self._to_invite("planned").action_invite()
        return True

    def action_remind(self):
        """Send the invitation again to those who have not answered."""
        self._to_invite("asked").action_invite()
        return True

    def action_compose(self):
        """Open the survey's composer with those who were not invited yet."""
        self.ensure_one()
        requests = self._to_invite("planned")
        survey = self.sudo().programme_id._ensure_survey()
        action = survey.with_env(self.env).action_send_survey()
        action["context"] = {
            **action["context"],
            "default_partner_ids": requests.partner_id.ids,
            "default_care_request_ids": requests.ids,
            "default_send_email": True,
        }
        return action
