import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

_LARGEST = 1 << 20
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class CareDepartureSign(models.TransientModel):
    """Somebody reads what a hand-over gives or takes from him, and signs it."""

    _name = "care.departure.sign"
    _description = "Signing of a hand-over"
    _inherit = ["care.link.mixin"]

    departure_id = fields.Many2one("care.departure", required=True, readonly=True)
    instead = fields.Boolean("For the person who leaves", readonly=True)
    words = fields.Char("What is signed", compute="_compute_words")
    # as the reader sees it, not with all rights
    summary = fields.Html(related="departure_id.summary", related_sudo=False)
    customer_ids = fields.Many2many(
        "res.partner", string="Customers", compute="_compute_words"
    )
    reason = fields.Char("Why instead", help="Why the person cannot sign.")
    signed_name = fields.Char(
        "Full name", required=True, default=lambda self: self.env.user.name
    )
    signature = fields.Binary(attachment=False)

    def _rows(self):
        rows = self.departure_id.signature_ids.filtered(lambda row: not row.signed_at)
        if self.instead:
            return rows.filtered(lambda row: row.part == "hand")
        return rows.filtered(lambda row: row.user_id == self.env.user)

    @api.depends("departure_id", "instead")
    def _compute_words(self):
        for sign in self:
            departure, rows = sign.departure_id, sign._rows()
            parts = rows.mapped("part")
            lines = departure.customer_line_ids
            if "hand" not in parts:
                lines = lines.filtered(lambda line: line.taker_id == self.env.user)
            sign.customer_ids = lines.partner_id
            texts = []
            if "hand" in parts:
                texts.append(
                    self.env._(
                        "%(user)s hands over all customers and open work on %(day)s.",
                        user=departure.user_id.name,
                        day=departure.date_leaving,
                    )
                )
            if "take" in parts:
                texts.append(
                    self.env._(
                        "I take over the customers below and what is open for them on "
                        "%(day)s.",
                        day=departure.date_leaving,
                    )
                )
            texts.append(self.env._("What is added until then goes with it."))
            sign.words = " ".join(texts)

    def action_sign(self):
        """Keep the signature; the last one lets everything move."""
        self.ensure_one()
        rows = self._rows()
        if not rows:
            raise UserError(
                self.env._(
                    "%(departure)s waits for no signature of yours.",
                    departure=self.departure_id.display_name,
                )
            )
        if self.instead and not (self.reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why %(user)s cannot sign.", user=self.departure_id.user_id.name
                )
            )
        if not (self.signed_name or "").strip():
            raise UserError(self.env._("Enter your full name."))
        try:
            image = base64.b64decode(self.signature or b"", validate=True)
        except binascii.Error:
            image = b""
        if not image.startswith(_IMAGES) or len(image) > _LARGEST:
            raise UserError(self.env._("Sign in the field for the signature."))
        reason = (self.reason or "").strip() if self.instead else None
        self.departure_id._sign(
            rows, self.signed_name.strip(), self.signature, reason or None
        )
        return {"type": "ir.actions.act_window_close"}
