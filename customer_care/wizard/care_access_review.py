from odoo import fields, models


class CareAccessReview(models.TransientModel):
    """The finding of somebody who reviews an emergency access."""

    _name = "care.access.review"
    _description = "Review of an emergency access"
    _inherit = ["care.link.mixin"]

    grant_id = fields.Many2one("care.access.grant", required=True, readonly=True)
    result = fields.Selection(
        [("justified", "Justified"), ("misused", "Not justified")],
        "Finding",
        required=True,
        default="justified",
    )
    note = fields.Text("Why", required=True)

    def action_confirm(self):
        """Keep the finding; what was not justified ends at once."""
        self.ensure_one()
        self.grant_id._review(self.result, self.note)
        return {"type": "ir.actions.act_window_close"}
