from odoo import api, fields, models


class CareDepartureSignature(models.Model):
    """One signature under a hand-over: the leaver hands over, each successor takes
    over. Its step asks for it, the person signs with the own login."""

    _name = "care.departure.signature"
    _description = "Signature under a hand-over"
    _inherit = ["care.engine.mixin"]
    _order = "departure_id, part, id"

    departure_id = fields.Many2one(
        "care.departure", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="departure_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users", "Signs", required=True, index=True, ondelete="restrict"
    )
    part = fields.Selection(
        [("hand", "Hands over"), ("take", "Takes over")], required=True
    )
    asked_at = fields.Datetime("Asked", required=True)
    signed_at = fields.Datetime("Signed")
    signed_name = fields.Char("Name signed")
    signature = fields.Binary(attachment=True)
    signed_by_id = fields.Many2one(
        "res.users", "Signed by", ondelete="restrict", help="Of the own login."
    )
    reason = fields.Char(
        "Why instead", help="Why somebody else signed for the person who leaves."
    )
    digest = fields.Char(
        "Fingerprint of what was signed", help="Of the people, the day and the list."
    )

    _once = models.UniqueIndex(
        "(departure_id, user_id, part)", "This person is asked already."
    )

    @api.depends("user_id", "part")
    def _compute_display_name(self):
        words = dict(self._fields["part"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{words.get(row.part)}: {row.sudo().user_id.name}"
