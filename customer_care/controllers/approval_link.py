from odoo import http

from .mail import MailController


class ApprovalLink(http.Controller):
    """Where the mail to a decider leads: the login, then the approval."""

    @http.route(
        "/care/approval/<int:approval_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def open(self, approval_id):
        """Open the form in a company that shows it. An approval that is not there and
        one the reader may not see answer alike; nothing is decided here."""
        return MailController._redirect_to_record("care.approval", approval_id)
