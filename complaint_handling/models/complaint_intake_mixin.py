from email.utils import parseaddr

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize, html2plaintext
from odoo.tools.mail import formataddr

from ..logic import quoted_text

# Channels whose text is the customer's own
_WRITTEN = ("mail", "web", "chat", "portal")
_AUTO_HEADERS = {
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
}


class ComplaintIntakeMixin(models.AbstractModel):
    """How a case gets its number, its customer and its acknowledgement."""

    _name = "complaint.intake.mixin"
    _description = "Intake of a Complaint"

    claimant_lang = fields.Char(compute="_compute_claimant_lang")

    def _compute_claimant_lang(self):
        """The language the customer wrote in, which beats what his card says; else
        that of his card; else the company's."""
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        for case in self:
            known = case.partner_id.lang
            chinese = case.channel in _WRITTEN and quoted_text.has_chinese(
                f"{case.name} {case.description or ''}"
            )
            if chinese and "zh_CN" in installed and not (known or "").startswith("zh"):
                known = "zh_CN"
            case.claimant_lang = known or case.company_id.partner_id.lang or "en_US"

    # Number

    @api.model
    def _ensure_sequence(self, companies):
        """Create the number sequence of each company that has none."""
        sequences = self.env["ir.sequence"].sudo()
        served = sequences.search([("code", "=", self._name)]).company_id
        sequences.create(
            [
                {
                    "name": f"Complaints of {company.name}",
                    "code": self._name,
                    "company_id": company.id,
                    "prefix": "C%(year)s-",
                    "padding": 5,
                }
                for company in companies - served
            ]
        )

    def _find_sequence(self, company):
        domain = [("code", "=", self._name), ("company_id", "=", company.id)]
        return self.env["ir.sequence"].sudo().search(domain, limit=1)

    def _numbers_of(self, company, vals_list):
        """Return a number for each; the secret ones have a run of their own."""
        secret = [self._secrecy_of_vals(vals) >= 2 for vals in vals_list]
        runs = {
            apart: iter(self._next_numbers(company, secret.count(apart), apart))
            for apart in set(secret)
        }
        return [next(runs[apart]) for apart in secret]

    def _next_numbers(self, company, count, apart=False):
        """Return `count` numbers, drawn in one query where the sequence allows it."""
        sequence = self._find_sequence(company)
        if not sequence:
            self._ensure_sequence(company)
            sequence = self._find_sequence(company)
        if apart:
            sequence = sequence._care_apart()
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _ in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        prefix, suffix = sequence._get_prefix_suffix()
        width = sequence.padding
        return [f"{prefix}{value:0{width}d}{suffix}" for (value,) in rows]

    # Intake by mail

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        values = dict(custom_values or {})
        name, email = parseaddr(msg_dict.get("email_from") or "")
        text = quoted_text.new_text(html2plaintext(msg_dict.get("body") or ""))
        company = self.env["res.company"].browse(values.get("company_id"))
        partner = self._find_customer(email, False, company)
        phones = quoted_text.mobile_numbers(text)
        for phone in phones if not partner else ():
            partner = partner or self._find_customer(False, phone, company)
        values.update(
            name=msg_dict.get("subject") or self.env._("(No subject)"),
            channel="mail",
            contact_name=name or partner.name,
            contact_email=email,
            contact_phone=phones[0] if phones else partner.phone,
            partner_id=partner.id,
            description=text,
            source_message_id=msg_dict["message_id"],
        )
        generated = values.pop("complaint_generated", False)
        self = self.with_context(complaint_generated=generated)
        return super().message_new(msg_dict, custom_values=values)

    def _message_post_after_hook(self, message, msg_values):
        """Acknowledge a case once its message is in the chatter."""
        result = super()._message_post_after_hook(message, msg_values)
        is_intake = message.message_id and message.message_id == self.source_message_id
        if is_intake and self.state == "new":
            self._tell_desk()
            generated = self.env.context.get("complaint_generated")
            if self.desk_id.acknowledge and not generated:
                self.sudo()._send_acknowledgement()
                self.sudo()._move_to("acknowledged")
        elif self.state in ("closed", "cancelled") and self._is_claimant(message):
            self._remind_handler()
        return result

    def _remind_handler(self):
        """A customer who writes after closing is not left alone with it."""
        summary = self.env._("The customer wrote after closing")
        open_ones = self.sudo().activity_ids.filtered(lambda a: a.summary == summary)
        deaf = self.env["care.secrecy.notice"]._deaf(self.user_id, self)
        if self.user_id - deaf and not open_ones:
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.user_id.id, summary=summary
            )

    # Messages to the customer

    def _message_claimant(self, subject, body, **kwargs):
        """Post `body` and mail it to the complainant; staff is not told again."""
        self.ensure_one()
        if not (self.partner_id.email or self.contact_email):
            raise UserError(
                self.env._(
                    "%(case)s has no e-mail address of the customer. Enter one, or "
                    "answer orally.",
                    case=self.display_name,
                )
            )
        same = email_normalize(self.partner_id.email) == self.contact_email
        by_partner = self.partner_id and (same or not self.contact_email)
        address = formataddr((self.contact_name or "", self.contact_email or ""))
        return self.with_context(
            lang=self.claimant_lang, mail_post_autofollow=False
        ).message_post(
            subject=subject,
            body=body,
            partner_ids=self.partner_id.ids if by_partner else [],
            outgoing_email_to=False if by_partner else address,
            email_layout_xmlid="mail.mail_notification_light",
            force_email_lang=self.claimant_lang,
            notify_skip_followers=True,
            **kwargs,
        )

    def _send_acknowledgement(self):
        """Mail number and tracking link, marked so that no machine answers it."""
        for case in self:
            template = case.desk_id.acknowledge_template_id or self.env.ref(
                "complaint_handling.mail_template_acknowledge"
            )
            case._message_claimant(
                *case._render_template_for_claimant(template),
                message_type="auto_comment",
                mail_headers=_AUTO_HEADERS,
                email_from=case.desk_id.alias_email or case.company_id.email_formatted,
                author_id=case.company_id.partner_id.id,
            )

    def _render_template_for_claimant(self, template):
        """Return subject and body of `template` in the complainant's language."""
        self.ensure_one()
        template = template.sudo().with_context(lang=self.claimant_lang)
        subject = template._render_field("subject", self.ids)[self.id]
        body = template._render_field("body_html", self.ids)[self.id]
        return subject, Markup(body)

    def _notify_get_reply_to(self, default=None, author_id=False):
        """Answers go to the desk's address."""
        by_desk = self.sudo().desk_id._notify_get_reply_to(
            default=default, author_id=author_id
        )
        result = super()._notify_get_reply_to(default=default, author_id=author_id)
        for case in self.sudo().filtered("desk_id.alias_email"):
            result[case.id] = by_desk[case.desk_id.id]
        return result

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        """In a batch the handlers are told once, by `_tell_handlers`."""
        if self.env.context.get("complaint_batch"):
            return True
        return super()._message_auto_subscribe(
            updated_values, followers_existing_policy=followers_existing_policy
        )

    def _tell_handlers(self):
        """Let each handler follow his cases of a batch and send him one message."""
        pairs = {(case.user_id.id, case.id) for case in self if case.user_id}
        deaf = self.env["care.secrecy.notice"]._deaf_pairs(self._name, pairs)
        for user, cases in self.grouped("user_id").items():
            cases = cases.filtered(lambda c, who=user: (who.id, c.id) not in deaf)
            if not user or not cases:
                continue
            cases.message_subscribe(partner_ids=user.partner_id.ids)
            if user != self.env.user:
                self.env["mail.thread"].message_notify(
                    subject=self.env._("New cases for you"),
                    body=self.env._(
                        "You handle %(count)s new cases.", count=len(cases)
                    ),
                    partner_ids=user.partner_id.ids,
                )

    def _tell_desk(self):
        team = self.desk_id.member_ids - self.accused_ids
        team -= self.env["care.secrecy.notice"]._deaf(team, self)
        if team:
            self.message_subscribe(partner_ids=team.partner_id.ids)
