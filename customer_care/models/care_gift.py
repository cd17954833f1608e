from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CareGift(models.Model):
    """A gift that greetings may bring: what it is worth and, where the company counts
    them, how many are left. Managers and policy packs write it."""

    _name = "care.gift"
    _description = "Gift"
    _inherit = ["care.pack.row.mixin", "image.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "value", "is_stocked", "minimum", "note")

    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        help="That of the company the gift belongs to, else of your company.",
    )
    value = fields.Monetary(
        "Value of one", help="Approvals compare what a customer gets with their bands."
    )
    is_stocked = fields.Boolean(
        "Count the stock", help="Only what is on hand can be handed over."
    )
    minimum = fields.Integer("Order below", aggregator=None)
    note = fields.Text(translate=True)
    move_ids = fields.One2many("care.gift.move", "gift_id", "Movements")
    on_hand = fields.Integer(compute="_compute_on_hand")
    reserved = fields.Integer(
        "Planned", compute="_compute_on_hand", help="Greetings that will bring it."
    )
    is_short = fields.Boolean(
        "Running out", compute="_compute_on_hand", search="_search_is_short"
    )

    _value_positive = models.Constraint(
        "CHECK (value >= 0 AND minimum >= 0)",
        "The value of a gift and its minimum must not be negative.",
    )

    @api.depends("company_id")
    @api.depends_context("allowed_company_ids")
    def _compute_currency_id(self):
        for gift in self:
            company = gift.sudo().company_id or self.env.company
            gift.currency_id = company.currency_id

    @api.depends("move_ids.quantity", "minimum", "is_stocked")
    def _compute_on_hand(self):
        counts = self._counts()
        planned = dict(
            self.env["care.touch"]._read_group(
                [
                    ("gift_id", "in", self.ids),
                    ("channel", "=", "gift"),
                    ("state", "in", ("planned", "approval", "ready")),
                ],
                ["gift_id"],
                ["gift_quantity:sum"],
            )
        )
        for gift in self:
            gift.on_hand = counts.get(gift._origin.id, 0)
            gift.reserved = planned.get(gift._origin, 0)
            gift.is_short = gift.is_stocked and gift.on_hand < gift.minimum

    def _counts(self):
        """Return {gift id: number on hand}."""
        if not self._origin.ids:
            return {}
        moves = self.env["care.gift.move"]
        moves.flush_model(["gift_id", "quantity"])
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT gift_id, SUM(quantity) FROM care_gift_move
                        WHERE gift_id = ANY(%s) GROUP BY gift_id""",
                    self._origin.ids,
                )
            )
        )

    def _search_is_short(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        self.flush_model()
        self.env["care.gift.move"].flush_model()
        return [
            (
                "id",
                "in",
                SQL(
                    """(SELECT g.id FROM care_gift g WHERE g.is_stocked
                         AND g.minimum > COALESCE((SELECT SUM(m.quantity)
                             FROM care_gift_move m WHERE m.gift_id = g.id), 0))"""
                ),
            )
        ]

    # ---- stock

    def _take(self, quantity, touch):
        """Book what a greeting hands over; refuse more than there is.

        The gift is locked, so that two people cannot hand over the last one.
        """
        self.ensure_one()
        if not self.is_stocked:
            return
        gift = self.sudo()
        gift.lock_for_update()
        left = gift._counts().get(gift.id, 0)
        if left < quantity:
            raise UserError(
                self.env._(
                    "Only %(left)s of “%(gift)s” are left, %(wanted)s are wanted. "
                    "Enter what came in, or choose another gift.",
                    left=left,
                    gift=self.name,
                    wanted=quantity,
                )
            )
        self.env["care.gift.move"]._book(self, -quantity, "given", touch=touch)

    def action_receive(self):
        """Open the window that enters what came in or was counted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stock of gifts"),
            "res_model": "care.gift.receive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_gift_id": self.id},
        }

    def action_view_moves(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_gift_move_action"
        )
        return action | {"domain": [("gift_id", "=", self.id)], "context": {}}
