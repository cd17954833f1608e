from odoo import fields, models


class CarePolicyPackLine(models.TransientModel):
    """One row of the preview of a pack; the wizard writes it."""

    _name = "care.policy.pack.line"
    _description = "Row of a pack preview"
    _inherit = ["care.link.mixin"]
    _order = "id"

    wizard_id = fields.Many2one(
        "care.policy.pack", required=True, ondelete="cascade", index=True
    )
    kind = fields.Char(readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char(readonly=True)
    clause = fields.Char(readonly=True)
    outcome = fields.Selection(
        selection=lambda self: self.env["care.pack.loader"]._outcomes(), readonly=True
    )
    note = fields.Char(readonly=True)
