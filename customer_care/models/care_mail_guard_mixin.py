import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all

from ..logic.clearance import SECRET

# Set where somebody writes a mail now, so that they are told instead of the queue.
DOOR = "care_mail_door"
_MESSAGES = ("mail.compose.message", "mail.message", "mail.mail")
_LINK = re.compile(r"/(?:web/(?:content|image)|care/file)/([0-9]+)")


class CareMailGuardMixin(models.AbstractModel):
    """A mail that takes no secret out of the house.

    Files of secret records, and words about such records, go to the customer's own
    people, or to an address that an approved disclosure names; that one gets the
    numbered copy and never the original. Colleagues get a link if they are cleared.
    """

    _name = "care.mail.guard.mixin"
    _description = "Mail that takes no secret out"

    # ---- what is guarded

    def _care_files(self):
        """Return all files of one mail, attached or linked."""
        ids = {int(number) for number in _LINK.findall(self.body_html or "")}
        return self.attachment_ids | self.env["ir.attachment"].browse(ids).exists()

    def _care_secrets(self):
        """Return the owners {(model, id)} that are secret, of all these mails."""
        if not self.env["care.sight"]._in_use(SECRET):
            return set()
        owners = {(mail.model, mail.res_id) for mail in self}
        for mail in self:
            owners.update(file._care_owner() for file in mail._care_files())
        return self.env["ir.attachment"]._care_secret_owners(owners)

    def _care_guarded_files(self, secrets):
        """Return the files of one mail that are secret, or come out of a secret one."""
        about = (self.model, self.res_id) in secrets
        return self._care_files().filtered(
            lambda file: (
                file._care_owner() in secrets
                or file.care_sealed
                or (about and self._care_is_loose(file))
            )
        )

    def _care_is_loose(self, file):
        """Tell whether a file belongs to the message alone."""
        loose = not file.res_id or file.res_model in _MESSAGES
        return loose and not file.public

    # ---- who gets it

    def _care_outsiders(self):
        """Return [(partner or empty, address)] of those outside the house."""
        partners = self.env["res.partner"]
        found = [
            (partner, address)
            for partner in self.recipient_ids
            if partner.partner_share
            for address in email_normalize_all(partner.email or "") or [""]
        ]
        for text in (self.email_to, self.email_cc):
            found += [
                (partners, address) for address in email_normalize_all(text or "")
            ]
        return found

    @api.model
    def _care_is_family(self, owner, partner, address):
        """Tell whether a recipient belongs to the customer itself."""
        family = owner.commercial_partner_id
        if not family:
            return False
        if partner:
            return partner.commercial_partner_id == family
        domain = [
            ("commercial_partner_id", "=", family.id),
            ("email_normalized", "=", address),
        ]
        return bool(self.env["res.partner"].sudo().search_count(domain, limit=1))

    # ---- is it let out?

    def _care_refusals(self):
        """Return {mail: what keeps it in the house}, empty for most."""
        mails = self.sudo()
        secrets = mails._care_secrets()
        refused = {}
        for mail in mails:
            reason = mail._care_refusal(secrets)
            if reason:
                refused[mail] = reason
        return refused

    def _care_refusal(self, secrets):
        files = self._care_guarded_files(secrets)
        about = (self.model, self.res_id) in secrets
        if not files and not about:
            return ""
        strangers = [
            (partner, address)
            for partner, address in self._care_outsiders()
            if not self._care_is_own(files, about, partner, address)
        ]
        stopped = {
            address or partner.name
            for partner, address in strangers
            if not self._care_lets_out(files, about, address)
        }
        if about:
            stopped.update(self._care_uncleared())
        if stopped:
            return self._care_refusal_text(", ".join(sorted(stopped)))
        if files and len([1 for partner, _address in strangers if not partner]) > 1:
            return self.env._(
                "Each recipient of something secret gets a numbered copy. Write to "
                "each address in a mail of its own."
            )
        return ""

    def _care_uncleared(self):
        """Return the names of colleagues who may not see what the mail is about: a
        template or an automated action names anybody."""
        sight, record = self.env["care.sight"], self.env[self.model].browse(self.res_id)
        return [
            partner.name
            for partner in self.recipient_ids
            if not partner.partner_share
            and not any(sight._sees(user, record) for user in partner.user_ids)
        ]

    @api.model
    def _care_refusal_text(self, whom):
        return self.env._(
            "This mail is about something secret, and no approved disclosure lets "
            "it go to %(whom)s. Ask for one under Customer care > Confidentiality "
            "> Disclosures.",
            whom=whom,
        )

    def _care_is_own(self, files, about, partner, address):
        """Tell whether everything in the mail is the recipient's own."""
        owners = [self._care_file_owner(file) for file in files]
        if about:
            owners.append((self.model, self.res_id))
        find = self.env["care.disclosure"]._owner_of
        return all(
            self._care_is_family(find(*owner), partner, address) for owner in owners
        )

    def _care_lets_out(self, files, about, address):
        """Tell whether disclosures let the mail go to an address outside."""
        disclosures = self.env["care.disclosure"].sudo()
        if files:
            return disclosures._covers(files, [address])
        return disclosures._covers_record(self.model, self.res_id, address)

    def _care_file_owner(self, file):
        """Return (model, id) whose customer a file belongs to."""
        if self._care_is_loose(file):
            return self.model, self.res_id
        return file.res_model, file.res_id

    def _care_check_out(self):
        """Refuse, in words for whoever writes the mail."""
        for reason in self._care_refusals().values():
            raise UserError(reason)

    # ---- saving and sending

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        if not self.env.su or self.env.context.get(DOOR):
            mails._care_check_out()
        return mails

    def _send(
        self,
        auto_commit=False,
        raise_exception=False,
        post_send_callback=None,
        **kwargs,
    ):
        waiting = self.filtered(lambda mail: mail.state == "outgoing")
        refused = waiting._care_refusals()
        if raise_exception:
            waiting._care_check_out()
        for mail, reason in refused.items():
            mail.write(
                {
                    "state": "exception",
                    "failure_type": "unknown",
                    "failure_reason": reason,
                }
            )
            mail._postprocess_sent_message(
                success_pids=[],
                success_emails=[],
                failure_reason=reason,
                failure_type="unknown",
            )
        stopped = self.browse([mail.id for mail in refused])
        if stopped and post_send_callback:
            post_send_callback(stopped.ids)
        return super(CareMailGuardMixin, self - stopped)._send(
            auto_commit=auto_commit,
            raise_exception=raise_exception,
            post_send_callback=post_send_callback,
            **kwargs,
        )

    def _prepare_outgoing_list(self, *args, **kwargs):
        self.ensure_one()
        mail = self.sudo()
        guarded = mail._care_guarded_files(mail._care_secrets()) & mail.attachment_ids
        if not guarded:
            return super()._prepare_outgoing_list(*args, **kwargs)
        # the same mail without those files; each recipient gets what is theirs
        rest = mail.attachment_ids - guarded
        bare = mail.new({"attachment_ids": [(6, 0, rest.ids)]}, origin=mail)
        found = super(CareMailGuardMixin, bare)._prepare_outgoing_list(*args, **kwargs)
        for entry in found:
            partner = entry["partner_id"] = entry["partner_id"] and (
                entry["partner_id"]._origin
            )
            if partner and not partner.partner_share:
                links = guarded.filtered(
                    lambda file, partner=partner: mail._care_is_for(file, partner)
                )
                entry["body"] = mail._care_add_links(entry["body"], links)
                continue
            files = [mail._care_file_for(entry, file) for file in guarded]
            entry["attachments"] = [*entry["attachments"], *files]
        return found

    def _care_file_for(self, entry, file):
        """Return (name, bytes, type) of a file as a recipient outside gets it."""
        partner, addresses = entry["partner_id"], entry["email_to_normalized"]
        owner = self.env["care.disclosure"]._owner_of(*self._care_file_owner(file))
        if all(self._care_is_family(owner, partner, one) for one in addresses):
            return file.name, file._care_plain(), file.mimetype
        copy = self.env["care.disclosure"].sudo()._copy_for(file, addresses[0])
        copy._engine().write({"mail_key": self._care_key()})
        return copy._file()

    @api.model
    def _care_is_for(self, file, partner):
        """Tell whether a colleague may open a file: cleared, and allowed to."""
        users = partner.sudo().user_ids.filtered(lambda user: not user.share)
        return any(
            file.sudo(False)
            .with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .has_access("read")
            for user in users
        )

    def _care_key(self):
        return f"mail.mail,{self.id}"

    def _care_add_links(self, body, files):
        if not files:
            return body
        words = self.env["ir.qweb"]._render(
            "customer_care.care_mail_links",
            {"files": files, "base": self.get_base_url()},
        )
        return f"{body}{words}"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        if success_pids or success_emails:
            self._care_note_sent(success_pids, success_emails)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _care_note_sent(self, partners, emails):
        """Copies that were sent are out."""
        copies = self.env["care.disclosure.copy"].sudo()
        found = copies.search([("mail_key", "in", [m._care_key() for m in self])])
        reached = {address for text in emails for address in email_normalize_all(text)}
        for partner in partners:
            reached.update(email_normalize_all(partner.email or ""))
        found.filtered(lambda c: c.recipient_email in reached)._hand_out()
