from odoo import fields, models
from odoo.exceptions import UserError


class CareSatisfactionAdd(models.TransientModel):
    """Asks further customers in a round about a record that has several, such as the
    owners of a housing estate."""

    _name = "care.satisfaction.add"
    _description = "Further customers to ask"

    round_id = fields.Many2one(
        "care.satisfaction.round", required=True, ondelete="cascade"
    )
    request_id = fields.Many2one(
        "care.satisfaction.request",
        "Asked about",
        required=True,
        ondelete="cascade",
        domain="[('round_id', '=', round_id)]",
        help="A customer of the round; the others are asked about the same.",
    )
    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)

    def action_add(self):
        """Write the customers down beside the one who is asked already."""
        self.ensure_one()
        wave, like = self.round_id, self.request_id
        wave.check_access("write")
        like.check_access("read")
        self.partner_ids.check_access("read")
        if wave.state != "running" or like.round_id != wave:
            raise UserError(
                self.env._(
                    "%(round)s is not running. Customers are added while it is.",
                    round=wave.name,
                )
            )
        like._plan_more(self.partner_ids)
        return {"type": "ir.actions.act_window_close"}
