from odoo import models


class MailThread(models.AbstractModel):
    """A conversation on a classified record goes to nobody who may not see it."""

    _name = "mail.thread"
    _inherit = ["care.mail.thread.mixin", "mail.thread"]

    def write(self, vals):
        # tracking reads first: whoever may write none is told so before that
        if self._masked():
            self.browse().check_access("write")
        return super().write(vals)

    def message_post(self, **kwargs):
        if self._masked() and (unknown := self._unknown()):
            raise self.env["care.mask"]._missing_error(unknown)
        return super().message_post(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        rows = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not self._is_secret():
            return rows
        told = self._may_be_told([row["id"] for row in rows if row["id"]])
        return [row for row in rows if not row["id"] or row["id"] in told]

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        if partner_ids and self._is_secret():
            partner_ids = list(self._may_be_told(partner_ids))
        return super()._message_subscribe(partner_ids, subtype_ids, customer_ids)

    def _is_secret(self):
        """Return whether one of the records is hidden from people without clearance."""
        return self._care_is_secret(self)

    def _may_be_told(self, partner_ids):
        """Return the ids of those of the partners who may see all of `self`."""
        sight = self.env["care.sight"]
        told = set()
        for partner in self.env["res.partner"].sudo().browse(partner_ids):
            users = partner.user_ids
            seen = sight._sees(users[0], self) if users else self._of_family(partner)
            if seen == self or self._care_is_let_out(partner):
                told.add(partner.id)
        return told

    def _of_family(self, partner):
        """Return the records that belong to the customer of a person who has no
        login."""
        family = partner.commercial_partner_id
        names = self._secrecy_partner_fields()

        def is_own(record):
            if record._name == "res.partner":
                return record.commercial_partner_id == family
            return any(record[name].commercial_partner_id == family for name in names)

        return self.sudo().filtered(is_own).sudo(self.env.su)
