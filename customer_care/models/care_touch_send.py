import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, hmac

_logger = logging.getLogger(__name__)

BATCH = 100
_BY_ITSELF = ("mail", "sms")


class CareTouchSend(models.AbstractModel):
    """Sends mails and text messages on their day. Part of care.touch.

    The message is queued and the greeting marked in one transaction, so a job that is
    killed between sends neither twice nor never.
    """

    _name = "care.touch.send"
    _description = "Sending of greetings"

    @api.model
    def _cron_touches(self):
        """Make, prepare and send greetings; commits after each batch."""
        progress = self.env["ir.cron"]._commit_progress
        today = self._today()
        if (
            self._make_due(today, progress)
            and self._settle_due(today, progress)
            and self._send_due(today, progress)
        ):
            self._note_failures()
            progress(remaining=0)

    @api.model
    def _today(self):
        return self.env["care.role"]._today(self.env.company)

    @api.model
    def _send_due(self, today, progress):
        """Send all that is due; return whether all was."""
        after = 0
        while self._alone():
            touches = self._send_next(today, after)
            if not touches:
                return True
            after = touches[-1].id
            touches._send(today)
            if not progress(len(touches), remaining=1):
                return False
        return False

    @api.model
    def _send_next(self, today, after):
        """Lock and return the next ones that go out by themselves."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT t.id FROM care_touch t
                     JOIN care_occasion o ON o.id = t.occasion_id
                    WHERE t.state = 'ready' AND t.planned_on <= %s
                      AND t.channel = ANY(%s) AND o.auto_send AND t.id > %s
                    ORDER BY t.id LIMIT %s FOR UPDATE OF t SKIP LOCKED""",
                today,
                list(_BY_ITSELF),
                after,
                BATCH,
            )
        )
        touches = self.env["care.touch"].sudo().browse(id_ for (id_,) in rows)
        touches.invalidate_recordset(["state"])
        return touches

    def _send(self, today):
        """Send those that still may go out."""
        left = self
        for code, touches in self._hindrances(today).items():
            touches._leave_out(code)
            left -= touches
        barred = left._barred(today)
        for touch in left:
            code = barred[touch.id].get(touch.channel)
            if not code and not touch._can_reach(touch.channel):
                code = "no_way"
            if code:
                touch._leave_out(code)
                left -= touch
        left.filtered(lambda t: t.channel == "mail")._send_mails()
        left.filtered(lambda t: t.channel == "sms")._send_texts()

    # ---- mail

    def _send_mails(self):
        """Queue the mails; where one of them cannot be made, the others are."""
        default = self.env.ref("customer_care.care_touch_mail_template")
        for template, touches in self.grouped("template_id").items():
            template = template or default
            try:
                with self.env.cr.savepoint():
                    touches._queue(template)
            except Exception as error:  # one of them is wrong: each by itself
                _logger.info("Greetings one by one: %s", error)
                for touch in touches:
                    touch._queue_alone(template)

    def _queue(self, template):
        """Queue their mails and mark them, in one transaction."""
        now = fields.Datetime.now()
        mails = template.sudo().send_mail_batch(
            self.ids, force_send=False, email_values={"is_notification": False}
        )
        for touch, mail in zip(self, mails, strict=True):
            mail.headers = repr(touch._stop_headers())
            touch._guard().write(
                {
                    "state": "sent",
                    "mail_id": mail.id,
                    "done_at": now,
                    "done_by_id": self.env.uid,
                }
            )

    def _queue_alone(self, template):
        try:
            with self.env.cr.savepoint():
                self._queue(template)
        except Exception as error:
            _logger.warning("Greeting %s was not sent: %s", self.id, error)
            self._guard().write(
                {"state": "failed", "fail_reason": str(error).splitlines()[0][:200]}
            )

    @api.model
    def _note_failures(self):
        """Mark those whose mail was refused by the mail server."""
        rows = self.sudo().search(
            [("state", "=", "sent"), ("mail_id.state", "=", "exception")]
        )
        for touch in rows:
            reason = touch.mail_id.failure_reason or touch.mail_id.failure_type
            touch._guard().write(
                {"state": "failed", "fail_reason": (reason or "")[:200]}
            )

    # ---- text messages, where the app is installed

    def _send_texts(self):
        if not self or "sms.sms" not in self.env:
            return
        self.env["sms.sms"].sudo().create(
            [
                {
                    "partner_id": touch.partner_id.id,
                    "number": touch.partner_id.phone,
                    "body": touch.said,
                }
                for touch in self
            ]
        )
        self._guard().write(
            {
                "state": "sent",
                "done_at": fields.Datetime.now(),
                "done_by_id": self.env.uid,
            }
        )

    # ---- by hand

    def action_send(self):
        """Send the mail or text message now."""
        today = self._today()
        for touch in self:
            touch._check_ready(_BY_ITSELF)
        touches = self.sudo()
        touches.lock_for_update()
        touches.invalidate_recordset(["state"])
        for touch in touches:
            if touch.state not in ("ready", "failed"):
                raise UserError(
                    self.env._("%(touch)s was sent already.", touch=touch.display_name)
                )
        touches._send(today)
        failed = touches.filtered(lambda t: t.state == "failed")
        if failed:
            raise ValidationError(
                self.env._(
                    "%(touch)s cannot be sent: %(reason)s",
                    touch=failed[0].display_name,
                    reason=failed[0].fail_reason,
                )
            )
        return True

    # ---- the link by which a contact says that he wants no more

    def _stop_token(self):
        self.ensure_one()
        return hmac(
            self.env(su=True), "care-greeting-stop", (self.id, self.partner_id.id)
        )

    def _stop_headers(self):
        """Return what lets the contact's mail program offer to opt out (RFC 8058)."""
        return {
            "List-Unsubscribe": f"<{self._stop_url()}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }

    def _stop_url(self):
        """Return the address of the page on which the contact opts out."""
        base = self.sudo().get_base_url()
        return f"{base}/care/greeting/{self.id}/{self.sudo()._stop_token()}"

    def _opt_out(self, scope, today):
        """Note that the contact wants no more, once however often the link is used."""
        self.ensure_one()
        outs = self.env["care.opt.out"].sudo()
        known = outs.search_count(
            [
                ("partner_id", "=", self.partner_id.id),
                ("scope", "=", scope),
                ("channel", "=", False),
                ("date_to", "=", False),
            ],
            limit=1,
        )
        if not known:
            outs._guard().create(
                {
                    "partner_id": self.partner_id.id,
                    "scope": scope,
                    "source": "link",
                    "by_link": True,
                    "noted_by_id": False,
                    "date_from": today,
                    "company_id": False,
                }
            )
