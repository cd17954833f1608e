from odoo import fields, models


class CareDepartureNote(models.TransientModel):
    """Notes that customers were told of their new person in charge by other ways than
    a letter: who takes over, or a manager, fills it in."""

    _name = "care.departure.note"
    _description = "Customers told otherwise"
    _inherit = ["care.link.mixin"]

    line_ids = fields.Many2many(
        "care.departure.line", string="Customers", required=True
    )
    channel = fields.Selection(
        [
            ("phone", "Telephone"),
            ("visit", "Visit"),
            ("letter", "Letter"),
            ("none", "Need not be told"),
        ],
        "Told by way of",
        required=True,
        default="phone",
    )
    note = fields.Char("Who was told, and what was said", required=True)

    def action_note(self):
        """Keep it as proof."""
        self.ensure_one()
        self.env["care.departure"]._note_told(
            self.line_ids, self.channel, self.note.strip()
        )
        return {"type": "ir.actions.act_window_close"}
