from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintCrisisMixin(models.AbstractModel):
    """The crisis group of a case, and who settles with the customer."""

    _name = "complaint.crisis.mixin"
    _description = "Crisis Group of a Complaint"

    crisis_ids = fields.One2many("complaint.crisis", "case_id", readonly=True)
    crisis_at = fields.Datetime(string="Crisis group called", readonly=True, copy=False)
    settler_ids = fields.Many2many(
        "res.users",
        "complaint_case_settler_rel",
        "case_id",
        "user_id",
        string="Settled with the customer by",
        copy=False,
        domain="[('share', '=', False)]",
    )
    settled_jointly = fields.Boolean(
        compute="_compute_settled_jointly",
        search="_search_settled_jointly",
        help="Each role that the crisis plan names for it took part in settling.",
    )

    @api.depends("settler_ids", "crisis_ids.plan_id")
    def _compute_settled_jointly(self):
        for case in self:
            plans = case.sudo().crisis_ids.plan_id
            roles = plans.settle_role_ids
            place = (case.company_id, case.department_id, case.partner_id)
            found = self.env["care.role"]._resolve_many(
                [(role, *place) for role in roles], excluded=case.accused_ids.ids
            )
            case.settled_jointly = bool(plans) and all(
                users & case.settler_ids for users in found
            )

    def _search_settled_jointly(self, operator, value):
        if operator != "in":
            return NotImplemented
        cases = self.search([("crisis_ids", "!=", False)])
        return [("id", "in", cases.filtered("settled_jointly").ids)]

    def action_call_crisis(self):
        """Tell those in charge and call the crisis group, in one step."""
        self.ensure_one()
        self.check_access("write")
        running = self._get_open_crises()
        if not running:
            plan = self._get_crisis_plan()
            rules = self._open_notice_rules(stage="told")
            self._send_notices(rules)
            running = self.env["complaint.crisis"]._call_for(self, plan)
            if not self.crisis_at:
                self.sudo().crisis_at = fields.Datetime.now()
        return {
            "type": "ir.actions.act_window",
            "res_model": "complaint.crisis",
            "res_id": running[:1].id,
            "view_mode": "form",
        }

    def _get_open_crises(self):
        return self.crisis_ids.filtered(lambda c: c.state in ("called", "decided"))

    def _get_crisis_plan(self):
        plans = self.env["complaint.crisis.plan"]._of_company(self.company_id)
        plan = plans.filtered(lambda plan: plan._fits(self))[:1]
        if not plan:
            raise UserError(
                self.env._(
                    "No crisis plan fits %(case)s. Name one under Complaints > "
                    "Configuration > Crisis plans.",
                    case=self.display_name,
                )
            )
        return plan
