from odoo import fields, models


class CareAppraisalStep(models.TransientModel):
    """The window for an appeal against an appraisal, and for its answer."""

    _name = "care.appraisal.step"
    _description = "Appeal against an appraisal"
    _inherit = ["care.link.mixin"]

    appraisal_id = fields.Many2one(
        "care.appraisal", required=True, readonly=True, ondelete="cascade"
    )
    step = fields.Selection(
        [("appeal", "Appeal"), ("answer", "Answer")], required=True, readonly=True
    )
    words = fields.Text("Reasons", required=True)
    result = fields.Selection(
        [("kept", "The appraisal stands"), ("anew", "It is rated anew")],
        "Answer to the appeal",
    )
    rater_id = fields.Many2one(
        "res.users", "Rated anew by", domain="[('share', '=', False)]"
    )

    def action_confirm(self):
        """Appeal, or answer the appeal."""
        self.ensure_one()
        appraisal = self.appraisal_id
        if self.step == "appeal":
            appraisal._appeal(self.words)
            return {"type": "ir.actions.act_window_close"}
        found = appraisal._answer(self.result, self.words, self.rater_id)
        if found == appraisal:
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.appraisal",
            "res_id": found.id,
            "views": [(False, "form")],
        }
