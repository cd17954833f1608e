from odoo import fields, models
from odoo.exceptions import UserError


class CareGiftReceive(models.TransientModel):
    """The window that enters gifts that came in, or what was counted."""

    _name = "care.gift.receive"
    _description = "Entry into the stock of gifts"

    gift_id = fields.Many2one("care.gift", required=True)
    kind = fields.Selection(
        [("receipt", "Came in"), ("count", "Counted")], required=True, default="receipt"
    )
    quantity = fields.Integer(
        "Number", required=True, help="Counted: how many are there."
    )
    note = fields.Char()

    def action_confirm(self):
        self.ensure_one()
        gift = self.gift_id
        gift.check_access("write")
        if self.quantity < 0 or (self.kind == "receipt" and not self.quantity):
            raise UserError(
                self.env._("Enter how many of “%(gift)s” there are.", gift=gift.name)
            )
        gift.sudo().lock_for_update()
        by = self.quantity
        if self.kind == "count":
            by -= gift.sudo()._counts().get(gift.id, 0)
        self.env["care.gift.move"]._book(gift, by, self.kind, note=self.note)
        return True
