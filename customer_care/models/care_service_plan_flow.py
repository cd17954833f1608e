from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError


class CareServicePlanFlow(models.AbstractModel):
    """How a service plan moves: worked out, approved by the department head and then by
    the executive, started, reviewed, closed."""

    _name = "care.service.plan.flow"
    _description = "Steps of a service plan"

    # ---- workshop

    def action_workshop(self):
        """The plan was worked out in a workshop: all it needs is there."""
        for plan in self:
            plan._check_move("workshop")
            plan._refuse_incomplete()
            plan._step_write({"state": "workshop"})
        return True

    def _refuse_incomplete(self):
        names = ["workshop_on", "workshop_user_ids", "minutes", "line_ids", "step_ids"]
        words = self.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(plan)s is not worked out yet. Fill in: %(fields)s.",
                    plan=self.display_name,
                    fields=", ".join(missing),
                )
            )

    # ---- approvals

    def _approval_gates(self):
        return [
            ("head", self.env._("Review by the department head")),
            ("executive", self.env._("Approval by the executive")),
        ]

    def _approval_guarded_fields(self, gate):
        return {"revision", "budget", "partner_id"}

    def _approval_subject_users(self, gate):
        """Whoever keeps the plan does not decide it."""
        return self.user_id

    def action_submit(self):
        """Hand it to the department head."""
        for plan in self:
            plan._check_move("head")
            plan._refuse_incomplete()
            plan._step_write({"state": "head", "submitted_by_id": self.env.uid})
            plan._go_on()
        return True

    def _go_on(self):
        """Pass the gates that are open; ask for the approval of the next one."""
        for state, after in (("head", "executive"), ("executive", "running")):
            if self.state != state:
                continue
            if not self._approval_is_granted(state):
                asker = self.with_user(self.submitted_by_id or self.env.user).sudo()
                asker._approval_request(state)
                return
            if after == "running":
                self._start()
            else:
                self._step_write({"state": after})

    def _on_approval_decided(self, approval):
        for plan in self.filtered(lambda plan: plan.state == approval.gate):
            if approval.state == "approved":
                plan._go_on()
            elif approval.state == "rejected":
                plan._step_write({"state": "workshop"})

    def _on_approval_cancelled(self, approval):
        for plan in self.filtered(lambda plan: plan.state == approval.gate):
            plan._step_write({"state": "workshop"})

    def action_rework(self):
        """Take it back: what was decided is void, and it is asked for again."""
        for plan in self:
            plan._check_move("workshop")
            plan._step_write({"state": "workshop", "revision": plan.revision + 1})
        return True

    def action_draft(self):
        """Work it out again."""
        for plan in self:
            plan._check_move("draft")
            plan._step_write({"state": "draft", "revision": plan.revision + 1})
        return True

    # ---- running

    def _start(self):
        today = fields.Date.context_today(self)
        self._step_write({"state": "running", "approved_on": today})
        todo = self.sudo().step_ids.filtered(
            lambda s: s.state in ("planned", "dropped")
        )
        todo._step_write({"state": "todo"})
        self.sudo()._plan_next()

    def _plan_next(self):
        """Have one review planned, until the plan ends; the last lies on its end."""
        new, today = [], fields.Date.context_today(self)
        for plan in self.filtered(lambda plan: plan.state == "running"):
            reviews = plan.review_ids
            if not plan.review_months or "planned" in reviews.mapped("state"):
                continue
            done = reviews.filtered(lambda row: row.state != "cancelled")
            last = max(done.mapped("date_due"), default=None)
            if last and last >= plan.date_to:
                continue
            begin = last or max(plan.date_from, plan.approved_on or today)
            due = begin + relativedelta(months=plan.review_months)
            new.append(
                {
                    "plan_id": plan.id,
                    "date_due": min(due, max(plan.date_to, begin)),
                    "user_id": plan.user_id.id,
                }
            )
        reviews = self.env["care.service.review"].sudo()
        reviews.flush_model(["state"])  # what is done makes room in the database
        reviews.create(new)

    def action_kickoff(self):
        """Open the kickoff meeting, or arrange it in the calendar."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "views": [(False, "form")],
        }
        if self.kickoff_id:
            return action | {"res_id": self.kickoff_id.id}
        self.check_access("write")
        people = (self.user_id | self.team_ids.user_id).partner_id
        return action | {
            "context": {
                "default_care_plan_id": self.id,
                "default_name": self.env._("Kickoff: %(plan)s", plan=self.name),
                "default_partner_ids": (people | self.workshop_partner_ids).ids,
                "default_user_id": self.user_id.id,
            }
        }

    def action_view_reviews(self):
        """Open its reviews."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_service_review_action"
        )
        return action | {"domain": [("plan_id", "=", self.id)], "context": {}}

    def action_close(self):
        """End it with a conclusion; what is open of it is dropped."""
        for plan in self:
            plan._check_move("closed")
            if not (plan.conclusion or "").strip():
                raise UserError(
                    self.env._(
                        "Say in the conclusion of %(plan)s what was reached.",
                        plan=plan.display_name,
                    )
                )
            plan._step_write({"state": "closed"})
            plan._drop_open()
        return True

    def action_cancel(self):
        """Call it off."""
        for plan in self:
            plan._check_move("cancelled")
            plan._step_write({"state": "cancelled", "revision": plan.revision + 1})
            plan._drop_open()
        return True

    def _drop_open(self):
        this = self.sudo()
        open_steps = this.step_ids.filtered(lambda s: s.state in ("planned", "todo"))
        open_steps._step_write({"state": "dropped"})
        this.review_ids.filtered(lambda r: r.state == "planned")._step_write(
            {"state": "cancelled"}
        )

    def action_reopen(self):
        """Go on with a plan that was closed, or begin again with one called off."""
        for plan in self:
            plan._check_move("running" if plan.state == "closed" else "draft")
            if plan.state == "closed":
                plan._start_again()
            else:
                plan._step_write({"state": "draft"})
                dropped = plan.sudo().step_ids.filtered(lambda s: s.state == "dropped")
                dropped._step_write({"state": "planned"})
        return True

    def _start_again(self):
        self._step_write({"state": "running"})
        dropped = self.sudo().step_ids.filtered(lambda s: s.state == "dropped")
        dropped._step_write({"state": "todo"})
        self.sudo()._plan_next()
