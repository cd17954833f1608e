from odoo import fields, models

from ..models.care_improvement import RESULTS


class CareImprovementStep(models.TransientModel):
    """What somebody says with a step of an improvement: the finding of the check, the
    supervisor, or why it is planned anew or called off."""

    _name = "care.improvement.step"
    _description = "Step of an improvement"
    _inherit = ["care.link.mixin"]

    improvement_id = fields.Many2one("care.improvement", required=True, readonly=True)
    step = fields.Selection(
        [
            ("check", "Check of the effect"),
            ("supervisor", "Supervisor"),
            ("replan", "Plan anew"),
            ("cancel", "Call off"),
        ],
        required=True,
        readonly=True,
    )
    result = fields.Selection(RESULTS, "Effect")
    supervisor_id = fields.Many2one("res.users", domain="[('share', '=', False)]")
    note = fields.Text("Words")

    def action_confirm(self):
        """Take the step as the current user."""
        self.ensure_one()
        improvement = self.improvement_id
        if self.step == "check":
            answer = improvement._record_check(self.result, self.note)
            if isinstance(answer, dict):
                return answer
        elif self.step == "supervisor":
            improvement._name_supervisor(self.supervisor_id)
        else:
            state = "draft" if self.step == "replan" else "cancelled"
            improvement._leave(state, self.note)
        return {"type": "ir.actions.act_window_close"}
