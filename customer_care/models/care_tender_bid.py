from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CareTenderBid(models.Model):
    """The price one bidder named at the opening of a tender, ours or a competitor's.
    The people of the tender write it."""

    _name = "care.tender.bid"
    _description = "Price at the opening"
    _inherit = [
        "care.host.row.mixin",
        "care.link.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "lead_id, amount, id"
    _host_field = "lead_id"

    lead_id = fields.Many2one(
        "crm.lead", "Tender", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        string="Customer", related="lead_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="lead_id.company_id", store=True)
    currency_id = fields.Many2one(related="lead_id.care_tender_currency_id")
    firm_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        domain="[('is_company', '=', True)]",
        help="A competitor whose figures are collected, where it is kept as a contact.",
    )
    name = fields.Char("Bidder", required=True)
    is_ours = fields.Boolean("Our bid")
    is_winner = fields.Boolean("Awarded")
    amount = fields.Monetary("Price", required=True)
    score = fields.Float("Points", digits=(16, 2), aggregator="avg")
    note = fields.Char("What was noticed")
    active = fields.Boolean(default=True)

    _ours_uniq = models.UniqueIndex(
        "(lead_id) WHERE is_ours AND active", "Our own price is noted already."
    )
    _winner_uniq = models.UniqueIndex(
        "(lead_id) WHERE is_winner AND active",
        "Another bidder is marked as winner. Untick that one first.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The price of a bid is not negative."
    )

    @api.onchange("firm_id")
    def _onchange_firm_id(self):
        if self.firm_id and not self.name:
            self.name = self.firm_id.name

    @api.constrains("lead_id")
    def _check_opened(self):
        for bid in self:
            lead = bid.lead_id
            if lead.care_tender_state in (False, "preparing"):
                raise ValidationError(
                    self.env._(
                        "The bids for %(tender)s are not open yet. Note prices once "
                        "ours is handed in or the tender is over.",
                        tender=lead.display_name,
                    )
                )
