from odoo import fields, models


class CareRegistrationLike(models.TransientModel):
    """A customer like the one entered, as the window of the entry shows it: what may be
    told of it, and nothing else."""

    _name = "care.registration.like"
    _description = "Customer like the one entered"
    _order = "number"

    enter_id = fields.Many2one(
        "care.registration.enter", required=True, readonly=True, ondelete="cascade"
    )
    number = fields.Integer(readonly=True)
    name = fields.Char("What is known", readonly=True)

    def action_choose(self):
        """Say that this is the customer meant."""
        self.ensure_one()
        return self.enter_id._register_with(chosen=(self.number, self.name))
