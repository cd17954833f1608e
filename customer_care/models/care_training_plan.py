from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"


class CareTrainingPlan(models.Model):
    """The training of a year: goals, contents, form and time of each (P04.08, P01.22).
    Its keeper writes it; once approved it runs, and what was held shows beside it."""

    _name = "care.training.plan"
    _description = "Training plan"
    _inherit = [
        "care.obligation.mixin",
        "care.approval.mixin",
        "care.requirement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, id desc"
    _step_fields = {"state": "draft"}
    _MOVES = {
        ("draft", "running"): _USER,
        ("running", "closed"): _USER,
        ("running", "draft"): _MANAGER,
        ("closed", "running"): _MANAGER,
    }

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("running", "In force"), ("closed", "Closed")],
        required=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    clause_id = fields.Many2one(
        "care.policy.clause", index="btree_not_null", ondelete="restrict"
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    department_id = fields.Many2one(
        "hr.department", index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "Kept by",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    goals = fields.Text()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    budget = fields.Monetary()
    cost = fields.Monetary("Spent", compute="_compute_figures")
    training_ids = fields.One2many("care.training", "plan_id", "Trainings", copy=True)
    training_count = fields.Integer("Planned", compute="_compute_figures")
    held_count = fields.Integer("Held", compute="_compute_figures")
    late_count = fields.Integer("Late", compute="_compute_figures")
    held_pct = fields.Float("Held (%)", compute="_compute_figures")

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "A plan ends after it begins."
    )

    @api.depends("training_ids.state", "training_ids.date_due", "training_ids.cost")
    def _compute_figures(self):
        today = fields.Date.context_today(self)
        for plan in self:
            rows = plan.training_ids.filtered(lambda row: row.state != "cancelled")
            held = rows.filtered(lambda row: row.state in ("held", "closed"))
            plan.training_count, plan.held_count = len(rows), len(held)
            plan.late_count = len((rows - held).filtered(lambda r: r.date_due < today))
            plan.held_pct = 100 * len(held) / len(rows) if rows else 0
            plan.cost = sum(held.mapped("cost"))

    @api.constrains("date_from", "date_to", "training_ids")
    def _check_trainings_inside(self):
        for plan in self:
            for row in plan.training_ids:
                row._check_inside_plan()

    def _check_running_edit(self, vals):
        """What was approved changes through a manager alone."""
        kept = {"date_from", "date_to", "goals", "budget", "department_id", "name"}
        if self._is_step() or self.env.su or not kept & vals.keys():
            return
        if self.env.user.has_group(_MANAGER):
            return
        for plan in self.filtered(lambda plan: plan.state != "draft"):
            raise UserError(
                self.env._(
                    "%(plan)s is in force. A customer care manager changes it.",
                    plan=plan.name,
                )
            )

    def write(self, vals):
        self._check_running_edit(vals)
        return super().write(vals)

    # ---- approvals

    def _approval_gates(self):
        return [("approve", self.env._("Training plan"))]

    def _approval_guarded_fields(self, gate):
        return {"date_from", "date_to", "goals", "budget"}

    def _on_approval_decided(self, approval):
        for plan in self.filtered(lambda plan: plan.state == "draft"):
            if approval.state == "approved" and plan._approval_is_granted("approve"):
                plan._enter_running()

    # ---- buttons

    def action_approve(self):
        """Put it in force, or ask those who approve it."""
        for plan in self:
            plan._check_move("running")
            plan._requirement_check("approve")
            if not plan.training_ids or not (plan.goals or "").strip():
                raise UserError(
                    self.env._(
                        "%(plan)s needs goals and at least one training.",
                        plan=plan.name,
                    )
                )
            granted = plan._approval_is_granted("approve")
            if granted or not plan._approval_request("approve"):
                plan._enter_running()
        return True

    def _enter_running(self):
        self._step_write({"state": "running"})
        self.env["care.duty"]._fulfil_by(self)

    def action_close(self):
        """End it, when all is held or called off."""
        for plan in self:
            plan._check_move("closed")
            left = plan.training_ids.filtered(lambda row: row.state == "planned")
            if left:
                raise UserError(
                    self.env._(
                        "Still to hold in %(plan)s: %(trainings)s. Hold them or call "
                        "them off.",
                        plan=plan.name,
                        trainings=", ".join(left.mapped("name")),
                    )
                )
            plan._step_write({"state": "closed"})
        return True

    def action_reopen(self):
        """Go on with it, or change what was approved."""
        for plan in self:
            state = "draft" if plan.state == "running" else "running"
            plan._check_move(state)
            plan._step_write({"state": state})
        return True

    def action_view_trainings(self):
        """Open its trainings."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_training_action"
        )
        context = {
            "default_plan_id": self.id,
            "default_department_id": self.department_id.id,
        }
        return action | {"domain": [("plan_id", "=", self.id)], "context": context}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for plan in self.filtered(lambda plan: plan.state != "draft"):
            raise ValidationError(
                self.env._(
                    "%(plan)s was in force and stays on record. Archive it instead.",
                    plan=plan.name,
                )
            )
