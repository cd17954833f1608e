from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CareTouchStep(models.TransientModel):
    """The window that asks why a greeting is left out, how it was taken, which gift was
    promised or which other way it goes."""

    _name = "care.touch.step"
    _description = "Step of a greeting"

    step = fields.Selection(
        [
            ("skip", "Leave out"),
            ("react", "Reaction"),
            ("promise", "Promise a gift"),
            ("channel", "Another channel"),
        ],
        required=True,
        default="skip",
    )
    touch_ids = fields.Many2many("care.touch", string="Greetings", required=True)
    reason = fields.Char()
    reaction_id = fields.Many2one("care.touch.reaction")
    note = fields.Char("What was said back")
    gift_id = fields.Many2one("care.gift")
    quantity = fields.Integer("Number", default=1)
    deliver_by = fields.Datetime(
        "To be kept by",
        default=lambda self: fields.Datetime.now() + timedelta(days=14),
    )
    occasion_ids = fields.Many2many("care.occasion", compute="_compute_occasion_ids")
    channel_id = fields.Many2one(
        "care.occasion.channel", domain="[('occasion_id', 'in', occasion_ids)]"
    )

    @api.depends("touch_ids")
    def _compute_occasion_ids(self):
        for row in self:
            row.occasion_ids = row.touch_ids.occasion_id

    def action_confirm(self):
        self.ensure_one()
        touches = self.touch_ids
        if self.step == "skip":
            self._wanted(self.reason, self.env._("Say why it is left out."))
            touches._skip_by_hand(self.reason)
        elif self.step == "react":
            self._wanted(self.reaction_id, self.env._("Choose how it was taken."))
            touches._note_reaction(self.reaction_id, self.note)
        elif self.step == "promise":
            self._wanted(
                self.gift_id and self.quantity > 0 and self.deliver_by,
                self.env._("Say which gift was promised, how many and until when."),
            )
            touches._promise_gift(self.gift_id, self.quantity, self.deliver_by)
        else:
            self._wanted(self.channel_id, self.env._("Choose the channel."))
            touches._change_channel(self.channel_id)
        return True

    def _wanted(self, value, sentence):
        if not value or (isinstance(value, str) and not value.strip()):
            raise UserError(sentence)
