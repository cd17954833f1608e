import hashlib
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from ..logic.clearance import SECRET

_TRIES_AN_HOUR = 10


class CareDataReviewLink(models.AbstractModel):
    """The link by which a customer checks its data without login.

    Only the fingerprint of its token is kept, and the mail that carries it is not in
    the record's messages: nobody here can answer in the customer's name.
    """

    _name = "care.data.review.link"
    _description = "Review of data by a link"

    token_hash = fields.Char(
        copy=False, index="btree_not_null", groups="base.group_system"
    )
    token_until = fields.Datetime("Link works until", copy=False)
    try_count = fields.Integer(copy=False, groups="base.group_system")
    tried_at = fields.Datetime(copy=False, groups="base.group_system")

    @api.model
    def _fingerprint(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    def _send_link(self):
        """Send the customer a new link; an earlier one no longer works."""
        self.ensure_one()
        self._check_waiting()
        review = self.sudo()
        if review.secrecy_level >= SECRET:
            raise UserError(
                self.env._(
                    "The data of %(partner)s are secret and go on no page without "
                    "login. Note a phone call instead.",
                    partner=self.partner_id.display_name,
                )
            )
        whom = review.contact_id or review.partner_id
        if whom.commercial_partner_id != review.partner_id.commercial_partner_id:
            whom = review.partner_id
        if not whom.email_normalized:
            raise UserError(
                self.env._(
                    "%(partner)s has no e-mail address. Choose somebody with one under "
                    "“Asked”, or note a phone call.",
                    partner=whom.display_name,
                )
            )
        token = secrets.token_urlsafe(32)
        days = review.rule_id.link_days or 14
        self._put(
            {
                "state": "sent" if self.state == "open" else self.state,
                "token_hash": self._fingerprint(token),
                "token_until": fields.Datetime.add(fields.Datetime.now(), days=days),
                "try_count": 0,
                "sent_at": fields.Datetime.now(),
                "sent_to": whom.email_normalized,
            }
        )
        self._mail_link(whom, token)
        self.message_post(
            body=self.env._("The link was sent to %(email)s.", email=self.sent_to)
        )

    def _mail_link(self, whom, token):
        template = self.env.ref("customer_care.care_data_review_mail_template").sudo()
        url = f"{self.get_base_url()}/care/review/{token}"
        template = template.with_context(care_review_url=url, lang=whom.lang)
        words = template._generate_template(
            self.ids, ("subject", "body_html", "email_from")
        )[self.id]
        self.env["mail.mail"].sudo().create(
            {
                "subject": words["subject"],
                "body_html": words["body_html"],
                "email_from": words.get("email_from"),
                "recipient_ids": [fields.Command.link(whom.id)],
                "auto_delete": True,
            }
        )

    # ---- the page

    @api.model
    def _find_by_token(self, token):
        """Return the review that a link leads to, as superuser; empty for links that
        are wrong, used, too old, or of a customer classified since."""
        reviews = self.sudo()
        if not 40 <= len(token or "") <= 64:
            return reviews.browse()
        known = self._fingerprint(token)
        found = reviews.search([("token_hash", "=", known)], limit=1)
        if (
            not found
            or not consteq(found.token_hash, known)
            or found.state not in ("open", "sent")
            or found.token_until < fields.Datetime.now()
            or found.secrecy_level >= SECRET
        ):
            return reviews.browse()
        return found

    def _may_try(self):
        """Count one attempt to answer; return whether it is not one too many."""
        review = self._guard()
        now = fields.Datetime.now()
        fresh = review.tried_at and (now - review.tried_at).total_seconds() < 3600
        count = review.try_count + 1 if fresh else 1
        review.write(
            {"try_count": count, "tried_at": review.tried_at if fresh else now}
        )
        return count <= _TRIES_AN_HOUR

    def _page_values(self):
        """Return all that the page shows; nothing else of the customer is rendered."""
        company = self.company_id.name
        return {
            "intro": self.env._(
                "This is what %(company)s keeps of %(partner)s. Correct what has "
                "changed and send it; we look at your changes before we take them "
                "over.",
                company=company,
                partner=self.partner_id.name,
            ),
            "thanks": self.env._(
                "Your answer has arrived at %(company)s. You can close this page.",
                company=company,
            ),
            "company": company,
            "phone": self.company_id.phone,
            "lines": [
                {"name": line.name, "label": line.label, "value": line.old_value or ""}
                for line in self.line_ids
            ],
        }
