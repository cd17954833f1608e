from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..logic.draw import spread

OPEN = ("planned", "attempted")
_MANAGER = "customer_care.customer_care_group_manager"
_FAILED = ("no_answer", "busy", "wrong_number")


class CareCallbackSteps(models.AbstractModel):
    """The buttons of a callback: assigned, tried, done, reviewed.

    Each asks who presses it; what was said itself is written on the form.
    """

    _name = "care.callback.steps"
    _description = "Steps of a callback"

    # ---- who may

    def _get_excluded(self):
        """Return who never calls: who had to do with the record then, or has now."""
        excluded = self.sudo().excluded_ids
        record = self._host()
        if record and self.programme_id:
            excluded |= self.sudo().programme_id._excluded_users(record)
        return excluded

    def _host(self):
        """Return the record it is about with all rights, nothing when it is gone."""
        if not self.res_model or self.res_model not in self.env:
            return None
        return self.env[self.res_model].sudo().browse(self.res_id).exists()

    def _check_supervisor(self):
        for row in self:
            if not row.can_supervise:
                raise AccessError(
                    self.env._(
                        "%(callback)s belongs to the plan of its supervisor. Ask "
                        "%(who)s.",
                        callback=row.display_name,
                        who=", ".join(row.sudo().supervisor_ids.mapped("name"))
                        or self.env._("a customer care manager"),
                    )
                )

    def _check_state(self, *states):
        words = dict(self._fields["state"]._description_selection(self.env))
        for row in self:
            if row.state not in states:
                raise UserError(
                    self.env._(
                        "%(callback)s is “%(state)s”, so this step is not open. Open "
                        "it to see what comes next.",
                        callback=row.display_name,
                        state=words[row.state],
                    )
                )

    def _check_caller(self):
        """The caller presses it, or the supervisor for them; never a handler."""
        user = self.env.user
        for row in self:
            if row.user_id != user and not row.can_supervise:
                raise AccessError(
                    self.env._(
                        "%(callback)s is called by %(caller)s. Ask the supervisor to "
                        "assign it to you.",
                        callback=row.display_name,
                        caller=row.sudo().user_id.name or self.env._("nobody yet"),
                    )
                )
            row._check_not_excluded(user)

    def _check_not_excluded(self, user):
        if self.env["care.secrecy.notice"]._deaf(user, self):
            raise UserError(
                self.env._(
                    "%(user)s cannot be asked to call for %(callback)s. Choose "
                    "somebody else.",
                    user=user.sudo().name,
                    callback=self.display_name,
                )
            )
        if user in self._get_excluded():
            raise UserError(
                self.env._(
                    "%(user)s had to do with what %(callback)s is about and must not "
                    "call. Choose somebody else.",
                    user=user.sudo().name,
                    callback=self.display_name,
                )
            )

    # ---- assigning

    def _get_candidates(self):
        """Return who may call: holders of the role who had nothing to do with it and
        may see it."""
        self.ensure_one()
        row, notice = self.sudo(), self.env["care.secrecy.notice"]
        if not row.role_id:
            everyone = (
                self.env["res.users"]
                .sudo()
                .search(
                    [("share", "=", False), ("company_ids", "in", row.company_id.ids)],
                    limit=1000,
                )
            )
            everyone -= self._get_excluded()
            return (everyone - notice._deaf(everyone, row)).sudo(False)
        request = (row.role_id.code, row.company_id, row.department_id, row.partner_id)
        excluded = self._get_excluded()
        found = notice._resolve(request, row, excluded=excluded.ids)
        found = self._with_stand_ins(found, row.company_id) - excluded
        return found - notice._deaf(found, row)

    def _assign(self, user):
        """Give the calls to `user`, who must hold the role and have no part in it."""
        self._check_supervisor()
        self._check_state(*OPEN)
        for row in self:
            row._check_not_excluded(user)
            role = row.sudo().role_id
            if role and user not in row._get_candidates():
                raise UserError(
                    self.env._(
                        "%(user)s does not hold the role %(role)s for %(callback)s. "
                        "Assign the role first, or choose one of its holders.",
                        user=user.sudo().name,
                        role=role.name,
                        callback=row.display_name,
                    )
                )
        self._engine().write(
            {
                "user_id": user.id,
                "assigned_by_id": self.env.uid,
                "assigned_at": fields.Datetime.now(),
            }
        )
        self._close_activities(self.sudo().supervisor_ids)
        self[:1]._raise_activity(
            user, self.env._("%s callbacks were assigned to you", len(self))
        )

    def action_assign_suggested(self):
        """Give each call that nobody has to the candidate with the least to do."""
        self._check_supervisor()
        todo = self.filtered(lambda row: row.state in OPEN and not row.user_id)
        groups = {}
        for row in todo:
            groups.setdefault(row._get_candidates(), self.browse())
            groups[row._get_candidates()] |= row
        for users, rows in groups.items():
            if not users:
                raise UserError(
                    self.env._(
                        "Nobody is left who may call for %(callback)s. Assign its role "
                        "to somebody who had nothing to do with it.",
                        callback=rows[:1].display_name,
                    )
                )
            loads = self.env["care.callback.programme"]._open_loads(users)
            chosen = spread(users.ids, loads, len(rows))
            for user in users:
                mine = rows.browse(
                    row.id
                    for row, id_ in zip(rows, chosen, strict=True)
                    if id_ == user.id
                )
                if mine:
                    mine._assign(user)
        return True

    # ---- calling

    def _log_attempt(self, result, note=None, appointment_at=None):
        """Note one attempt; count the failed ones."""
        self.ensure_one()
        self._check_state(*OPEN)
        self._check_caller()
        now = fields.Datetime.now()
        if self.not_before and now < self.not_before and not self.can_supervise:
            raise UserError(
                self.env._(
                    "%(callback)s is not to be called before %(moment)s. Call then, or "
                    "ask the supervisor.",
                    callback=self.display_name,
                    moment=fields.Datetime.context_timestamp(
                        self, self.not_before
                    ).strftime("%Y-%m-%d %H:%M"),
                )
            )
        if self.state == "planned":
            self._requirement_check("attempt")
        self.env["care.callback.attempt"]._engine().create(
            {
                "callback_id": self.id,
                "at": now,
                "user_id": self.env.uid,
                "channel": self.channel,
                "result": result,
                "note": note,
                "appointment_at": appointment_at,
            }
        )
        values = {"state": "attempted", "attempt_count": self.attempt_count + 1}
        if self.appointment_at and not self.appointment_kept_at:
            values["appointment_kept_at"] = now
        if appointment_at:
            values |= {"appointment_at": appointment_at, "appointment_kept_at": False}
        if result in _FAILED:
            values["failed_count"] = self.failed_count + 1
        self._engine().write(values)
        most = self.sudo().programme_id.unreachable_after
        if result == "refused" or (
            result in _FAILED and most and self.failed_count >= most
        ):
            self._give_up(result)

    def action_reached(self):
        """The customer is on the line: note it and open the sheet."""
        self.ensure_one()
        self._log_attempt("reached")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_not_reached(self):
        for row in self:
            row._log_attempt("no_answer")
        return True

    def action_done(self):
        """The call was made and its sheet is filled in."""
        for row in self:
            row._check_state(*OPEN)
            row._check_caller()
            if not row.sudo().attempt_ids.filtered(lambda one: one.result == "reached"):
                row._log_attempt("reached")
            row._requirement_check("done")
            row._finish()
        return True

    def _finish(self):
        now = fields.Datetime.now()
        values = {
            "state": "done",
            "done_at": now,
            "done_by_id": self.env.uid,
            "in_time": not self.due_at or now <= self.due_at,
        }
        if self.settled or self.raised_state == "none":
            values["settled_at"] = now if self.raised_state == "open" else False
        self._engine().write(values)
        self._close_activities(self.sudo().user_id)
        self._after_done()

    # ---- reviewing

    def _review(self, opinion, signature=None, accept=True):
        """The supervisor's opinion and signature; returned, it is done again."""
        self.ensure_one()
        self._check_state("done")
        self._check_supervisor()
        if not self.can_review:
            raise UserError(
                self.env._(
                    "%(user)s made the call of %(callback)s. Another supervisor "
                    "reviews it.",
                    user=self.env.user.name,
                    callback=self.display_name,
                )
            )
        self._engine().write(
            {
                "review_opinion": opinion,
                "review_signature": signature,
                "reviewer_id": self.env.uid,
                "reviewed_at": fields.Datetime.now(),
            }
        )
        if accept:
            self._requirement_check("review")
            self._engine().write({"state": "reviewed"})
            return
        self._engine().write({"state": "attempted", "done_at": False})
        self._message_note(self.env._("Returned by the supervisor: %s", opinion))
        self._raise_activity(
            self.sudo().user_id, self.env._("A callback came back from its review")
        )

    # ---- windows

    def _open_step(self, kind):
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.callback.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_kind": kind,
                "default_callback_ids": [(6, 0, self.ids)],
            },
            "name": self.env["care.callback.step"]._title(kind),
        }

    def action_assign(self):
        self._check_supervisor()
        return self._open_step("assign")

    def action_appointment(self):
        return self._open_step("appointment")

    def action_attempt(self):
        return self._open_step("attempt")

    def action_review(self):
        return self._open_step("review")

    def action_settle(self):
        return self._open_step("settle")

    def action_next_round(self):
        return self._open_step("next")

    def action_replace(self):
        return self._open_step("replace")

    def action_exempt(self):
        return self._open_step("exempt")

    def action_cancel(self):
        return self._open_step("cancel")
