from odoo import fields, models

DECISIONS = [
    ("confirm", "Confirmed"),
    ("dismiss", "Dismissed"),
    ("appeal", "Appealed"),
    ("uphold", "Upheld"),
    ("reduce", "Reduced"),
    ("reverse", "Reversed"),
]


class CareSanctionDecision(models.Model):
    """One word on a sanction: who decided what, when and why, and the amounts before
    and after. Written once by the engine."""

    _name = "care.sanction.decision"
    _description = "Decision on a sanction"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "id"
    _rec_name = "decision"

    sanction_id = fields.Many2one(
        "care.sanction", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="sanction_id.company_id", store=True)
    currency_id = fields.Many2one(related="sanction_id.currency_id")
    decision = fields.Selection(DECISIONS, required=True)
    user_id = fields.Many2one("res.users", "By", required=True, ondelete="restrict")
    at = fields.Datetime(required=True)
    reason = fields.Text()
    amount_before = fields.Monetary()
    amount_after = fields.Monetary()
    points_before = fields.Float()
    points_after = fields.Float()
    pay_before = fields.Float("Performance pay before (%)")
    pay_after = fields.Float("Performance pay after (%)")
