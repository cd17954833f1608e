from odoo import api, fields, models


class ComplaintImprovementMixin(models.AbstractModel):
    """What a case leads to after it: improvements, and what the customer said when
    called back."""

    _name = "complaint.improvement.mixin"
    _description = "Improvements and Callbacks of a Complaint"
    _inherit = ["care.improvement.mixin", "care.callback.host.mixin"]

    # {code of a callback's outcome: satisfaction of the case}
    _SATISFACTION = {
        "satisfied": "satisfied",
        "fairly_satisfied": "fairly",
        "average": "average",
        "dissatisfied": "dissatisfied",
    }

    improvement_planned = fields.Boolean(
        string="Improvement planned",
        compute="_compute_improvement_planned",
        search="_search_improvement_planned",
        compute_sudo=True,
        help="An improvement about the case has its plan fixed and a supervisor named.",
    )
    callback_id = fields.Many2one(
        "care.callback",
        string="Raised in a callback",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends_context("uid")
    def _compute_improvement_planned(self):
        planned = self._get_planned_ids(self.ids)
        for case in self:
            case.improvement_planned = case._origin.id in planned

    def _search_improvement_planned(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in", list(self._get_planned_ids()))]

    @api.model
    def _get_planned_ids(self, ids=None):
        """Return the ids of the cases with a planned and supervised improvement."""
        about = [("res_model", "=", self._name)]
        if ids is not None:
            about.append(("res_id", "in", ids))
        improvements = (
            self.env["care.improvement"]
            .sudo()
            .search(
                [
                    ("state", "in", ("planned", "doing", "checking", "closed")),
                    ("supervisor_id", "!=", False),
                    "|",
                    ("link_ids", "any", about),
                    "&",
                    *about[:1],
                    *(about[1:] or [("res_id", "!=", False)]),
                ]
            )
        )
        sources = [*improvements, *improvements.link_ids]
        return {row.res_id for row in sources if row.res_model == self._name}

    def action_open_improvement(self):
        """Open the improvement a rule wants for the case, else one by hand."""
        improvements = self.env["care.improvement"]
        rules = self.env["care.improvement.rule"].sudo()
        rules = rules.search(
            [("trigger", "=", "record"), ("model_name", "=", self._name)]
        )
        for case in self:
            case.check_access("read")
            for rule in rules:
                domain = rule._records_domain()
                if self.env["care.condition"]._fitting(case.sudo(), domain):
                    key = f"{rule.code}:{case._name},{case.id}"
                    vals = rule._prepare_vals(case.sudo())
                    improvements |= improvements._open("record", key, vals, case)
        if not improvements:
            return super().action_open_improvement()
        return {
            "type": "ir.actions.act_window",
            "res_model": improvements._name,
            "view_mode": "list,form",
            "domain": [("id", "in", improvements.ids)],
            "name": self.env._("Improvements"),
        }

    def _on_callback_done(self, callback):
        """Keep on the case what the customer said, the last answer counting."""
        result = super()._on_callback_done(callback)
        outcome = callback.sudo().outcome_id
        answer = self._SATISFACTION.get(outcome.code) or (
            "average" if outcome.satisfaction == "neutral" else outcome.satisfaction
        )
        if answer:
            caller = callback.sudo().user_id or self.env.user
            self.with_user(caller)._record_satisfaction(answer, callback.sudo().notes)
        return result
