from datetime import timedelta

from markupsafe import Markup

from odoo import fields, http
from odoo.http import request
from odoo.tools.mail import formataddr, plaintext2html

_MAX_CHARS = 4000
_MAX_PER_HOUR = 5
_MAX_PER_DAY = 20


class ComplaintTracking(http.Controller):
    """The page behind the link in the acknowledgement: no login, nothing internal."""

    @http.route(
        "/complaint/track/<string:token>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def complaint_track(self, token, sent=None, **_kwargs):
        case = self._find_case(token)
        if not case:
            response = request.render("complaint_handling.tracking_unknown")
            response.status_code = 404
            return self._private(response)
        values = {**case._get_tracking_values(), "sent": sent, "error": None}
        return self._private(request.render("complaint_handling.tracking_page", values))

    @http.route(
        "/complaint/track/<string:token>/message",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        csrf=True,
        sitemap=False,
    )
    def complaint_track_message(self, token, text="", homepage="", **_kwargs):
        case = self._find_case(token)
        if not case:
            response = request.render("complaint_handling.tracking_unknown")
            response.status_code = 404
            return self._private(response)
        text = text.strip()[:_MAX_CHARS]
        error = None
        if not text:
            error = request.env._("Please write your message first.")
        elif self._is_too_often(case):
            error = request.env._(
                "You have sent several messages. Please wait an hour, or call us."
            )
        if error:
            values = {**case._get_tracking_values(), "sent": None, "error": error}
            values["text"] = text
            return self._private(
                request.render("complaint_handling.tracking_page", values)
            )
        if not homepage:  # a field people do not see; robots fill it in
            self._post(case, text)
        return request.redirect(f"/complaint/track/{token}?sent=1#messages")

    def _find_case(self, token):
        cases = request.env["complaint.case"].sudo()
        if len(token) < 20:
            return cases
        return cases.search([("access_token", "=", token)], limit=1)

    def _is_too_often(self, case):
        now = fields.Datetime.now()
        dates = [
            message.date
            for message in case._get_claimant_messages()
            if message.message_type == "comment"
        ]
        hour = sum(date > now - timedelta(hours=1) for date in dates)
        day = sum(date > now - timedelta(days=1) for date in dates)
        return hour >= _MAX_PER_HOUR or day >= _MAX_PER_DAY

    def _post(self, case, text):
        partner = case.partner_id or request.env.ref("base.public_partner").sudo()
        email = case.contact_email or partner.email or ""
        name = case.contact_name or partner.name or ""
        case.with_context(mail_post_autofollow_author_skip=True).message_post(
            body=Markup(plaintext2html(text)),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=partner.id,
            email_from=formataddr((name, email)) if email else name,
        )

    def _private(self, response):
        """The link is the key: keep it out of caches, search engines and referrers."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
