from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all

from ..logic.clearance import SECRET
from .care_mail_guard_mixin import DOOR


class CareMailThreadMixin(models.AbstractModel):
    """A discussion: what must not leave by mail is refused as it is written."""

    _name = "care.mail.thread.mixin"
    _description = "Discussion that lets no secret out"
    _inherit = ["care.mail.door.mixin"]

    def message_post(self, **kwargs):
        this = self._care_at_door()
        this._care_check_named(self, kwargs)
        message = super(CareMailThreadMixin, this).message_post(**kwargs)
        return message.with_env(self.env)

    def message_notify(self, **kwargs):
        this, record = self._care_at_door(), self
        if not self and kwargs.get("model") in self.env and kwargs.get("res_id"):
            record = self.env[kwargs["model"]].browse(kwargs["res_id"])
        this._care_check_named(record, kwargs)
        message = super(CareMailThreadMixin, this).message_notify(**kwargs)
        return message.with_env(self.env)

    def _care_check_named(self, record, kwargs):
        """Refuse people outside to whom nothing lets the record out. Whoever only
        follows it is passed over; whom somebody names is not."""
        if not self.env.context.get(DOOR) or not self._care_is_secret(record):
            return
        partners = self.env["res.partner"].sudo()
        named = partners.browse(kwargs.get("partner_ids") or ()).exists()
        stopped = [
            partner.email or partner.name
            for partner in named
            if partner.partner_share and not self._care_may_hear(record, partner)
        ]
        for address in email_normalize_all(kwargs.get("outgoing_email_to") or ""):
            known = partners.search([("email_normalized", "=", address)])
            if not any(self._care_may_hear(record, one) for one in known) and not (
                "message_ids" in record._fields and record._care_is_let_out_to(address)
            ):
                stopped.append(address)
        if stopped:
            raise UserError(
                self.env["mail.mail"]._care_refusal_text(", ".join(sorted(stopped)))
            )

    @api.model
    def _care_is_secret(self, record):
        """Tell whether `record` is hidden from the uncleared; it may have no discussion
        of its own, and be named by a message only."""
        if not record.ids or not self.env["care.sight"]._in_use(SECRET):
            return False
        return any(one._secrecy_height() >= SECRET for one in record.sudo())

    @api.model
    def _care_may_hear(self, record, partner):
        """Tell whether an outsider may hear of a secret record: the customer's own
        people, and those to whom it is disclosed."""
        if "message_ids" not in record._fields:
            return False
        return record._of_family(partner) or record._care_is_let_out(partner)

    def _care_is_let_out(self, partner):
        """Tell whether running disclosures let something of these records out to a
        partner; what exactly leaves, the mail looks at again."""
        return partner.partner_share and any(
            self._care_is_let_out_to(address)
            for address in email_normalize_all(partner.email or "")
        )

    def _care_is_let_out_to(self, address):
        disclosures = self.env["care.disclosure"].sudo()
        return all(
            disclosures._names(record._name, record.id, address) for record in self
        )
