from odoo import fields, models


class CareImprovementLink(models.Model):
    """A record that was counted when an improvement was opened, or belongs to it.

    The rules write it; nobody edits it.
    """

    _name = "care.improvement.link"
    _description = "Record behind an improvement"
    _inherit = ["care.engine.mixin", "care.document.mixin", "care.secrecy.follow.mixin"]
    _order = "id"
    _rec_name = "document"

    improvement_id = fields.Many2one(
        "care.improvement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="improvement_id.company_id", store=True)
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(required=True)

    _record_uniq = models.UniqueIndex(
        "(improvement_id, res_model, res_id)",
        "The record is linked with the improvement already.",
    )
    _record_idx = models.Index("(res_model, res_id)")
