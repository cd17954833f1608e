from odoo import api, fields, models


class CareImprovementWhy(models.Model):
    """One question “why?” and its answer on the way to a cause; who works on the
    improvement writes it."""

    _name = "care.improvement.why"
    _description = "Why of an improvement"
    _inherit = ["care.secrecy.follow.mixin"]
    _order = "improvement_id, sequence, id"
    _rec_name = "answer"

    improvement_id = fields.Many2one(
        "care.improvement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="improvement_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    question = fields.Char("Why?")
    answer = fields.Char("Because", required=True)

    @api.model_create_multi
    def create(self, vals_list):
        whys = super().create(vals_list)
        whys.improvement_id._check_not_ended()
        return whys

    def write(self, vals):
        self.improvement_id._check_not_ended()
        result = super().write(vals)
        self.improvement_id._check_not_ended()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ended(self):
        self.improvement_id._check_not_ended()
