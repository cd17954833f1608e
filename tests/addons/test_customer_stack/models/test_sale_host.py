from odoo import fields, models


class TestSaleHost(models.Model):
    """An order as Sales has it, in small: what figures are counted from."""

    _name = "test.sale.host"
    _description = "Test order"

    name = fields.Char()
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", index=True)
    user_id = fields.Many2one("res.users")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    amount_total = fields.Monetary()
    quantity = fields.Float()
    secret = fields.Float(groups="base.group_system")
    date_order = fields.Datetime()
    date_due = fields.Date()
    state = fields.Selection(
        [("draft", "Quotation"), ("sale", "Order"), ("cancel", "Cancelled")],
        default="sale",
    )
