from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all

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
        if not self.env.context.get(DOOR) or not record._is_secret():
            return
        partners = self.env["res.partner"].sudo()
        named = partners.browse(kwargs.get("partner_ids") or ()).exists()
        stopped = [
            partner.email or partner.name
            for partner in named
            if partner.partner_share
            and not record._of_family(partner)
            and not record._care_is_let_out(partner)
        ]
        for address in email_normalize_all(kwargs.get("outgoing_email_to") or ""):
            known = partners.search([("email_normalized", "=", address)])
            if not any(record._of_family(one) for one in known) and not (
                record._care_is_let_out_to(address)
            ):
                stopped.append(address)
        if stopped:
            raise UserError(
                self.env["mail.mail"]._care_refusal_text(", ".join(sorted(stopped)))
            )

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
