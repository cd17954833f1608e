from odoo import fields, models
from odoo.exceptions import AccessError, UserError

_MANAGER = "customer_care.customer_care_group_manager"
# {state: gate passed on the way into it}
_GATES = {"planned": "plan", "doing": "start", "checking": "done", "closed": "close"}
_APPROVED = ("plan", "close")


class CareImprovementFlow(models.AbstractModel):
    """How an improvement moves: its buttons, gates and the next cycle."""

    _name = "care.improvement.flow"
    _description = "Steps of an improvement"

    # ---- buttons

    def action_plan(self):
        """Fix the plan, or ask those who approve it."""
        return self._ask_or_enter("planned")

    def action_start(self):
        """Begin with the measure."""
        return self._ask_or_enter("doing")

    def action_done(self):
        """The measure is carried out; its effect is checked later."""
        return self._ask_or_enter("checking")

    def action_check(self):
        """Ask for the result of the effect check."""
        self._check_may_check()
        return self._open_step("check")

    def action_close(self):
        """Close what was checked, once those who approve the closing have agreed."""
        return self._ask_or_enter("closed")

    def action_replan(self):
        """Ask why the plan is opened again."""
        for record in self:
            record._check_move("draft")
        return self._open_step("replan")

    def action_cancel(self):
        """Ask why it is called off."""
        for record in self:
            record._check_move("cancelled")
        return self._open_step("cancel")

    def action_name_supervisor(self):
        """Ask who watches over the measure."""
        return self._open_step("supervisor")

    def action_view_cycles(self):
        """Open the other cycles of the same improvement."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_improvement_action"
        )
        ids = (self._all_cycles() - self).ids
        return action | {"domain": [("id", "in", ids)], "context": {}}

    def _open_step(self, step):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_improvement_step_action"
        )
        context = {"default_improvement_id": self.id, "default_step": step}
        return action | {"context": context}

    # ---- moves

    def _ask_or_enter(self, state):
        asked = self.env["care.approval"]
        for record in self:
            record._check_move(state)
            gate = _GATES[state]
            record._requirement_check(gate)
            record._check_gate_facts(state)
            if gate in _APPROVED and not record._approval_is_granted(gate):
                asked |= record._approval_request(gate)
            else:
                record._enter(state)
        return self._notify_asked(asked) if asked else True

    def _notify_asked(self, approvals):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Asked for: %(approvals)s.",
                    approvals=", ".join(approvals.mapped("name")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_gate_facts(self, state):
        """What holds whatever the requirements say."""
        if state == "closed" and not self.check_result:
            raise UserError(
                self.env._(
                    "%(record)s is closed after its effect was checked. "
                    "Record the check first.",
                    record=self.display_name,
                )
            )
        if state == "planned" and not (
            self.user_id and self.date_due and self.measure and self.check_date
        ):
            raise UserError(
                self.env._(
                    "The plan of %(record)s is not fixed yet. Name the person, the "
                    "date, the measure and the day its effect is checked.",
                    record=self.display_name,
                )
            )

    def _enter(self, state):
        """Write the state; approvals and requirements were looked at before."""
        vals = {"state": state}
        if state == "checking":
            vals["done_at"] = fields.Datetime.now()
        self._step_write(vals)
        if state == "closed":
            self.flush_recordset(["state"])  # its key is free before the next takes it
            for record in self.filtered(lambda r: r.check_result == "not_effective"):
                record._open_next_cycle()

    def _open_next_cycle(self):
        """What did not help is planned anew, in a record of its own."""
        this = self.sudo()
        cycle = this.copy()
        cycle._step_write(
            {
                "origin": this.origin,
                "origin_key": this.origin_key,
                "rule_id": this.rule_id.id,
                "res_model": this.res_model,
                "res_id": this.res_id,
                "previous_id": this.id,
                "cycle": this.cycle + 1,
                "supervisor_id": this.supervisor_id.id,
            }
        )
        cycle._link_records(
            [(link.res_model, link.res_id) for link in this.link_ids if link.res_id]
        )
        self._message_log(
            body=self.env._(
                "Not effective: %(next)s goes on with it.", next=cycle.number
            )
        )
        return cycle.with_env(self.env)

    def _all_cycles(self):
        """Return all cycles of an improvement, first to last."""
        first = self
        while first.previous_id:
            first = first.previous_id
        found = current = first
        while current := current.next_ids - found:
            found |= current
        return found

    # ---- the effect

    def _check_may_check(self):
        """Who carried the measure out does not judge its effect."""
        for record in self:
            record.check_access("write")
            record._check_effect_day()
            if not record._may_check():
                raise AccessError(
                    self.env._(
                        "The effect of %(record)s is checked by %(checker)s, not by "
                        "who carried the measure out.",
                        record=record.display_name,
                        checker=record.check_user_id.name
                        or self.env._("a customer care manager"),
                    )
                )

    def _may_check(self):
        """Who checks it, who watches over it and managers may, the doer never."""
        user = self.env.user
        if user == self.user_id:
            return False
        mine = user in self.check_user_id | self.supervisor_id
        return mine or user.has_group(_MANAGER)

    def _check_effect_day(self):
        if self.state != "checking":
            raise UserError(
                self.env._(
                    "%(record)s: the effect is checked once the measure is done.",
                    record=self.display_name,
                )
            )
        if self.check_date and self.check_date > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "The effect of %(record)s shows later: it is checked from "
                    "%(date)s on.",
                    record=self.display_name,
                    date=fields.Date.to_string(self.check_date),
                )
            )

    def _record_check(self, result, note):
        """Keep what the check found and close, or ask for the closing."""
        self.ensure_one()
        self._check_may_check()
        if not (note or "").strip():
            raise UserError(self.env._("Say what the check of the effect found."))
        self._step_write(
            {
                "check_result": result,
                "check_note": note.strip(),
                "checked_at": fields.Datetime.now(),
                "checked_by_id": self.env.uid,
            }
        )
        return self._ask_or_enter("closed")

    # ---- managers

    def _leave(self, state, reason):
        """Cancel or plan anew, for a reason."""
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason."))
        for record in self:
            record._check_move(state)
            vals = {"state": state}
            if state == "cancelled":
                vals["cancel_reason"] = reason.strip()
            record._step_write(vals)
            record._message_log(body=reason.strip())

    def _may_name_supervisor(self):
        """Managers, and who decides on the plan, name the supervisor."""
        self.ensure_one()
        if self.env.su or self.env.user.has_group(_MANAGER):
            return True
        plans = self.sudo().approval_ids.filtered(lambda a: a.gate == "plan")
        return self.env.user in plans.line_ids.user_ids

    def _name_supervisor(self, user):
        """Name who watches over the measure, and checks its effect if nobody does."""
        self.ensure_one()
        self.check_access("read")
        self._check_not_ended()
        if not self._may_name_supervisor():
            raise AccessError(
                self.env._(
                    "The supervisor of %(record)s is named by who approves its plan. "
                    "Ask them.",
                    record=self.display_name,
                )
            )
        if user == self.user_id:
            raise UserError(
                self.env._(
                    "%(user)s carries the measure out. Name somebody else.",
                    user=user.name,
                )
            )
        vals = {"supervisor_id": user.id}
        if not self.check_user_id:
            vals["check_user_id"] = user.id
        self._step_write(vals)
