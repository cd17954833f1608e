from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..logic import scores

_MANAGER = "customer_care.customer_care_group_manager"


class CareSatisfactionPlan(models.Model):
    """The survey plan of a year: the rounds to be held in the company and the units
    below it, and how far it is carried out. Managers write it."""

    _name = "care.satisfaction.plan"
    _description = "Survey plan"
    _inherit = [
        "care.requirement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "year desc, id desc"
    _step_fields = {"state": "draft", "confirmed_on": False, "confirmed_by_id": False}
    _MOVES = {("draft", "confirmed"): _MANAGER, ("confirmed", "draft"): _MANAGER}

    name = fields.Char(compute="_compute_name", store=True)
    year = fields.Integer(
        required=True,
        default=lambda self: fields.Date.context_today(self).year,
        aggregator=None,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    confirmed_on = fields.Date(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    note = fields.Html("Goals and remarks")
    round_ids = fields.One2many("care.satisfaction.round", "plan_id", "Rounds")
    round_count = fields.Integer("Rounds planned", compute="_compute_counts")
    held_count = fields.Integer("Held so far", compute="_compute_counts")
    late_count = fields.Integer("Overdue", compute="_compute_counts")
    held_pct = fields.Float("Carried out (%)", compute="_compute_counts")

    _year_uniq = models.UniqueIndex(
        "(company_id, year) WHERE active", "This company has a plan for the year."
    )
    _year_range = models.Constraint(
        "CHECK (year BETWEEN 2000 AND 2999)", "Write the year with four figures."
    )

    @api.depends("year", "company_id.name")
    def _compute_name(self):
        for plan in self:
            plan.name = f"{plan.year} {plan.company_id.name or ''}".strip()

    @api.depends("round_ids.state", "round_ids.planned_on")
    def _compute_counts(self):
        today = fields.Date.context_today(self)
        for plan in self:
            waves = plan.round_ids.filtered(lambda wave: wave._is_planned())
            held = waves.filtered(lambda wave: wave.state in ("running", "closed"))
            plan.round_count, plan.held_count = len(waves), len(held)
            plan.held_pct = 100 * len(held) / len(waves) if waves else 0
            plan.late_count = len(
                (waves - held).filtered(
                    lambda wave: wave.planned_on and wave.planned_on < today
                )
            )

    def action_propose(self):
        """Put down the rounds of all programmes in the company and its units."""
        for plan in self:
            plan.check_access("write")
            plan._check_draft()
            programmes = self.env["care.satisfaction.programme"].search(
                [("company_id", "in", (plan.company_id.id, False))]
            )
            for programme in programmes:
                for company in plan._units(programme):
                    plan._propose(programme, company)
        return True

    def _units(self, programme):
        """Return the companies the plan speaks of, each with the programme there."""
        allowed = self.env.user.company_ids
        below = self.company_id.child_ids & allowed
        return [
            (company, twin)
            for company in self.company_id | below
            if (twin := programme._twin(company))
        ]

    def _propose(self, programme, unit):
        company, twin = unit
        step = scores.MONTHS[twin.period]
        for month in range(1, 13, step):
            wave = twin._round_of(company, date(self.year, month, 1))
            if not wave.plan_id:
                # a round of events opens when the first of them comes
                day = twin.timing == "hand" and wave.date_from
                if twin.timing == "window":
                    day = twin._window_from(wave.date_to)
                wave.sudo().write({"plan_id": self.id, "planned_on": day})

    def _check_draft(self):
        for plan in self.filtered(lambda plan: plan.state != "draft"):
            raise UserError(
                self.env._(
                    "The plan %(plan)s is confirmed. Reopen it to change it.",
                    plan=plan.name,
                )
            )

    def action_confirm(self):
        """Confirm the plan, once what a company asks for is there."""
        for plan in self:
            plan._check_move("confirmed")
            if not plan.round_ids:
                raise UserError(
                    self.env._(
                        "The plan %(plan)s holds no rounds. Put them down first.",
                        plan=plan.name,
                    )
                )
            plan._requirement_check("confirm")
            plan._step_write(
                {
                    "state": "confirmed",
                    "confirmed_on": fields.Date.context_today(plan),
                    "confirmed_by_id": self.env.uid,
                }
            )
        return True

    def action_reopen(self):
        for plan in self:
            plan._check_move("draft")
            plan._step_write(
                {"state": "draft", "confirmed_on": False, "confirmed_by_id": False}
            )
        return True

    def action_view_rounds(self):
        """Open the rounds of the plan, by unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_satisfaction_round_action"
        )
        return action | {
            "domain": [("plan_id", "=", self.id)],
            "context": {"search_default_group_company": 1},
        }
