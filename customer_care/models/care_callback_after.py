from odoo import fields, models
from odoo.exceptions import UserError

OPEN = ("planned", "attempted")
# What a further round takes over from the one before.
_SAME_LINKS = (
    "programme_id",
    "clause_id",
    "draw_id",
    "company_id",
    "partner_id",
    "department_id",
    "role_id",
    "user_id",
    "supervisor_id",
)
_SAME = (
    "stratum",
    "is_gravest",
    "res_model",
    "res_id",
    "contact_name",
    "contact_phone",
    "event_at",
    "raised",
)


class CareCallbackAfter(models.AbstractModel):
    """What follows a callback: a further round, an improvement, the next reserve,
    word to the record it was about."""

    _name = "care.callback.after"
    _description = "What follows a callback"

    def _after_done(self):
        """Called once a callback is done, whichever way."""
        self.ensure_one()
        if self.raised_state == "settled":
            self._settle_before()
        elif self.raised_state == "open":
            self._next_round(self.appointment_at)
        if self.satisfaction == "dissatisfied":
            self._open_improvement()
        host = self._host()
        if host and isinstance(host, self.pool["care.callback.host.mixin"]):
            host._on_callback_done(self)
        if host and isinstance(host, self.pool["mail.thread"]):
            body = self.env._(
                "Callback by %(user)s: %(outcome)s",
                user=self.env.user.name,
                outcome=self.sudo().outcome_id.name or self.env._("done"),
            )
            author = self.env.user.partner_id.id
            host._message_log(body=body, author_id=author)

    # ---- rounds

    def _next_round(self, when=None, reason=None):
        """Plan the next round, once; by phone where the programme says so, but for
        the gravest kind."""
        self.ensure_one()
        if self.next_round_id:
            return self.next_round_id
        following = self._engine()._quiet().create(self._prepare_next_round_vals(when))
        self._engine().write({"next_round_id": following.id})
        self._message_note(
            self.env._(
                "Round %(number)s is planned. %(reason)s",
                number=self.round + 1,
                reason=reason or "",
            )
        )
        return following._plain(self.env)

    def _prepare_next_round_vals(self, when):
        row = self.sudo()
        programme = row.programme_id
        channel = row.channel
        if programme.next_channel and not row.is_gravest:
            channel = programme.next_channel
        due = when or row.company_id.resource_calendar_id.care_add(
            fields.Datetime.now(),
            programme.not_after_amount or 7,
            programme.not_after_unit or "day",
        )
        values = {name: row[name].id for name in _SAME_LINKS}
        values |= {name: row[name] for name in _SAME}
        return values | {
            "supervisor_ids": [(6, 0, row.supervisor_ids.ids)],
            "excluded_ids": [(6, 0, row.excluded_ids.ids)],
            "channel": "phone" if channel == "letter" else channel,
            "due_at": due,
            "appointment_at": when,
            "round": row.round + 1,
            "previous_id": row.id,
        }

    def _settle_before(self):
        """What a later round settled is settled for the rounds before."""
        row, now = self.previous_id, fields.Datetime.now()
        while row and row.raised_state == "open":
            row._engine().write({"settled": True, "settled_at": now})
            row = row.previous_id

    def _settle(self, answer):
        """What was raised is settled and answered, after the call."""
        for row in self:
            row._check_state("done", "reviewed", *OPEN)
            if not row.is_mine:
                row._check_supervisor()
            if row.raised_state != "open":
                raise UserError(
                    self.env._(
                        "Nothing is open on %(callback)s. Write down first what the "
                        "customer raised.",
                        callback=row.display_name,
                    )
                )
            row._engine().write(
                {
                    "settled": True,
                    "settled_at": fields.Datetime.now(),
                    "answer": answer or row.answer,
                }
            )
            row._settle_before()

    # ---- unreachable and exempt

    def _give_up(self, result):
        """Unreachable: the next reserve of the stratum takes the place."""
        words = dict(
            self.env["care.callback.attempt"]
            ._fields["result"]
            ._description_selection(self.env)
        )
        reason = self.env._(
            "%(count)s attempts, the last: %(result)s",
            count=self.attempt_count,
            result=words[result],
        )
        self._engine().write({"state": "unreachable"})
        self._close_activities(self.sudo().user_id)
        self._replace(reason)

    def _replace(self, reason):
        """Let the next reserve take the place, and log who, why, from and to."""
        self.ensure_one()
        line = self.sudo().draw_line_id
        draw = line.draw_id
        if not (line and self.sudo().programme_id.substitute) or draw._is_extra(line):
            return self.browse()
        reserve = line._take_reserve(reason, self.env.user)
        if not reserve:
            text = self.env._("No reserve is left in the stratum. %s", reason)
            self._ask_supervisors(text)
            return self.browse()
        found = draw._plan_taken(reserve.sudo()).with_env(self.env)
        # who may read this callback need not know of that one
        secret = self.env["care.secrecy.notice"]._classified(found)
        name = self.env._("Another record") if secret else found.sudo().display_name
        self._message_note(
            self.env._(
                "%(name)s takes the place. %(reason)s",
                name=name or self.env._("Nobody"),
                reason=reason,
            )
        )
        return found

    def _replace_by_hand(self, reason):
        self._check_supervisor()
        self._check_state(*OPEN)
        for row in self:
            row._engine().write({"state": "unreachable"})
            row._replace(reason)

    def _exempt(self, reason, attachments=None):
        """No callback is needed; the letter is filed instead."""
        self._check_supervisor()
        self._check_state(*OPEN)
        self._engine().write(
            {"state": "exempt", "exempt_reason": reason, "channel": "letter"}
        )
        if attachments:
            self._file_letter(attachments)

    def _cancel(self, reason):
        self._check_supervisor()
        self._check_state(*OPEN)
        self._engine().write({"state": "cancelled"})
        for row in self:
            row._message_note(self.env._("Cancelled: %s", reason))

    def _file_letter(self, attachments):
        """File the letter with the callbacks."""
        for row in self:
            row._engine().write(
                {"letter_attachment_ids": [(4, id_) for id_ in attachments.ids]}
            )

    def _answer_by_letter(self, letter):
        """An open letter answers these: done, settled, and filed with each."""
        now = fields.Datetime.now()
        for row in self:
            row._check_state(*OPEN, "exempt", "done", "reviewed")
            values = {"letter_id": letter.id}
            if row.raised_state == "open":
                values |= {
                    "settled": True,
                    "settled_at": now,
                    "answer": row.answer or letter.name,
                }
            if row.state in OPEN:
                values |= {
                    "state": "done",
                    "channel": "letter",
                    "done_at": now,
                    "done_by_id": self.env.uid,
                    "in_time": not row.due_at or now <= row.due_at,
                }
            row._engine().write(values)
            row._settle_before()

    # ---- improvement

    def _improvement_vals(self):
        """Return the values of the improvement a dissatisfied customer asks for."""
        return {
            "name": self.env._("Dissatisfied: %s", self.display_name),
            "clause_id": self.clause_id.id,
            "partner_id": self.partner_id.id,
            "department_id": self.department_id.id,
            "company_id": self.company_id.id,
        }

    def _open_improvement(self):
        """One improvement for one dissatisfied customer, however often it is asked."""
        row = self.sudo()
        self.env["care.improvement"]._open(
            "record", f"care.callback,{self.id}", row._improvement_vals(), records=row
        )

    def action_open_case(self):
        """Open a case of what the customer raised, where an add-on keeps cases."""
        self.ensure_one()
        self.check_access("read")
        case = self.env["care.callback.intake"]._open_case(self)
        if case is None:
            raise UserError(
                self.env._(
                    "No add-on is installed that keeps complaints. Plan a further "
                    "round instead."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": case._name,
            "res_id": case.id,
            "view_mode": "form",
        }

    # ---- words and lists

    def _quiet(self):
        return self.with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )

    def _message_note(self, body):
        author = self.env.user.partner_id.id
        for row in self:
            row.sudo()._message_log(body=body.strip(), author_id=author)

    def _raise_activity(self, user, summary):
        """Put it on the list of `user`, who may see the callback."""
        if not (self and user) or self.env["care.secrecy.notice"]._deaf(user, self):
            return
        self.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.context_today(self),
            summary=summary,
            user_id=user.id,
            automated=True,
        )

    def _close_activities(self, users):
        activities = self.sudo().activity_ids.filtered(
            lambda row: row.automated and row.user_id in users
        )
        activities.unlink()

    def _ask_supervisors(self, text):
        """Say clearly what cannot be done: on the callback, and to its supervisors."""
        self.ensure_one()
        self._message_note(text)
        notice, users = self.env["care.secrecy.notice"], self.sudo().supervisor_ids
        deaf = notice._deaf(users, self)
        for user in users - deaf:
            self._raise_activity(user, text)
        if users and users == deaf:
            notice._tell_guardians(self.sudo().company_id)
