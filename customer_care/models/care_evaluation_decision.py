from odoo import fields, models


class CareEvaluationDecision(models.Model):
    """One change of a customer's line in an evaluation. The engine writes it."""

    _name = "care.evaluation.decision"
    _description = "Decision in an evaluation"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "id desc"

    line_id = fields.Many2one(
        "care.evaluation.line", required=True, index=True, ondelete="cascade"
    )
    step = fields.Selection(
        [("pregrading", "Section"), ("review", "Review meeting")], required=True
    )
    field_label = fields.Char("What", required=True)
    before = fields.Char()
    after = fields.Char()
    reason = fields.Text()
    user_id = fields.Many2one("res.users", "By", required=True, ondelete="restrict")
    decided_at = fields.Datetime("At", required=True)
