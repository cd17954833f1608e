from odoo import api, fields, models
from odoo.exceptions import UserError


class CareScoreOverrideAsk(models.TransientModel):
    """The window in which a correction of a score is asked for."""

    _name = "care.score.override.ask"
    _description = "Ask for a correction of a score"
    _inherit = ["care.link.mixin"]

    score_id = fields.Many2one("care.score", required=True, ondelete="cascade")
    scorecard_id = fields.Many2one(related="score_id.scorecard_id")
    kind = fields.Selection(
        [("value", "Score"), ("band", "Band")],
        "What is corrected",
        required=True,
        default="band",
    )
    value = fields.Float("New score")
    band_id = fields.Many2one(
        "care.scorecard.band",
        "New band",
        domain="[('scorecard_id', '=', scorecard_id)]",
    )
    reason = fields.Text(required=True)
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    valid_until = fields.Date(required=True)

    @api.onchange("score_id")
    def _onchange_score_id(self):
        if self.score_id and not self.scorecard_id.band_ids:
            self.kind = "value"

    def action_ask(self):
        """Write the correction down; an approval or a manager decides it."""
        self.ensure_one()
        if self.valid_until < self.valid_from:
            raise UserError(
                self.env._("A correction ends on the day it begins or later.")
            )
        if self.kind == "band" and self.band_id.scorecard_id != self.scorecard_id:
            raise UserError(self.env._("Choose the new band of this scorecard."))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Write down the reason of the correction."))
        asked = self.env["care.score.override"]._ask(
            self.score_id,
            {
                "kind": self.kind,
                "value": self.value if self.kind == "value" else False,
                "band_code": self.band_id.code if self.kind == "band" else False,
                "reason": self.reason,
                "valid_from": self.valid_from,
                "valid_until": self.valid_until,
            },
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": asked._name,
            "res_id": asked.id,
            "views": [[False, "form"]],
        }
