from odoo import fields, models


class CareSatisfactionCorrect(models.TransientModel):
    """Asks why the frozen scores of a round are corrected."""

    _name = "care.satisfaction.correct"
    _description = "Correction of scores"

    round_id = fields.Many2one(
        "care.satisfaction.round", required=True, ondelete="cascade"
    )
    late_count = fields.Integer(related="round_id.late_count")
    reason = fields.Char(required=True)

    def action_correct(self):
        self.ensure_one()
        self.round_id._correct(self.reason)
        return {"type": "ir.actions.act_window_close"}
