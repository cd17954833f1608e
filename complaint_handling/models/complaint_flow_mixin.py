from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

_USER = "complaint_handling.complaint_handling_group_user"
_MANAGER = "complaint_handling.complaint_handling_group_manager"
# {(from, to): group that may}; a pair not listed is refused for everyone
_MOVES = {
    ("new", "acknowledged"): _USER,
    ("new", "accepted"): _USER,
    ("acknowledged", "accepted"): _USER,
    ("new", "rejected"): _USER,
    ("acknowledged", "rejected"): _USER,
    ("accepted", "investigating"): _USER,
    ("accepted", "solving"): _USER,
    ("investigating", "solving"): _USER,
    ("solving", "investigating"): _USER,
    ("solving", "answered"): _USER,
    ("answered", "solving"): _USER,
    ("answered", "closed"): _USER,
    ("rejected", "closed"): _USER,
    ("new", "cancelled"): _USER,
    ("acknowledged", "cancelled"): _USER,
    ("accepted", "cancelled"): _MANAGER,
    ("investigating", "cancelled"): _MANAGER,
    ("solving", "cancelled"): _MANAGER,
    ("closed", "acknowledged"): _USER,
    ("closed", "investigating"): _USER,
    ("cancelled", "acknowledged"): _MANAGER,
}
# {state: gates passed on the way into it}
_GATES = {
    "accepted": ("accept",),
    "rejected": ("reject",),
    "investigating": ("investigate",),
    "solving": ("report",),
    "answered": ("solution", "compensation"),
    "closed": ("close",),
}
# {gate: state that an approved gate leads to by itself}
_FOLLOWS = {"accept": "accepted", "report": "solving"}
# {gate: fields that an approval of it has seen}
_GUARDED = {
    "accept": {"justified", "justified_reason", "demand", "demand_fair", "kind"},
    "reject": {"justified", "justified_reason"},
    "report": {
        "cause",
        "course",
        "responsible",
        "conclusion",
        "countermeasure",
        "prevention",
    },
    "solution": {"handling_opinion", "solution"},
    "compensation": {"compensation", "currency_id"},
}
# {state: the time that entering it sets}
_STAMPS = {
    "acknowledged": "acknowledged_at",
    "accepted": "handling_since",
    "answered": "answered_at",
    "closed": "closed_at",
}
# Times that count anew when a case is taken up again
_AGAIN = ("proposed_at", "solution_approved_at", "result_at")


class ComplaintFlowMixin(models.AbstractModel):
    """How a complaint moves from state to state. Every path uses `_move_to`."""

    _name = "complaint.flow.mixin"
    _description = "Steps of a Complaint"

    waiting = fields.Char(
        string="Waiting for", compute="_compute_waiting", compute_sudo=True
    )

    def _compute_waiting(self):
        """Say who decides before the case can go on; empty when nobody does."""
        for case in self:
            pending = case.approval_ids.filtered(
                lambda approval: approval.state == "pending"
            )
            users = pending.line_ids.filtered(
                lambda line: line.state == "pending"
            ).user_ids
            case.waiting = False
            if pending:
                case.waiting = self.env._(
                    "Waiting for the decision of %(users)s.",
                    users=", ".join(users.mapped("name")) or "-",
                )

    def _move_to(self, state, **values):
        """Move each case into `state` through its gates, or raise.

        `values` are written with it; superuser mode stands for a decision taken
        elsewhere (approval engine, mail gateway) and skips the group check only.
        """
        for case in self:
            case._check_move(state)
            for gate in _GATES.get(state, ()):
                case._requirement_check(gate)
                case._approval_check(gate)
        stamp = _STAMPS.get(state)
        if stamp:
            values[stamp] = fields.Datetime.now()
        self.sudo().write({"state": state, **values})

    def _check_move(self, state):
        self.ensure_one()
        group = _MOVES.get((self.state, state))
        words = dict(self._fields["state"]._description_selection(self.env))
        if not group:
            raise UserError(
                self.env._(
                    "%(case)s is %(now)s and cannot become %(then)s.",
                    case=self.display_name,
                    now=words[self.state],
                    then=words[state],
                )
            )
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "%(case)s: a complaint manager takes this step. Ask one of them.",
                    case=self.display_name,
                )
            )
        if not self.env.su:
            self.check_access("write")

    def _ask_or_move(self, state):
        """Take the step, or ask those who decide on it first."""
        self.ensure_one()
        self._check_move(state)
        if self._ask_missing_approvals(_GATES.get(state, ())):
            return self._notify_asked()
        self._move_to(state)
        return True

    def _ask_missing_approvals(self, gates):
        """Request what is not granted yet; return the approvals waited for."""
        self.ensure_one()
        waiting = self.env["care.approval"]
        for gate in gates:
            self._requirement_check(gate)
            if gate == "solution" and not self.proposed_at:
                self.sudo().proposed_at = fields.Datetime.now()
            if self._approval_required(gate) and not self._approval_is_granted(gate):
                waiting |= self._pending_approvals(gate) or self._approval_request(gate)
        return waiting

    def _pending_approvals(self, gate):
        return self.approval_ids.filtered(
            lambda approval: approval.gate == gate and approval.state == "pending"
        )

    def _notify_asked(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("Sent for approval."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # Approval engine

    def _approval_gates(self):
        return [
            ("accept", self.env._("Acceptance")),
            ("reject", self.env._("Rejection")),
            ("investigate", self.env._("Start of the investigation")),
            ("report", self.env._("Investigation report")),
            ("solution", self.env._("Solution")),
            ("compensation", self.env._("Compensation")),
            ("close", self.env._("Closing")),
        ]

    def _approval_guarded_fields(self, gate):
        return _GUARDED.get(gate, set())

    def _approval_subject_users(self, gate):
        return self.accused_ids

    def _on_approval_decided(self, approval):
        """Go on by itself after the last yes; tell the handler otherwise."""
        result = super()._on_approval_decided(approval)
        for case in self.sudo():
            # another policy may want an approval at the same gate
            done = approval.state == "approved" and case._approval_is_granted(
                approval.gate
            )
            if done and approval.gate == "solution":
                case.solution_approved_at = fields.Datetime.now()
            state = _FOLLOWS.get(approval.gate)
            if approval.state == "approved" and (case.state, state) in _MOVES:
                if done:
                    case._move_to(state)
            elif case.user_id - self.env["care.secrecy.notice"]._deaf(
                case.user_id, case
            ):
                case.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=case.user_id.id,
                    summary=self.env._("Decided: %(name)s", name=approval.display_name),
                )
        return result

    # Steps

    def action_acknowledge(self):
        for case in self:
            case._check_move("acknowledged")
            if case.contact_email:
                case._send_acknowledgement()
        self._move_to("acknowledged")

    def action_accept(self):
        if self.justified == "no":
            raise UserError(
                self.env._(
                    "%(case)s is judged not justified. Reject it with an explanation.",
                    case=self.display_name,
                )
            )
        return self._ask_or_move("accepted")

    def action_reject(self):
        self._check_move("rejected")
        if self.justified != "no":
            raise UserError(
                self.env._(
                    "%(case)s can be rejected once it is judged not justified, with "
                    "the reason. Fill in the judgement first.",
                    case=self.display_name,
                )
            )
        if self._ask_missing_approvals(("reject",)):
            return self._notify_asked()
        return self._open_wizard("complaint.answer.wizard", kind="explanation")

    def action_investigate(self):
        self._check_move("investigating")
        if not (self.department_id and self.user_id):
            raise UserError(
                self.env._(
                    "%(case)s needs a handling department and a handler before the "
                    "investigation starts.",
                    case=self.display_name,
                )
            )
        return self._ask_or_move("investigating")

    def action_submit_report(self):
        return self._ask_or_move("solving")

    def action_submit_solution(self):
        self._check_move("answered")
        if self._ask_missing_approvals(_GATES["answered"]):
            return self._notify_asked()
        return self.action_answer()

    def action_answer(self):
        self._check_move("answered")
        for gate in _GATES["answered"]:
            self._requirement_check(gate)
            self._approval_check(gate)
        return self._open_wizard("complaint.answer.wizard", kind="answer")

    def action_back_to_investigation(self):
        self._move_to("investigating")

    def action_back_to_solution(self):
        self._move_to("solving")

    def action_close(self):
        return self._ask_or_move("closed")

    def action_promise(self):
        return self._open_wizard("complaint.promise.wizard")

    def action_cancel(self):
        return self._open_wizard("complaint.reason.wizard", step="cancel")

    def action_reopen(self):
        return self._open_wizard("complaint.reason.wizard", step="reopen")

    def action_merge(self):
        return self._open_wizard("complaint.merge.wizard")

    def _cancel(self, reason):
        self._move_to("cancelled")
        self._recount_after()
        self._log_reason(reason)

    def _reopen(self, reason):
        """Take a closed case up again; the judgement of a rejected one is undone."""
        for case in self:
            case._check_reopen_time()
            values = {
                "closed_at": False,
                "reopen_count": case.reopen_count + 1,
                "handling_since": fields.Datetime.now(),
                **dict.fromkeys(_AGAIN, False),
            }
            if case.state == "cancelled" or case.justified != "yes":
                case._move_to("acknowledged", justified="undecided", **values)
            else:
                case._move_to("investigating", **values)
            case._log_reason(reason)

    def _check_reopen_time(self):
        days = self.desk_id.reopen_days
        until = self.closed_at and self.closed_at + timedelta(days=days)
        late = until and fields.Datetime.now() > until
        if late and not self.env.user.has_group(_MANAGER):
            raise UserError(
                self.env._(
                    "%(case)s could be reopened for %(days)s days after it was closed. "
                    "Ask a complaint manager, or open a new case.",
                    case=self.display_name,
                    days=days,
                )
            )

    def _merge_into(self, target):
        """Close `self` as the same matter as `target`, which is told of it."""
        self.ensure_one()
        if target == self or target.merged_into_id or target.state == "cancelled":
            raise UserError(
                self.env._(
                    "%(case)s cannot be merged into %(target)s. Choose a case that "
                    "is open and not merged itself.",
                    case=self.display_name,
                    target=target.display_name,
                )
            )
        self._move_to("cancelled", merged_into_id=target.id)
        self._recount_after()
        self._log_reason(
            self.env._("Merged into %(case)s.", case=target._name_beside(self))
        )
        target._log_reason(
            self.env._(
                "%(case)s was merged into this one.", case=self._name_beside(target)
            )
        )

    def _name_beside(self, other):
        """Return the name that may stand on `other`, whose reader need not see
        `self`."""
        hidden = self.sudo().secrecy_level > max(other.sudo().secrecy_level, 1)
        return self.env._("Another case") if hidden else self.display_name

    def _log_reason(self, reason):
        for case in self:
            case._message_log(body=reason)

    def _open_wizard(self, model, **defaults):
        self.ensure_one()
        names = {f"default_{name}": value for name, value in defaults.items()}
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "name": self.env[model]._title(**defaults),
            "context": {"default_case_id": self.id, **names},
        }
