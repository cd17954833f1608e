import logging

from odoo import api, models
from odoo.tools import SQL, email_normalize

from ..logic import mail_kind, mail_repair

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """The mail gateway reads Chinese messages as they were meant, and makes one case
    of one message that a person wrote."""

    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        mail_repair.repair(message)
        return super().message_parse(message, save_original=save_original)

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        return self._complaint_routes(message, message_dict, routes)

    def _complaint_routes(self, message, message_dict, routes):
        """Drop from `routes` those to a new case that must not become one."""
        intake = [route for route in routes if self._is_complaint_intake(route)]
        if not intake:
            return routes
        reason = self._complaint_refusal(message, message_dict)
        if reason:
            _logger.info(
                "No complaint made of message %s: %s",
                message_dict["message_id"],
                reason,
            )
            return [route for route in routes if route not in intake]
        seen = set()
        kept = []
        for route in routes:
            company = (route[2] or {}).get("company_id")
            if route in intake and company in seen:
                continue  # addressed to two desks of a company: one case
            if route in intake:
                seen.add(company)
                route = self._mark_generated(message, route)
            kept.append(route)
        return kept

    def _is_complaint_intake(self, route):
        return route[0] == "complaint.case" and not route[1]

    def _mark_generated(self, message, route):
        """Carry "written by a machine" to `message_new` among the values."""
        generated = mail_kind.message_kind(message) == mail_kind.GENERATED
        values = {**(route[2] or {}), "complaint_generated": generated}
        return (*route[:2], values, *route[3:])

    def _complaint_refusal(self, message, message_dict):
        """Return why `message` makes no case, or None."""
        if mail_kind.message_kind(message) == mail_kind.REPLY:
            return "an automatic reply"
        sender = email_normalize(message_dict["email_from"])
        if sender and self.env["mail.alias.domain"].sudo()._find_aliases([sender]):
            return "sent by ourselves"
        known = message.get("X-Odoo-Message-Id", "").strip()
        if known and self.env["mail.message"].sudo().search_count(
            [("message_id", "=", known)], limit=1
        ):
            return "our own message came back"
        if not self._lock_message(message_dict["message_id"]):
            return "being delivered by another worker"
        return None

    def _lock_message(self, message_id):
        """Two workers given one message at the same moment: the second lets go."""
        rows = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
                f"complaint.case {message_id}",
            )
        )
        return rows[0][0]
