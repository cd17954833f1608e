from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

_BATCH = 100
DONE = ("sent", "noted")


class CareDepartureTold(models.AbstractModel):
    """Customers are told who looks after them now, by a letter each in their own
    language; what became of it is the proof. Who has no address, or whose letter
    failed, is told otherwise and that is noted."""

    _name = "care.departure.told"
    _description = "Letters of a hand-over"

    def _queue_letters(self, lines=None):
        """Have the job write to the customers that moved."""
        which = SQL("l.departure_id = ANY(%s)", list(self.ids))
        if lines is not None:
            which = SQL("%s AND l.id = ANY(%s)", which, list(lines.ids))
        self.env["care.departure.line"].flush_model()
        self.env.execute_query(
            SQL(
                """UPDATE care_departure_line l
                      SET told_state = CASE WHEN COALESCE(p.email, '') = ''
                                            THEN 'no_address' ELSE 'queued' END,
                          mail_id = NULL, told_at = NULL, told_by_id = NULL,
                          told_channel = NULL, told_note = NULL
                     FROM res_partner p
                    WHERE p.id = l.partner_id AND l.kind = 'customer'
                      AND l.state = 'moved' AND %s RETURNING l.id""",
                which,
            )
        )
        self.env["care.departure.line"].invalidate_model(flush=False)
        self.invalidate_recordset()
        self._check_told()
        cron = self.env.ref("customer_care.care_departure_cron", False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_run(self):
        """Carry out what is due, write to customers, note what became of letters, and
        look for people who are gone; commits after each step."""
        progress = self.env["ir.cron"]._commit_progress
        departures = self.sudo()
        today = fields.Date.today()
        due = Domain("state", "=", "signed") & Domain("date_leaving", "<=", today)
        for departure in departures.search(due):
            departure._carry_out_by_job()
            progress(1)
        while sent := self._send_letters():
            if not progress(sent, remaining=1):
                return
        self._note_letters()
        gone = self.env["res.users"].browse(self._busy_ids())
        self._on_gone(gone | self._gone_employees())
        departures.search([("state", "=", "moved")])._check_told()
        progress(remaining=0)

    @api.model
    def _send_letters(self):
        """Write a batch of letters; return how many."""
        lines = self.env["care.departure.line"].sudo()
        found = lines.search(
            [("told_state", "=", "queued"), ("mail_id", "=", False)], limit=_BATCH
        )
        for template, group in found.grouped(
            lambda line: line.departure_id.template_id
        ).items():
            if not template:
                words = self.env._("The hand-over names no letter to customers.")
                group._put({"told_state": "failed", "told_note": words})
                continue
            mails = template.send_mail_batch(group.ids)
            by_line = {mail.res_id: mail for mail in mails}
            for line in group:
                mail = by_line.get(line.id)
                vals = {"mail_id": mail.id} if mail else {"told_state": "failed"}
                line._put(vals)
        return len(found)

    @api.model
    def _note_letters(self):
        """Note on the lines what became of their letters."""
        lines = self.env["care.departure.line"].sudo()
        waiting = lines.search(
            [("told_state", "=", "queued"), ("mail_id", "!=", False)]
        )
        now = fields.Datetime.now()
        for state, group in waiting.grouped(lambda line: line.mail_id.state).items():
            if state in ("sent", "received"):
                group._put(
                    {"told_state": "sent", "told_at": now, "told_channel": "mail"}
                )
            elif state in ("exception", "cancel"):
                for reason, part in group.grouped(
                    lambda line: line.mail_id.failure_reason
                ).items():
                    part._put({"told_state": "failed", "told_note": reason})
        waiting.departure_id._check_told()

    def _check_told(self):
        """Close hand-overs of which every customer knows."""
        lines = self.env["care.departure.line"].sudo()
        for departure in self.sudo().filtered(lambda row: row.state == "moved"):
            left = lines.search_count(
                [
                    ("departure_id", "=", departure.id),
                    ("kind", "=", "customer"),
                    ("state", "=", "moved"),
                    "|",
                    ("told_state", "=", False),
                    ("told_state", "not in", DONE),
                ],
                limit=1,
            )
            if not left:
                now = fields.Datetime.now()
                departure._step_write({"told_at": now, "state": "closed"})

    def _note_told(self, lines, channel, note):
        """Note that customers were told otherwise."""
        lines.check_access("read")
        me = self.env.user
        manager = me.has_group("customer_care.customer_care_group_manager")
        for line in lines:
            departure = line.departure_id.sudo()
            if line.kind != "customer" or line.state != "moved":
                raise UserError(
                    self.env._(
                        "%(entry)s has not changed hands, so there is nothing to "
                        "tell. Choose customers who have.",
                        entry=line.display_name,
                    )
                )
            if not manager and me != line.sudo().taker_id:
                raise UserError(
                    self.env._(
                        "%(user)s has taken over %(customer)s and tells them. Ask "
                        "them, or a customer care manager.",
                        user=line.sudo().taker_id.name,
                        customer=line.partner_id.display_name,
                    )
                )
            if departure.state not in ("moved", "closed") or line.told_state in DONE:
                raise UserError(
                    self.env._(
                        "%(customer)s knows already.",
                        customer=line.partner_id.display_name,
                    )
                )
        lines._put(
            {
                "told_state": "noted",
                "told_at": fields.Datetime.now(),
                "told_by_id": me.id,
                "told_channel": channel,
                "told_note": note,
            }
        )
        lines.departure_id._check_told()
