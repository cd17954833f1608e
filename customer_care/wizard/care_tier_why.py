from odoo import api, fields, models


class CareTierWhy(models.TransientModel):
    """Shows what a customer's figures say under a scheme on a day, fact by fact, and
    what is missing for the next better grade. Nothing is written."""

    _name = "care.tier.why"
    _description = "What the figures say"
    _inherit = ["care.link.mixin"]

    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    scheme_id = fields.Many2one(
        "care.tier.scheme",
        required=True,
        default=lambda self: self.env["care.tier.scheme"]._main(self.env.company),
    )
    date = fields.Date(
        "As of", required=True, default=lambda self: fields.Date.context_today(self)
    )
    explanation_html = fields.Html(
        "Fact by fact", compute="_compute_explanation_html", sanitize=False
    )

    @api.depends("partner_id", "scheme_id", "date")
    def _compute_explanation_html(self):
        for why in self:
            rows = []
            if why.partner_id and why.scheme_id and why.date:
                partner = why.partner_id._origin.commercial_partner_id
                rows = why.scheme_id._origin._explain(partner, why.date)
            why.explanation_html = self.env["ir.qweb"]._render(
                "customer_care.care_tier_explanation",
                {"rows": rows},
                minimal_qcontext=True,
            )
