from odoo import fields, models

KINDS = [
    ("price", "Price"),
    ("technical", "Technical solution"),
    ("service", "Service promise"),
    ("qualification", "Qualification"),
    ("bond", "Bid bond"),
    ("other", "Other"),
]


class CareTenderTemplateItem(models.Model):
    """One paper that bids of a kind want, and how many days before the closing time it
    is due. Managers and packs write it."""

    _name = "care.tender.template.item"
    _description = "Paper wanted for a bid"
    _order = "template_id, sequence, id"
    _pack_fields = ("sequence", "name", "hint", "kind", "is_required", "days_before")

    template_id = fields.Many2one(
        "care.tender.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Paper", required=True, translate=True)
    hint = fields.Text("What it says", translate=True)
    kind = fields.Selection(KINDS, required=True, default="other")
    is_required = fields.Boolean(
        "Must be there", default=True, help="Without it the bid cannot be handed in."
    )
    days_before = fields.Integer(
        "Days before closing", default=2, help="When the paper is due."
    )

    _days_positive = models.Constraint(
        "CHECK (days_before >= 0)", "Days before closing are not negative."
    )
