from odoo import api, models
from odoo.fields import Domain


class MailMessage(models.Model):
    """A message is hidden with the record it is written on, from its author and from
    those who were told of it too."""

    _name = "mail.message"
    _inherit = ["care.mask.pair.mixin", "mail.message"]

    _mask_pair = ("model", "res_id")

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        bypass_access=False,
        **kwargs,
    ):
        asks = not bypass_access and self.env["care.mask"]._on()
        if asks and (limit or offset):
            domain = self._without_hidden(domain, offset, limit, order, kwargs)
        return super()._search(
            domain, offset, limit, order, bypass_access=bypass_access, **kwargs
        )

    def _without_hidden(self, domain, offset, limit, order, kwargs):
        """Return `domain` without the hidden messages that would take places in a page
        of messages: how many are missing in it tells how many there are."""
        domain = Domain(domain)
        if not self.env.user._is_internal():
            domain &= self._get_search_domain_share()
        wanted = offset + limit if limit else None
        while True:
            query = self.sudo()._search(domain, 0, wanted, order, **kwargs)
            hidden = self.browse(query.get_result_ids())._mask_hidden()
            if not hidden:
                return domain
            domain &= Domain("id", "not in", hidden.ids)
            # a busy secret customer is passed by in few steps
            wanted = wanted and wanted * 2

    @api.model
    def _message_fetch(self, domain, *, thread=None, **kwargs):
        found = super()._message_fetch(domain, thread=thread, **kwargs)
        if thread and self._is_client_read():
            thread._note_access("read", ["message_ids"])
        return found

    def _to_store_defaults(self, target):
        fields = super()._to_store_defaults(target)
        mask = self.env["care.mask"]
        if mask._in_use():
            for field in fields:
                name = getattr(field, "field_name", None)
                if name == "partner_ids":
                    field.value = lambda m: mask._shown_to(target, m.sudo().partner_ids)
                elif name == "notification_ids":
                    field.value = self._mask_told(target, field.value)
        return fields

    def _mask_told(self, target, value):
        """Return `value`, a function that gives the notifications of a message, made
        to leave out those of people hidden from who gets the message."""
        mask = self.env["care.mask"]

        def told(message):
            rows = value(message)
            shown = mask._shown_to(target, rows.sudo().res_partner_id)
            return rows.filtered(
                lambda row: not row.res_partner_id or row.res_partner_id in shown
            )

        return told
