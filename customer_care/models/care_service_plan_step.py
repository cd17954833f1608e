from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

_USER = "customer_care.customer_care_group_user"


class CareServicePlanStep(models.Model):
    """One step of the process of a service plan: what, by whom, until when. It is to
    do once the plan is approved."""

    _name = "care.service.plan.step"
    _description = "Step of a service plan"
    _inherit = ["care.obligation.mixin", "care.service.plan.part"]
    _order = "plan_id, date_due, sequence, id"
    _step_fields = {"state": "planned", "done_on": False, "done_by_id": False}
    _running_fields = frozenset({"result", "user_id"})
    _MOVES = {("todo", "done"): _USER, ("done", "todo"): _USER}

    name = fields.Char("Step", required=True)
    note = fields.Char("Details")
    user_id = fields.Many2one(
        "res.users",
        "Done by",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    date_due = fields.Date("Until", required=True, index=True)
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("todo", "To do"),
            ("done", "Done"),
            ("dropped", "Given up"),
        ],
        required=True,
        default="planned",
        readonly=True,
        copy=False,
    )
    done_on = fields.Date(readonly=True, copy=False)
    done_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    result = fields.Char(copy=False)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    @api.depends("state", "date_due")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for step in self:
            due = step.date_due
            step.is_late = bool(step.state == "todo" and due and due < today)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("state", "=", "todo") & Domain("date_due", "<", today)
        return late if True in value else ~late

    def _check_plan(self, names=()):
        """Whoever does a step may say what came of it."""
        mine = all(
            step.user_id == self.env.user and step.state in ("todo", "done")
            for step in self
        )
        if names and set(names) <= {"result"} and mine:
            return None
        return super()._check_plan(names)

    def _check_doer(self):
        """Whoever does it, or whoever keeps the plan, reports it done."""
        for step in self:
            if self.env.user != step.user_id:
                step.plan_id.check_access("write")
            elif not step.plan_id.has_access("read"):
                raise AccessError(self.env._("This plan is not open to you."))

    def _check_move(self, state):
        """As the table of moves says; the doer needs no right to write the plan."""
        self.check_access("read")
        self._check_doer()
        return super(CareServicePlanStep, self.sudo())._check_move(state)

    def action_done(self):
        """It is done."""
        for step in self:
            step._check_move("done")
            step._step_write(
                {
                    "state": "done",
                    "done_on": fields.Date.context_today(self),
                    "done_by_id": self.env.uid,
                }
            )
        return True

    def action_reopen(self):
        """It is not done after all."""
        for step in self:
            step._check_move("todo")
            if step.plan_id.state != "running":
                raise UserError(
                    self.env._(
                        "%(plan)s does not run any more.",
                        plan=step.plan_id.display_name,
                    )
                )
            step._step_write({"state": "todo", "done_on": False, "done_by_id": False})
        return True
