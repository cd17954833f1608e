from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize


class ComplaintTrackingMixin(models.AbstractModel):
    """What a customer may see of a complaint, on the tracking page and the portal."""

    _name = "complaint.tracking.mixin"
    _description = "What the Complainant Sees"

    tracking_url = fields.Char(string="Tracking link", compute="_compute_tracking_url")

    @api.depends("access_token")
    def _compute_tracking_url(self):
        for case in self:
            token = case.access_token
            case.tracking_url = (
                f"{case.get_base_url()}/complaint/track/{token}" if token else False
            )

    def _compute_access_url(self):
        for case in self:
            case.access_url = f"/my/complaints/{case.id}"

    def _get_public_state(self):
        """Return the state in words made for the customer, who sees fewer of them."""
        words = {
            "new": self.env._("Received"),
            "acknowledged": self.env._("Received, being looked at"),
            "accepted": self.env._("Accepted, being handled"),
            "investigating": self.env._("Accepted, being investigated"),
            "solving": self.env._("Accepted, a solution is being worked out"),
            "rejected": self.env._("Examined and explained"),
            "answered": self.env._("Answered"),
            "closed": self.env._("Closed"),
            "cancelled": self.env._("Closed without further handling"),
        }
        return words[self.state]

    def _get_tracking_values(self):
        """Return all that the page shows; nothing else of the case is rendered."""
        self.ensure_one()
        return {
            "number": self.number,
            "tz": self.company_id.resource_calendar_id.tz or "UTC",
            "subject": self.name,
            "description": self.description,
            "state": self._get_public_state(),
            "dates": [
                (self.env._("Received"), self.received_at),
                (self.env._("Acknowledged"), self.acknowledged_at),
                (self.env._("Promised for"), self.promised_at),
                (self.env._("Answered"), self.answered_at),
                (self.env._("Closed"), self.closed_at),
            ],
            "company": self.company_id.name,
            "branch": self.branch_id.name,
            "phone": self.branch_id.phone or self.company_id.phone,
            "answers": [(answer.at, answer.body) for answer in self.answer_ids],
            "messages": [
                (message.date, message.body)
                for message in self._get_claimant_messages()
                if message.message_id != self.source_message_id
            ],
            "action": f"/complaint/track/{self.access_token}/message",
            "closed": self.state == "cancelled",
            "text": "",
        }

    def _get_claimant_messages(self):
        """Return the messages the complainant wrote; never those of anybody else."""
        self.ensure_one()
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", ("email", "comment")),
                ("subtype_id.internal", "=", False),
            ],
            order="id",
        )
        return messages.filtered(self._is_claimant)

    def _is_claimant(self, message):
        """Tell whether `message` was written by the complainant."""
        author = message.author_id
        if author == self.env.ref("base.public_partner"):
            return True
        if author:
            return author == self.partner_id
        sender = email_normalize(message.email_from)
        return bool(sender) and sender == self.contact_email

    @api.model
    def _get_portal_domain(self, partner):
        """Return the cases a portal user sees: his company's, without those that
        colleagues filed anonymously."""
        company = Domain("commercial_partner_id", "=", partner.commercial_partner_id.id)
        own = Domain("partner_id", "=", partner.id)
        return Domain.AND([company, own | Domain("anonymous", "=", False)])
