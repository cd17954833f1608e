from odoo import api, fields, models

_USER = "customer_care.customer_care_group_user"


class CareCooperationMixin(models.AbstractModel):
    """The part of a project that carries out a contract with a customer: team, goal,
    meetings, cost against budget, papers and acceptance (P01.24-26)."""

    _name = "care.cooperation.mixin"
    _description = "Cooperation project"
    _inherit = ["care.cooperation.steps"]

    care_is_cooperation = fields.Boolean(
        "Cooperation project",
        copy=False,
        groups=_USER,
        index="btree_not_null",
        tracking=True,
    )
    care_lead_id = fields.Many2one(
        "crm.lead",
        "Opportunity",
        copy=False,
        groups=_USER,
        index="btree_not_null",
        ondelete="set null",
    )
    care_contract_id = fields.Many2one(
        "care.contract",
        "Contract",
        copy=False,
        groups=_USER,
        index="btree_not_null",
        ondelete="restrict",
    )
    care_goal = fields.Text("Goals", copy=False, groups=_USER)
    care_term_id = fields.Many2one(
        "care.project.term", "Terms", copy=False, groups=_USER, ondelete="restrict"
    )
    care_member_ids = fields.One2many(
        "care.project.member", "project_id", "Team", groups=_USER
    )
    care_meeting_ids = fields.One2many(
        "care.project.meeting", "project_id", "Meetings", groups=_USER
    )
    care_cost_ids = fields.One2many(
        "care.project.cost", "project_id", "Costs", groups=_USER
    )
    care_paper_ids = fields.One2many(
        "care.project.paper", "project_id", "Papers for acceptance", groups=_USER
    )
    care_acceptance_ids = fields.One2many(
        "care.project.acceptance", "project_id", "Acceptances", groups=_USER
    )
    care_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the budget",
        compute="_compute_care_currency_id",
        store=True,
        groups=_USER,
    )
    care_budget = fields.Monetary(
        "Budget of the project",
        currency_field="care_currency_id",
        copy=False,
        groups=_USER,
        tracking=True,
        help="Empty: the sum of what is planned.",
    )
    care_cost_planned = fields.Monetary(
        "Planned cost",
        compute="_compute_care_cost",
        currency_field="care_currency_id",
        groups=_USER,
    )
    care_cost_actual = fields.Monetary(
        "Actual cost",
        compute="_compute_care_cost",
        currency_field="care_currency_id",
        groups=_USER,
    )
    care_cost_pct = fields.Float(
        "Used of the budget",
        compute="_compute_care_cost",
        groups=_USER,
        help="Share of the budget; none without a budget.",
    )
    care_cost_state = fields.Selection(
        [
            ("none", "No budget"),
            ("ok", "Within budget"),
            ("warn", "Near the budget"),
            ("over", "Over budget"),
        ],
        "Cost",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
    )
    care_kickoff_on = fields.Date(
        "Kickoff held on", readonly=True, copy=False, groups="base.group_user"
    )
    care_accepted_on = fields.Date(
        "Accepted on",
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
    )
    care_member_count = fields.Integer(
        "Members of the team", compute="_compute_care_cooperation", groups=_USER
    )
    care_meeting_count = fields.Integer(
        "Meetings held", compute="_compute_care_cooperation", groups=_USER
    )
    care_paper_open_count = fields.Integer(
        "Papers missing", compute="_compute_care_cooperation", groups=_USER
    )
    care_defect_open_count = fields.Integer(
        "Open defects", compute="_compute_care_cooperation", groups=_USER
    )

    @api.depends("company_id")
    def _compute_care_currency_id(self):
        for project in self:
            company = project.company_id or self.env.company
            project.care_currency_id = company.sudo().currency_id

    def _compute_care_cooperation(self):
        asked = {
            "care_member_count": ("care.project.member", ("active", "=", True)),
            "care_meeting_count": ("care.project.meeting", ("state", "=", "held")),
            "care_paper_open_count": ("care.project.paper", ("is_done", "=", False)),
            "care_defect_open_count": (
                "care.project.defect",
                ("state", "!=", "confirmed"),
            ),
        }
        for name, (model, leaf) in asked.items():
            counts = dict(
                self.env[model]._read_group(
                    [("project_id", "in", self.ids), leaf], ["project_id"], ["__count"]
                )
            )
            for project in self:
                project[name] = counts.get(project._origin, 0)

    @api.depends("care_cost_ids.planned", "care_cost_ids.actual", "care_budget")
    def _compute_care_cost(self):
        figures = self._care_cost_figures()
        for project in self:
            planned, actual, share = figures.get(project._origin.id, (0, 0, None))
            project.care_cost_planned = planned
            project.care_cost_actual = actual
            project.care_cost_pct = share or 0.0
