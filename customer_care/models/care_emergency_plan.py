from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class CareEmergencyPlan(models.Model):
    """What is done in a kind of emergency: steps, duties, resources, and how often the
    plan is drilled and reviewed (P04.11). Managers and policy packs write it."""

    _name = "care.emergency.plan"
    _description = "Emergency plan"
    _inherit = [
        "care.pack.row.mixin",
        "care.obligation.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "kind_id",
        "scenario",
        "start_when",
        "alert_role_ids",
        "progress_hours",
        "drill_months",
        "review_months",
        "step_ids",
        "post_ids",
    )

    kind_id = fields.Many2one(
        "care.emergency.kind", index="btree_not_null", ondelete="restrict"
    )
    scenario = fields.Text("What may happen", translate=True)
    start_when = fields.Text("When the plan starts", translate=True)
    user_id = fields.Many2one(
        "res.users",
        "Plan kept by",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    alert_role_ids = fields.Many2many(
        "care.role",
        "care_emergency_plan_role_rel",
        string="Told at once",
        help="Whoever holds these roles hears of a report at once and may take it up.",
    )
    progress_hours = fields.Float(
        "Hours between progress reports",
        default=4,
        help="While an emergency runs, its progress is reported upward at least so "
        "often. 0: no such deadline.",
    )
    drill_months = fields.Integer("Months between drills", default=12)
    review_months = fields.Integer("Months between reviews", default=12)
    step_ids = fields.One2many("care.emergency.step", "plan_id", "Steps", copy=True)
    post_ids = fields.One2many(
        "care.emergency.post", "plan_id", "Responsibilities", copy=True
    )
    resource_ids = fields.Many2many(
        "care.emergency.resource",
        "care_emergency_plan_resource_rel",
        string="Resources",
    )
    drill_ids = fields.One2many("care.emergency.drill", "plan_id", "Drills and reviews")
    activation_ids = fields.One2many("care.emergency.activation", "plan_id")
    activation_count = fields.Integer("Emergencies", compute="_compute_counts")
    drill_count = fields.Integer("Drills", compute="_compute_counts")
    last_drill = fields.Date(compute="_compute_last")
    last_review = fields.Date(compute="_compute_last")
    short_count = fields.Integer(
        "Resources missing",
        compute="_compute_short_count",
        search="_search_short_count",
    )

    _months_positive = models.Constraint(
        "CHECK (drill_months >= 0 AND review_months >= 0 AND progress_hours >= 0)",
        "Months and hours are not negative. Enter 0 for none.",
    )

    @api.depends("drill_ids", "activation_ids")
    def _compute_counts(self):
        for name, model in [
            ("activation_count", "care.emergency.activation"),
            ("drill_count", "care.emergency.drill"),
        ]:
            found = self.env[model]._read_group(
                [("plan_id", "in", self.ids)], ["plan_id"], ["__count"]
            )
            counts = {plan.id: count for plan, count in found}
            for plan in self:
                plan[name] = counts.get(plan._origin.id, 0)

    @api.depends("drill_ids.state")
    def _compute_last(self):
        rows = self.env["care.emergency.drill"]._read_group(
            [("plan_id", "in", self.ids), ("state", "=", "done")],
            ["plan_id", "kind"],
            ["date_done:max"],
        )
        last = {(plan.id, kind): date for plan, kind, date in rows}
        for plan in self:
            plan.last_drill = last.get((plan._origin.id, "drill"), False)
            plan.last_review = last.get((plan._origin.id, "review"), False)

    @api.depends("resource_ids.is_short")
    def _compute_short_count(self):
        for plan in self:
            plan.short_count = len(plan.resource_ids.filtered("is_short"))

    def _search_short_count(self, operator, value):
        short = self.env["care.emergency.resource"]._search([("is_short", "=", True)])
        found = Domain("resource_ids", "in", short)
        if operator == ">" and value == 0:
            return found
        return NotImplemented

    @api.constrains("step_ids", "active")
    def _check_steps(self):
        for plan in self.filtered(lambda plan: plan.active and not plan.step_ids):
            raise ValidationError(
                self.env._(
                    "%(plan)s says nothing of what is done. Enter at least one step.",
                    plan=plan.name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._plan_next()
        return plans

    def write(self, vals):
        result = super().write(vals)
        if {"drill_months", "review_months", "active"} & vals.keys():
            self._plan_next()
        return result

    def _plan_next(self, kinds=("drill", "review")):
        """Have one drill and one review planned for each plan that wants them."""
        drills, today = self.env["care.emergency.drill"], fields.Date.today()
        open_rows = drills.sudo().search(
            [("plan_id", "in", self.ids), ("state", "=", "planned")]
        )
        planned = {(row.plan_id.id, row.kind) for row in open_rows}
        new = []
        for plan in self.filtered("active"):
            for kind in kinds:
                months = plan[f"{kind}_months"]
                if not months or (plan.id, kind) in planned:
                    continue
                last = plan.last_drill if kind == "drill" else plan.last_review
                company = plan.company_id or self.env.company
                new.append(
                    {
                        "plan_id": plan.id,
                        "kind": kind,
                        "date_due": (last or today) + relativedelta(months=months),
                        "user_id": plan.user_id.id,
                        "company_id": company.id,
                    }
                )
        drills.sudo().create(new)

    def action_activate(self):
        """Report an emergency that this plan is for."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.emergency.activation",
            "views": [(False, "form")],
            "context": {"default_plan_id": self.id},
        }

    def action_view_activations(self):
        """Open its emergencies."""
        return self._open_rows("care_emergency_activation_action")

    def action_view_drills(self):
        """Open its drills and reviews."""
        return self._open_rows("care_emergency_drill_action")

    def _open_rows(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"customer_care.{name}")
        domain = [("plan_id", "=", self.id)]
        return action | {"domain": domain, "context": {"default_plan_id": self.id}}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for plan in self:
            if plan.activation_ids or plan.drill_ids.filtered("date_done"):
                raise UserError(
                    self.env._(
                        "%(plan)s was drilled or used and stays on record. Archive it "
                        "instead.",
                        plan=plan.name,
                    )
                )
