from odoo import api, fields, models


class CareGiftMove(models.Model):
    """Gifts that came in, were handed over, given back or found by counting.

    The buttons of gifts and greetings write it; nobody changes it afterwards.
    """

    _name = "care.gift.move"
    _description = "Movement of gifts"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "date desc, id desc"
    _rec_name = "gift_id"

    gift_id = fields.Many2one(
        "care.gift", required=True, index=True, readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [
            ("receipt", "Came in"),
            ("given", "Given out"),
            ("returned", "Given back"),
            ("count", "Counted"),
        ],
        required=True,
        readonly=True,
    )
    quantity = fields.Integer(
        required=True, readonly=True, help="Below 0: so many left the store."
    )
    touch_id = fields.Many2one(
        "care.touch", "Greeting", index="btree_not_null", readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", readonly=True
    )
    user_id = fields.Many2one("res.users", "By", readonly=True, required=True)
    note = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", index=True, readonly=True)

    @api.model
    def _book(self, gift, quantity, kind, touch=None, note=False):
        """Enter one movement, as the engine."""
        return (
            self._engine()
            .create(
                {
                    "gift_id": gift.id,
                    "quantity": quantity,
                    "kind": kind,
                    "touch_id": touch.id if touch else False,
                    "partner_id": touch.partner_id.id if touch else False,
                    "user_id": self.env.uid,
                    "note": note,
                    "company_id": gift.sudo().company_id.id,
                }
            )
            ._plain(self.env)
        )
