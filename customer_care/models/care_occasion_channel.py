from odoo import api, fields, models

CHANNELS = [
    ("mail", "E-mail"),
    ("sms", "Text message"),
    ("letter", "Letter"),
    ("gift", "Gift"),
    ("call", "Telephone"),
    ("visit", "Visit"),
]


class CareOccasionChannel(models.Model):
    """One way an occasion may reach a contact. The first that fits the grade, that the
    contact wants and for which there is an address is taken."""

    _name = "care.occasion.channel"
    _description = "Channel of an occasion"
    _order = "sequence, id"
    _pack_fields = (
        "sequence",
        "channel",
        "tier_ids",
        "template_id",
        "phrase_id",
        "gift_id",
        "gift_quantity",
    )

    occasion_id = fields.Many2one(
        "care.occasion", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    channel = fields.Selection(CHANNELS, required=True, default="mail")
    tier_ids = fields.Many2many(
        "care.tier", string="Grades", help="Empty: customers of any grade."
    )
    template_id = fields.Many2one(
        "mail.template",
        "Mail template",
        domain=[("model", "=", "care.touch")],
        help="In the language of the contact. Empty: the wording as a plain mail.",
    )
    phrase_id = fields.Many2one("care.phrase", "Wording")
    gift_id = fields.Many2one("care.gift")
    gift_quantity = fields.Integer("Number", default=1, aggregator=None)
    company_id = fields.Many2one(related="occasion_id.company_id")

    _quantity_positive = models.Constraint(
        "CHECK (gift_quantity > 0)", "At least one gift is handed over."
    )
    _gift_wanted = models.Constraint(
        "CHECK (channel != 'gift' OR gift_id IS NOT NULL)",
        "Say which gift is handed over.",
    )

    @api.depends("channel", "gift_id")
    def _compute_display_name(self):
        words = dict(self._fields["channel"]._description_selection(self.env))
        for row in self:
            row.display_name = row.gift_id.name or words.get(row.channel, "")
