from odoo import fields, models


class CareSanctionListMake(models.TransientModel):
    """Which month's list of sanctions to make; managers fill it in."""

    _name = "care.sanction.list.make"
    _description = "Make the list of a month"

    month = fields.Date(
        "Any day of the month",
        required=True,
        default=lambda self: fields.Date.subtract(
            fields.Date.context_today(self), months=1
        ),
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    def action_make(self):
        """Make it and open it."""
        self.ensure_one()
        made = self.env["care.sanction.list"]._make(self.month, self.company_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.sanction.list",
            "res_id": made.id,
            "views": [(False, "form")],
        }
