from odoo import fields, models


class CareCallbackOccasionAdd(models.TransientModel):
    """The window that notes one occasion for many customers at once."""

    _name = "care.callback.occasion.add"
    _description = "Note an occasion"

    partner_ids = fields.Many2many(
        "res.partner",
        required=True,
        default=lambda self: self.env.context.get("active_ids", []),
    )
    kind = fields.Selection(
        lambda self: (
            self.env["care.callback.occasion"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        required=True,
        default="emergency",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    note = fields.Text()

    def action_add(self):
        """Note it for each customer."""
        self.ensure_one()
        self.env["care.callback.occasion"].create(
            [
                {
                    "partner_id": partner.id,
                    "kind": self.kind,
                    "date": self.date,
                    "note": self.note,
                    "company_id": partner.company_id.id or self.env.company.id,
                }
                for partner in self.partner_ids
            ]
        )
        return {"type": "ir.actions.act_window_close"}
