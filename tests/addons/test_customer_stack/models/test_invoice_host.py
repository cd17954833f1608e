from odoo import fields, models


class TestInvoiceHost(models.Model):
    """An invoice as Invoicing has it, in small: paid in time or late."""

    _name = "test.invoice.host"
    _description = "Test invoice"

    name = fields.Char()
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", index=True)
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one("res.currency")
    amount_total = fields.Monetary()
    invoice_date = fields.Date()
    paid_in_time = fields.Boolean()
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("cancel", "Cancelled")],
        default="posted",
    )
