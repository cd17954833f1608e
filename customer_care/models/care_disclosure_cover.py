import hashlib

from odoo import api, models
from odoo.tools import email_normalize, email_normalize_all

from .care_disclosure_flow import GATES


class CareDisclosureCover(models.AbstractModel):
    """What mail asks before a file leaves: is it guarded, and is there a disclosure
    that lets it out to this address?"""

    _name = "care.disclosure.cover"
    _description = "Cover of files that leave"

    # ---- whose it is

    def _is_classified(self):
        return self.sudo().secrecy_level >= 2

    def _is_seen_by(self, user):
        """Tell whether a user may see the disclosure and all that it lets out."""
        sight, items = self.env["care.sight"], self.sudo().item_ids
        return sight._sees(user, self) == self and sight._sees(user, items) == items

    def _gate(self):
        return GATES[self.kind]

    @api.model
    def _file_content(self, attachment):
        """Return the bytes of a file as they were before it was sealed."""
        return attachment.sudo()._care_plain()

    @api.model
    def _owner_of(self, model, res_id):
        """Return the customer a record belongs to; empty when it has none."""
        partners = self.env["res.partner"].sudo()
        if not model or not res_id or model not in self.env:
            return partners
        record = self.env[model].sudo().with_context(active_test=False)
        record = record.browse(res_id).exists()
        if model == "res.partner":
            return record
        field = record._fields.get("partner_id")
        if not record or field is None or field.comodel_name != "res.partner":
            return partners
        return record.partner_id

    def _papers(self):
        """Return a fingerprint of the authorisation and of what the recipient shows."""
        files = (self.authorisation_file_ids | self.credential_file_ids).sudo()
        digest = hashlib.sha256()
        for file in files.sorted("id"):
            digest.update(hashlib.sha256(self._file_content(file)).digest())
        return digest.hexdigest()

    # ---- what is covered

    @api.model
    def _covers(self, attachments, emails):
        """Tell whether approved disclosures let all files out to all addresses."""
        return all(
            self._covering(attachment, email)
            for attachment in attachments
            for email in emails
        )

    @api.model
    def _covering(self, attachment, email):
        """Return the item, or the copy, under which a file may go to an address.

        :return: care.disclosure.copy, care.disclosure.item, or an empty copy
        """
        copies = self.env["care.disclosure.copy"].sudo()
        address = email_normalize(email)
        if not address:
            return copies
        copy = copies.search([("attachment_id", "=", attachment.id)], limit=1)
        if copy:
            fits = copy.recipient_email == address and copy.state in ("made", "out")
            return copy if fits and copy.disclosure_id._lets_mail(address) else copies
        items = self.env["care.disclosure.item"].sudo()
        domain = [
            ("attachment_id", "=", attachment.id),
            ("disclosure_id.state", "in", ("approved", "disclosed")),
        ]
        for item in items.search(domain, order="id desc"):
            if item.disclosure_id._lets_mail(address) and item._has_copy_for(address):
                return item
        return copies

    @api.model
    def _copy_for(self, attachment, address):
        """Return the numbered copy that goes to an address in place of a file."""
        found = self._covering(attachment, address)
        if found._name == "care.disclosure.item":
            return found._copy_for(address)
        return found

    def _lets_mail(self, address):
        """Tell whether files go to this address under the disclosure today."""
        return (
            self.form == "mail"
            and address in self._emails()
            and self._runs_on(self._today())
            and self._approval_is_granted(self._gate())
        )

    @api.model
    def _names(self, model, res_id, email):
        """Tell whether a running disclosure lets something of a record out to an
        address: the record itself, or a file of it."""
        address = email_normalize(email)
        items = self.env["care.disclosure.item"].sudo()
        domain = [
            "|",
            *("&", ("res_model", "=", model), ("res_id", "=", res_id)),
            *("&", ("attachment_id.res_model", "=", model)),
            *(("attachment_id.res_id", "=", res_id),),
            ("disclosure_id.state", "in", ("approved", "disclosed")),
        ]
        found = items.search(domain).disclosure_id
        return bool(address) and any(one._lets_mail(address) for one in found)

    def _covers_record(self, model, res_id, email):
        """Tell whether words about a record may go to an address."""
        address = email_normalize_all(email or "")
        items = self.env["care.disclosure.item"].sudo()
        domain = [
            ("res_model", "=", model),
            ("res_id", "=", res_id),
            ("disclosure_id.state", "in", ("approved", "disclosed")),
        ]
        return bool(address) and any(
            all(item.disclosure_id._lets_mail(one) for one in address)
            for item in items.search(domain)
        )
