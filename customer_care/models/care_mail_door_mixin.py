from odoo import models

from .care_mail_guard_mixin import DOOR


class CareMailDoorMixin(models.AbstractModel):
    """Where an employee writes a mail: what must not leave is refused at once. What
    jobs and engines write waits in the queue and is refused there."""

    _name = "care.mail.door.mixin"
    _description = "Place where mails are written"

    def _care_at_door(self):
        """Return `self` so that mails that must not leave are refused now."""
        # the route of the discussion posts as superuser for who may post
        by_hand = not self.env.su or "message_post_store" in self.env.context
        if by_hand and self.env.user._is_internal():
            return self.with_context(**{DOOR: True})
        return self
